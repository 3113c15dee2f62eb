/** The rows that every SQL case reads: small, with a null in every nullable column. Encoded by avsc, not by us. */
import avsc from 'avsc';

export const sampleSchema = JSON.stringify({
  type: 'record',
  name: 'Sample',
  fields: [
    { name: 'id', type: 'int' },
    { name: 'name', type: 'string' },
    { name: 'note', type: ['null', 'string'] },
    { name: 'big', type: 'long' },
    { name: 'maybe', type: ['long', 'null'] },
    { name: 'ratio', type: 'double' },
    { name: 'flag', type: ['null', 'boolean'] },
    { name: 'level', type: { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    {
      name: 'geo',
      type: [
        'null',
        {
          type: 'record',
          name: 'Geo',
          fields: [
            { name: 'country', type: ['null', 'string'] },
            {
              name: 'point',
              type: {
                type: 'record',
                name: 'Point',
                fields: [
                  { name: 'x', type: 'float' },
                  { name: 'y', type: 'int' },
                ],
              },
            },
          ],
        },
      ],
    },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'props', type: { type: 'map', values: 'int' } },
    { name: 'raw', type: 'bytes' },
    { name: 'mixed', type: ['null', 'int', 'string'] },
    { name: 'order', type: 'string' },
  ],
});

const geo = (country: string | null, x: number, y: number) => ({ country, point: { x, y } });
const rows = [
  {
    id: 1,
    name: 'Ada',
    note: 'first',
    big: 10,
    maybe: 5,
    ratio: 0.5,
    flag: true,
    level: 'LOW',
    at: 1000,
    geo: geo('DE', 1.5, 7),
    tags: ['a', 'b'],
    props: { k: 1 },
    raw: Buffer.from('hello'),
    mixed: 3,
    order: 'x',
  },
  {
    id: 2,
    name: 'Bob',
    note: null,
    big: -3,
    maybe: null,
    ratio: 2.25,
    flag: false,
    level: 'HIGH',
    at: 2000,
    geo: null,
    tags: [],
    props: {},
    raw: Buffer.alloc(0),
    mixed: null,
    order: 'y',
  },
  {
    id: 3,
    name: 'Zoë "Z"',
    note: '100%_x',
    big: 9007199254740990,
    maybe: 0,
    ratio: -1e21,
    flag: null,
    level: 'LOW',
    at: 3000,
    geo: geo(null, 0, -1),
    tags: ['c'],
    props: { a: 2, b: 3 },
    raw: Buffer.from([255, 0]),
    mixed: 'text',
    order: 'Zoë "Z"',
  },
];

const type = avsc.Type.forSchema(JSON.parse(sampleSchema) as avsc.Schema, { wrapUnions: false });
export const sampleBodies: readonly Buffer[] = rows.map((row) => type.toBuffer(row));
