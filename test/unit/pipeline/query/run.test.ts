/** Local queries over container files that avsc wrote, length-prefixed bodies, and stdin. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import avsc from 'avsc';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1 } from '../../../../examples/firewall/queries.ts';
import { compress } from '../../../../src/pipeline/kafka/codec.ts';
import { explainQuery } from '../../../../src/pipeline/query/explain.ts';
import { compileLocal, type RunQuery, runQuery } from '../../../../src/pipeline/query/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-query-'));
after(() => rmSync(folder, { recursive: true }));

const bodies = [...generateEvents({ seed: 2, count: 3000 })];
const type = avsc.Type.forSchema(JSON.parse(eventSchema) as avsc.Schema);

type Done = (error: Error | null, bytes: Buffer) => void;
const codecs = {
  null: (bytes: Buffer, done: Done) => done(null, bytes),
  deflate: (bytes: Buffer, done: Done) => done(null, deflateRawSync(bytes)),
  snappy: (bytes: Buffer, done: Done) => {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(bytes));
    void compress('snappy', bytes).then((packed) => done(null, Buffer.concat([packed, checksum])));
  },
};

async function container(codec: keyof typeof codecs): Promise<string> {
  const chunks: Buffer[] = [];
  const encoder = new avsc.streams.BlockEncoder(type, { codec, codecs } as never);
  encoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const body of bodies) encoder.write(type.fromBuffer(body));
  encoder.end();
  await once(encoder, 'end');
  const path = join(folder, `${codec}.avro`);
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

function prefixed(list: readonly Buffer[], name = 'events.bin'): string {
  const path = join(folder, name);
  const parts = list.flatMap((body) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return [length, body];
  });
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

async function rows(order: Omit<RunQuery, 'write'>) {
  const chunks: Buffer[] = [];
  const done = await runQuery({ ...order, write: (b) => void chunks.push(Buffer.from(b)) });
  return { done, lines: Buffer.concat(chunks).toString().split('\n').slice(0, -1) };
}

test('a container file, compressed or not, the same bodies length-prefixed, and stdin give the same rows', async () => {
  const bin = prefixed(bodies);
  const first = await rows({ sql: q1, schemaText: eventSchema, input: bin });
  assert.equal(first.done.read, 3000);
  assert.equal(first.done.written, first.lines.length);
  assert.ok(first.lines.length > 600 && first.lines.length < 900);
  for (const codec of ['null', 'deflate', 'snappy'] as const)
    assert.deepEqual((await rows({ sql: q1, input: await container(codec) })).lines, first.lines);
  const all = await rows({ sql: 'SELECT * FROM anything', schemaText: eventSchema, input: bin, limit: 7 });
  assert.equal(all.lines.length, 7);
  async function* stdin() {
    const bytes = Buffer.concat(
      bodies.slice(0, 2).flatMap((b) => [Buffer.from([0, 0, b.length >> 8, b.length & 255]), b]),
    );
    for (const byte of bytes) yield Buffer.from([byte]);
  }
  const piped = await rows({ sql: 'SELECT event_id FROM f', schemaText: eventSchema, input: '-', stdin: stdin() });
  assert.deepEqual(piped.lines, ['{"event_id":"evt-000000000000"}', '{"event_id":"evt-000000000001"}']);
});

test('a bad record ends the query with its number, or is told and passed over', async () => {
  const input = prefixed([bodies[0]!, bodies[1]!.subarray(0, 30), bodies[2]!], 'bad.bin');
  const order = { sql: 'SELECT * FROM t', schemaText: eventSchema, input };
  await assert.rejects(rows(order), { name: 'MillraceError', message: /^Record 1 \(counted from 0\).*the body ends/ });
  const told: number[] = [];
  const { done, lines } = await rows({ ...order, errors: 'skip', onError: (_, record) => told.push(record) });
  assert.deepEqual([done, lines.length, told], [{ read: 3, written: 2, failed: 1 }, 2, [1]]);
});

test('what was good before a record that ends the query is written before that is told', async () => {
  const sql = 'SELECT event_id FROM f';
  const good = ['{"event_id":"evt-000000000000"}', '{"event_id":"evt-000000000001"}'];
  const written = async (order: Pick<RunQuery, 'input' | 'sql'>): Promise<readonly string[]> => {
    const chunks: Buffer[] = [];
    const write = (b: Buffer): void => void chunks.push(Buffer.from(b));
    await assert.rejects(runQuery({ ...order, schemaText: eventSchema, write }), /^MillraceError: Record 2 |left over/);
    return Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  };
  const [one, two, three] = [bodies[0]!, bodies[1]!, bodies[2]!];
  assert.deepEqual(await written({ sql, input: prefixed([one, two, Buffer.from([6]), three], 'third.bin') }), good);
  const bin = prefixed([one, two], 'left.bin');
  writeFileSync(bin, Buffer.concat([readFileSync(bin), Buffer.from([0, 0])]));
  assert.deepEqual(await written({ sql, input: bin }), good);
  const fails = 'SELECT event_id, CAST(RIGHT(event_id, 1) AS INT) / (2 - CAST(RIGHT(event_id, 1) AS INT)) AS q FROM f';
  const rest = ['0}', '1}'].map((end, i) => `${good[i]!.slice(0, -1)},"q":${end}`);
  assert.deepEqual(await written({ sql: fails, input: await container('null') }), rest);
  async function* batch() {
    const record = { partition: 0, timestamp: 0, key: null, headers: [] };
    yield [one, two, Buffer.from([6])].map((value, offset) => ({ ...record, offset, value }));
  }
  assert.deepEqual(await written({ sql, input: { topic: 'a', records: batch() } }), good);
});

test('what could not be written is not written again', async () => {
  let calls = 0;
  const write = (): never => {
    calls++;
    throw new Error('closed');
  };
  async function* batch() {
    yield [{ partition: 0, offset: 0, timestamp: 0, key: null, value: bodies[0]!, headers: [] }];
  }
  const input = { topic: 'a', records: batch() };
  await assert.rejects(runQuery({ sql: 'SELECT event_id FROM f', schemaText: eventSchema, input, write }), /closed/);
  assert.equal(calls, 1);
});

test('a cut, a missing or a schemaless input is an error that says what to do', async () => {
  writeFileSync(join(folder, 'cut.bin'), Buffer.from([0, 0, 1, 0, 1]));
  await assert.rejects(rows({ sql: q1, schemaText: eventSchema, input: join(folder, 'cut.bin') }), {
    name: 'MillraceError',
  });
  await assert.rejects(
    rows({ sql: q1, schemaText: eventSchema, input: join(folder, 'none.bin') }),
    /Can't read .*none\.bin/,
  );
  await assert.rejects(rows({ sql: q1, input: prefixed(bodies.slice(0, 1), 'one.bin') }), /--schema/);
});

test('explain shows what a query reads, makes and runs', () => {
  const { stream, plan, readColumns, output, outputSchema, source } = explainQuery(
    "SELECT geo.country AS c FROM f WHERE rule LIKE 'a%'",
    eventSchema,
  );
  assert.deepEqual(
    [stream, readColumns, output],
    ['f', ['geo.country', 'rule'], [{ name: 'c', type: 'VARCHAR', nullable: true }]],
  );
  assert.equal(plan, "Project geo.country AS c\n  └ Filter (rule LIKE 'a%')\n    └ Scan f");
  assert.equal(JSON.parse(outputSchema).fields[0].name, 'c');
  assert.match(source, /function run\(src, start, end, dst, at, rows, record\)/);
});

/** Small records with lists, for queries that make several rows of one. */
const listSchema = JSON.stringify({
  type: 'record',
  name: 'Listed',
  fields: [
    { name: 'id', type: 'int' },
    { name: 'tags', type: { type: 'array', items: 'string' } },
  ],
});
const listed = avsc.Type.forSchema(JSON.parse(listSchema) as avsc.Schema);
const lists = [['a', 'b'], [], ['c', 'd', 'e']].map((tags, i) => listed.toBuffer({ id: i + 1, tags }));
const unnest = 'SELECT id, tag FROM t CROSS JOIN UNNEST(tags) AS x (tag)';
const listInput = () => ({ schemaText: listSchema, input: prefixed(lists, 'lists.bin') });

test('a record becomes as many rows as its list has elements, and a limit may end within a record', async () => {
  const all = await rows({ sql: unnest, ...listInput() });
  assert.deepEqual(all.lines, [
    '{"id":1,"tag":"a"}',
    '{"id":1,"tag":"b"}',
    '{"id":3,"tag":"c"}',
    '{"id":3,"tag":"d"}',
    '{"id":3,"tag":"e"}',
  ]);
  const some = await rows({ sql: unnest, ...listInput(), limit: 4 });
  assert.deepEqual([some.lines, some.done], [all.lines.slice(0, 4), { read: 3, written: 4, failed: 0 }]);
});

test('a record one of whose rows fails is passed over whole', async () => {
  const sql = "SELECT 10 / (POSITION('d' IN tag) - 1) AS q FROM t CROSS JOIN UNNEST(tags) AS x (tag)";
  const { lines, done } = await rows({ sql, ...listInput(), errors: 'skip' });
  assert.deepEqual([lines, done], [['{"q":-10}', '{"q":-10}'], { read: 3, written: 2, failed: 1 }]);
});

test('CSV has its header once, and lines end as RFC 4180 has it', async () => {
  const format = { csv: { header: true, delimiter: ';' } } as const;
  assert.deepEqual((await rows({ sql: unnest, ...listInput(), format, limit: 2 })).lines, [
    'id;tag\r',
    '1;a\r',
    '1;b\r',
  ]);
  const none = await rows({ sql: 'SELECT id FROM t WHERE FALSE', ...listInput(), format });
  assert.deepEqual(none.lines, ['id\r']);
});

for (const sql of [unnest, 'SELECT id, tags FROM t']) {
  test(`a container file of rows is read by avsc, and by a query again: ${sql}`, async () => {
    const chunks: Buffer[] = [];
    // A framing is for a topic's records: within a file it is left out.
    const format = { avro: { framing: { confluent: 3 } } } as const;
    await runQuery({ sql, ...listInput(), format, write: (b) => void chunks.push(Buffer.from(b)) });
    const path = join(folder, 'rows.avro');
    writeFileSync(path, Buffer.concat(chunks));
    const json = await rows({ sql, ...listInput() });
    const found: unknown[] = [];
    const decoder = avsc.createFileDecoder(path);
    decoder.on('data', (row: unknown) => found.push(row));
    await once(decoder, 'end');
    assert.deepEqual(
      found.map((row) => JSON.stringify(row)),
      json.lines,
    );
    assert.deepEqual((await rows({ sql: 'SELECT * FROM again', input: path })).lines, json.lines);
  });
}

async function* topic() {
  const record = (offset: number, key: string | null, value: Buffer | null) => ({
    ...{
      partition: 3,
      offset,
      timestamp: 1_700_000_000_000 + offset,
      key: key === null ? null : Buffer.from(key),
      value,
    },
    headers: [['h', Buffer.from('v')]] as const,
  });
  yield [record(5, 'k', lists[0]!), record(6, 'gone', null)];
  yield [record(8, null, lists[2]!)];
}

test('a topic’s records have their metadata; tombstones are passed over; keys are printed before rows', async () => {
  const order = { schemaText: listSchema, input: { topic: 'acme.t', records: topic() } };
  const { lines } = await rows({
    sql: 'SELECT _topic, _partition, _offset, _timestamp, _headers, id FROM t',
    ...order,
  });
  const line = (offset: number, id: number) =>
    `{"_topic":"acme.t","_partition":3,"_offset":${offset},"_timestamp":${1_700_000_000_000 + offset},"_headers":{"h":"dg=="},"id":${id}}`;
  assert.deepEqual(lines, [line(5, 1), line(8, 3)]);
  const keyed = (sql: string) =>
    rows({ sql, schemaText: listSchema, input: { topic: 'acme.t', records: topic() }, printKey: true });
  assert.deepEqual((await keyed('SELECT id FROM t')).lines, ['k\t{"id":1}', 'null\t{"id":3}']);
  assert.deepEqual((await keyed(`${unnest} WHERE tag < 'd'`)).lines, [
    'k\t{"id":1,"tag":"a"}',
    'k\t{"id":1,"tag":"b"}',
    'null\t{"id":3,"tag":"c"}',
  ]);
  assert.deepEqual((await keyed(`SELECT id FROM t KEY BY 'key ' || CAST(id AS VARCHAR)`)).lines, [
    'key 1\t{"id":1}',
    'key 3\t{"id":3}',
  ]);
});

test('a file’s records have a number and no other metadata', async () => {
  const { lines } = await rows({ sql: 'SELECT _offset, _topic, _key, _timestamp FROM t', ...listInput(), limit: 2 });
  assert.deepEqual(
    lines,
    [0, 1].map((n) => `{"_offset":${n},"_topic":null,"_key":null,"_timestamp":null}`),
  );
});

test('a query over several streams is refused: there is one input', () => {
  assert.throws(
    () => compileLocal('SELECT id FROM a UNION ALL SELECT id FROM b', listSchema),
    /one input, but this one names several streams: a, b/,
  );
  assert.equal(compileLocal('SELECT id FROM a UNION ALL SELECT id + 1 FROM a', listSchema).stream, 'a');
});

test('a snappy block whose checksum is wrong is an error', async () => {
  const bytes = readFileSync(await container('snappy'));
  const path = join(folder, 'bad-snappy.avro');
  // Before the last block's marker stands its checksum.
  bytes[bytes.length - 17]! ^= 1;
  writeFileSync(path, bytes);
  await assert.rejects(rows({ sql: q1, input: path }), /block \d+ can't be decompressed \(its checksum is wrong\)/);
});
