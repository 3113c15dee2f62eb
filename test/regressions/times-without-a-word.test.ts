/**
 * Kafka's word for "no timestamp", -1, was a time in 1969; and numbers of one unit were read as another's, as resolution wants
 * it, without a word.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { runQuery } from '../../src/pipeline/query/run.ts';
import { kernelOf } from '../unit/pipeline/support.ts';

const schemaOf = (type: unknown): string =>
  JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'n', type: 'int' },
      { name: 't', type },
    ],
  });
const logical = (type: string, logicalType: string) => ({ type, logicalType });

test('a record without a timestamp has NULL for it', async () => {
  const lines: string[] = [];
  const record = (timestamp: number, offset: number) => ({
    partition: 0,
    offset,
    timestamp,
    key: null,
    headers: [],
    value: Buffer.from([2]),
  });
  await runQuery({
    sql: 'SELECT n, _timestamp AS at FROM t WHERE _timestamp IS NULL OR _timestamp >= _timestamp',
    schemaText: JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'int' }] }),
    input: {
      topic: 'in',
      records: (async function* () {
        yield [record(-1, 0), record(0, 1), record(5, 2)];
      })(),
    },
    write: (rows) => void lines.push(rows.toString()),
  });
  assert.equal(lines.join(''), '{"n":1,"at":null}\n{"n":1,"at":0}\n{"n":1,"at":5}\n');
});

test('a time that is read in another unit than it was written in is noted where its column is read', () => {
  const written = [logical('int', 'time-millis'), ['null', logical('long', 'timestamp-millis')]];
  const read = [logical('long', 'time-micros'), ['null', logical('long', 'timestamp-micros')]];
  for (const [i, writer] of written.entries()) {
    const query = compileQuery({ sql: 'SELECT n, t FROM t', streams: { t: schemaOf(read[i]) }, format: 'json' });
    const [note, ...more] = query.kernel('t', schemaOf(writer)).notes;
    assert.match(
      note!,
      /^t was written as time.*-millis and is read as time.*-micros: its numbers are taken as they are/,
    );
    assert.deepEqual(more, []);
    const other = compileQuery({ sql: 'SELECT n FROM t', streams: { t: schemaOf(read[i]) }, format: 'json' });
    assert.deepEqual(other.kernel('t', schemaOf(writer)).notes, []);
  }
});

test('and within lists and records; the same unit is nothing to note', () => {
  const inside = (type: unknown) => ({
    type: 'array',
    items: { type: 'record', name: 'In', fields: [{ name: 'x', type }] },
  });
  const reader = schemaOf(inside(logical('long', 'timestamp-nanos')));
  const query = compileQuery({ sql: 'SELECT t FROM t', streams: { t: reader }, format: 'json' });
  const notes = query.kernel('t', schemaOf(inside(logical('long', 'local-timestamp-micros')))).notes;
  assert.match(notes.join(), /^t\[\]\.x was written as local-timestamp-micros and is read as timestamp-nanos/);
  assert.deepEqual(query.kernel('t', schemaOf(inside(logical('long', 'local-timestamp-nanos')))).notes, []);
  assert.deepEqual(kernelOf('SELECT t FROM t', reader).notes, []);
});
