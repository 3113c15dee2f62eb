/**
 * CAST to the SQL type that a column has already left its Avro type: an enum stayed an enum in the output's schema, so the way
 * out that docs/updates.md names (CAST the column to its old type) did nothing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { bytesOf } from '../unit/pipeline/support.ts';

const level = { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] };
const uuidText = '6f1b1a1e-93b0-4d3b-8e0e-0123456789ab';
const uuidBytes = Buffer.from(uuidText.replaceAll('-', ''), 'hex');
const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'level', type: level },
    { name: 'maybe', type: ['null', 'Level'] },
    { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
    { name: 'raw_id', type: { type: 'fixed', name: 'RawId', size: 16, logicalType: 'uuid' } },
    { name: 'mac', type: { type: 'fixed', name: 'Mac', size: 6 } },
    { name: 'price', type: { type: 'fixed', name: 'Price', size: 4, logicalType: 'decimal', precision: 6, scale: 2 } },
    { name: 'levels', type: { type: 'array', items: 'Level' } },
    { name: 'by_name', type: { type: 'map', values: 'RawId' } },
    { name: 'geo', type: { type: 'record', name: 'Geo', fields: [{ name: 'level', type: 'Level' }] } },
    { name: 'name', type: 'string' },
  ],
};
const text = JSON.stringify(schema);
const body = avsc.Type.forSchema(schema as avsc.Schema).toBuffer({
  level: 'HIGH',
  maybe: 'LOW',
  id: uuidText,
  raw_id: uuidBytes,
  mac: Buffer.from('010203040506', 'hex'),
  price: Buffer.from('fffffb2e', 'hex'),
  levels: ['LOW', 'HIGH'],
  by_name: { a: uuidBytes },
  geo: { level: 'HIGH' },
  name: 'x',
});

const decimal = { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 };
const cases: readonly (readonly [cast: string, type: unknown, value: unknown])[] = [
  ['CAST(level AS VARCHAR)', 'string', 'HIGH'],
  ['TRY_CAST(level AS VARCHAR)', 'string', 'HIGH'],
  ['CAST(maybe AS VARCHAR)', ['null', 'string'], 'LOW'],
  ['CAST(id AS VARCHAR)', 'string', uuidText],
  ['CAST(raw_id AS VARCHAR)', 'string', uuidText],
  ['CAST(mac AS BYTES)', 'bytes', Buffer.from('010203040506', 'hex')],
  ['CAST(price AS DECIMAL(6, 2))', decimal, Buffer.from('fb2e', 'hex')],
  ['CAST(levels AS ARRAY<VARCHAR>)', { type: 'array', items: ['null', 'string'] }, ['LOW', 'HIGH']],
  ['CAST(by_name AS MAP<VARCHAR, VARCHAR>)', { type: 'map', values: ['null', 'string'] }, { a: uuidText }],
  ['CAST(geo.level AS VARCHAR)', 'string', 'HIGH'],
  ['CAST(name AS VARCHAR)', 'string', 'x'],
];

for (const [cast, type, value] of cases)
  test(`${cast} has the type that is named`, () => {
    for (const sql of [
      `SELECT ${cast} AS v FROM t`,
      `SELECT v FROM (SELECT ${cast} AS v FROM t) AS s WHERE v IS NOT NULL`,
    ]) {
      const query = compileQuery({ sql, streams: { t: text }, format: 'avro' });
      const output = JSON.parse(query.outputSchema) as { fields: { type: unknown }[] };
      assert.deepEqual(output.fields[0]!.type, type);
      const [row] = bytesOf(query.kernel('t', text), body);
      const read = avsc.Type.forSchema(output as unknown as avsc.Schema).fromBuffer(row!) as { v: unknown };
      assert.deepEqual(JSON.stringify(read.v), JSON.stringify(value));
    }
  });

test('so has a row with fields of such types', () => {
  const query = compileQuery({
    sql: 'SELECT CAST(geo AS ROW<level VARCHAR>) AS v FROM t',
    streams: { t: text },
    format: 'avro',
  });
  assert.doesNotMatch(query.outputSchema, /enum/);
  const [row] = bytesOf(query.kernel('t', text), body);
  const read = avsc.Type.forSchema(JSON.parse(query.outputSchema) as avsc.Schema).fromBuffer(row!) as unknown;
  assert.equal(JSON.stringify(read), '{"v":{"level":"HIGH"}}');
});

test("a column that is not cast keeps its source's type", () => {
  const query = compileQuery({ sql: 'SELECT level, id FROM t', streams: { t: text }, format: 'avro' });
  assert.match(query.outputSchema, /"enum".*"uuid"/);
});
