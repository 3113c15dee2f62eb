/** Rows of the stream `u`: logical types, arrays and maps of records, a union of records, a recursive record. Encoded by avsc, not by us. */
import avsc from 'avsc';

const logical = (type: string, logicalType: string, more: object = {}) => ({ type, logicalType, ...more });

export const typedSchema = JSON.stringify({
  type: 'record',
  name: 'Typed',
  namespace: 'test',
  fields: [
    { name: 'n', type: 'int' },
    { name: 'price', type: ['null', logical('bytes', 'decimal', { precision: 12, scale: 2 })] },
    {
      name: 'exact',
      type: { type: 'fixed', name: 'Exact', size: 9, ...{ logicalType: 'decimal', precision: 20, scale: 4 } },
    },
    { name: 'day', type: logical('int', 'date') },
    { name: 'clock', type: logical('int', 'time-millis') },
    { name: 'fine', type: logical('long', 'time-micros') },
    { name: 'seen', type: logical('long', 'timestamp-micros') },
    { name: 'local', type: ['null', logical('long', 'local-timestamp-millis')] },
    { name: 'nano', type: logical('long', 'timestamp-nanos') },
    { name: 'id', type: logical('string', 'uuid') },
    { name: 'raw_id', type: { type: 'fixed', name: 'RawId', size: 16, logicalType: 'uuid' } },
    { name: 'span', type: { type: 'fixed', name: 'Span', size: 12, logicalType: 'duration' } },
    {
      name: 'items',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Item',
          fields: [
            { name: 'name', type: 'string' },
            { name: 'count', type: ['null', 'int'] },
          ],
        },
      },
    },
    { name: 'by_name', type: { type: 'map', values: 'Item' } },
    {
      name: 'event',
      type: [
        'null',
        { type: 'record', name: 'Login', fields: [{ name: 'user', type: 'string' }] },
        { type: 'record', name: 'Alert', fields: [{ name: 'level', type: 'int' }] },
        'string',
      ],
    },
    {
      name: 'tree',
      type: {
        type: 'record',
        name: 'Node',
        fields: [
          { name: 'label', type: 'string' },
          { name: 'next', type: ['null', 'Node'] },
        ],
      },
    },
    { name: 'doc', type: 'string' },
  ],
});

const fixedDecimal = (unscaled: bigint): Buffer => {
  const bytes = Buffer.alloc(9, unscaled < 0n ? 255 : 0);
  bytes.writeBigInt64BE(BigInt.asIntN(64, unscaled), 1);
  return bytes;
};
const shortDecimal = (unscaled: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(unscaled);
  return bytes;
};
const span = (months: number, days: number, millis: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(months);
  bytes.writeUInt32LE(days, 4);
  bytes.writeUInt32LE(millis, 8);
  return bytes;
};

const rows = [
  {
    n: 1,
    price: shortDecimal(1230),
    exact: fixedDecimal(123456789012345678n),
    day: 20484,
    clock: 45296789,
    fine: 45296789012,
    seen: 1769864696789012,
    local: 1769864696789,
    nano: 1769864696789000,
    id: '6f9619ff-8b86-d011-b42d-00c04fc964ff',
    raw_id: Buffer.from('6f9619ff8b86d011b42d00c04fc964ff', 'hex'),
    span: span(14, 3, 4500),
    items: [
      { name: 'bolt', count: 7 },
      { name: 'nut', count: null },
    ],
    by_name: { a: { name: 'first', count: 1 } },
    event: { 'test.Login': { user: 'ada' } },
    tree: { label: 'root', next: { 'test.Node': { label: 'leaf', next: null } } },
    doc: '{"a":{"b":[1,2,{"c":"x"}]},"big":9007199254740993}',
  },
  {
    n: 2,
    price: null,
    exact: fixedDecimal(-5n),
    day: -1,
    clock: 0,
    fine: 0,
    seen: -1,
    local: null,
    nano: 0,
    id: '00000000-0000-0000-0000-000000000000',
    raw_id: Buffer.alloc(16),
    span: span(0, 0, 0),
    items: [],
    by_name: {},
    event: { 'test.Alert': { level: 3 } },
    tree: { label: 'alone', next: null },
    doc: 'not json',
  },
  {
    n: 3,
    price: shortDecimal(-1),
    exact: fixedDecimal(0n),
    day: 11016,
    clock: 86399999,
    fine: 86399999999,
    seen: 951782400000000,
    local: 951782399999,
    nano: 1,
    id: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    raw_id: Buffer.alloc(16, 255),
    span: span(1, 1, 1),
    items: [{ name: 'nut', count: 3 }],
    by_name: { a: { name: 'x', count: null }, b: { name: 'y', count: 2 } },
    event: { string: 'plain' },
    tree: { label: 't', next: null },
    doc: '[]',
  },
];

const type = avsc.Type.forSchema(JSON.parse(typedSchema) as avsc.Schema, { wrapUnions: true });
const wrapped = rows.map((row) => ({
  ...row,
  price: row.price && { bytes: row.price },
  local: row.local === null ? null : { long: row.local },
  items: row.items.map((i) => ({ ...i, count: i.count === null ? null : { int: i.count } })),
  by_name: Object.fromEntries(
    Object.entries(row.by_name).map(([k, v]) => [k, { ...v, count: v.count === null ? null : { int: v.count } }]),
  ),
}));
export const typedBodies: readonly Buffer[] = wrapped.map((row) => type.toBuffer(row));
