/** What a Kafka reader finds of a job's rows beside their text: keys and partitions, headers, tombstones, timestamps, framings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import type { TopicRecord } from '../../../src/pipeline/kafka/index.ts';
import kafkajs from '../../support/kafkajs.ts';
import { brokerForTests } from './support/kafka.ts';
import {
  createTopics,
  type Placed,
  readRecords,
  runWhole,
  type SqlJob,
  type SqlJobOptions,
  sqlJob,
  write,
} from './support/sql-job.ts';

const bootstrap = brokerForTests();

const schema = JSON.stringify({
  type: 'record',
  name: 'Event',
  namespace: 'test',
  fields: [
    { name: 'id', type: 'int' },
    { name: 'user', type: ['null', 'string'] },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
  ],
});
const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: false });

interface Event {
  readonly id: number;
  readonly user?: string | null;
  readonly tags?: readonly string[];
}

const body = ({ id, user = null, tags = [] }: Event): Buffer =>
  type.toBuffer({ id, user, price: Buffer.from([4, 210]), tags });
/** Record n of a topic: in partition n mod 3, at a time of its own. */
const at = (n: number, record: Omit<Placed, 'partition'>): Placed => ({
  partition: n % 3,
  timestamp: 1_700_000_000_000 + n,
  ...record,
});

let jobs = 0;
const outPartitions = 5;

interface Ran {
  readonly job: SqlJob;
  readonly rows: readonly TopicRecord[];
}

/** Puts records into the stream `e`, runs the job over all of them, and reads `rows` rows. */
async function run(
  records: readonly Placed[],
  rows: number,
  sql: string,
  sink: Partial<SqlJobOptions['sink']> = {},
): Promise<Ran> {
  const name = `sink${jobs++}`;
  const [input, topic] = [`${name}.in`, `${name}.out`];
  await createTopics(bootstrap(), [input], 3);
  await createTopics(bootstrap(), [topic], outPartitions);
  await write(bootstrap(), input, records);
  const job = sqlJob(name, { sql, streams: { e: { schema, topic: input } }, sink: { topic, ...sink } });
  await runWhole(bootstrap(), job, records.length);
  return { job, rows: await readRecords(bootstrap(), topic, rows) };
}

const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null;
const headersOf = ({ headers }: TopicRecord) => headers.map(([name, value]) => [name, text(value)]);
const byTime = (rows: readonly TopicRecord[]) => [...rows].sort((a, b) => a.timestamp - b.timestamp);

/** Where kafkajs, which goes by Kafka's Java client, puts a key. */
const partitioner = kafkajs.Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: outPartitions }, (_, partitionId) => ({
  ...{ partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] },
}));
const partitionOf = (key: Buffer): number =>
  partitioner({ topic: 'any', partitionMetadata, message: { key, value: null } });

const users = ['ada', 'bob', 'zoë', 'x', '', '日本語', 'a key that is longer than the others', 'eve'];
const events = Array.from({ length: 40 }, (_, n) => ({ id: n, user: n % 9 === 8 ? null : users[n % 9]! }));

for (const [how, sql, key] of [
  ['KEY BY', 'SELECT id FROM e KEY BY user', undefined],
  ['sink.key', 'SELECT id FROM e', 'user'],
] as const) {
  test(`${how}: the row's key is the expression's text, in the partition that Java's client gives it`, async () => {
    const records = events.map((event, n) => at(n, { key: Buffer.from('old'), value: body(event) }));
    const { rows } = await run(records, records.length, sql, key === undefined ? {} : { key });
    assert.deepEqual(
      byTime(rows).map((r) => text(r.key)),
      events.map((e) => e.user),
    );
    for (const { key: own, partition, timestamp } of rows)
      assert.equal(partition, own === null ? ((timestamp - 1_700_000_000_000) % 3) % outPartitions : partitionOf(own));
    assert.ok(new Set(rows.map((r) => r.partition)).size > 3);
  });
}

test('a key of bytes is these bytes, of a number its text, of several expressions a JSON object', async () => {
  const record = [at(0, { value: body({ id: 7, user: 'ada' }) })];
  const keyBy = async (key: string | string[]) =>
    (await run(record, 1, 'SELECT id FROM e', { key })).rows.map((r) => r.key);
  assert.deepEqual(await keyBy("X'00ff'"), [Buffer.from([0, 255])]);
  assert.deepEqual(await keyBy('price'), [Buffer.from('12.34')]);
  assert.deepEqual(await keyBy(['id', 'user']), [Buffer.from('{"id":7,"user":"ada"}')]);
});

test('without a key of its own a row keeps its source’s key, and its timestamp; partitioning key goes by that key', async () => {
  const records = events.map((event, n) =>
    at(n, { key: event.user === null ? null : Buffer.from(`k${n}`), value: body(event) }),
  );
  const bySource = await run(records, records.length, 'SELECT id FROM e');
  const byKey = await run(records, records.length, 'SELECT id FROM e', { partitioning: 'key' });
  for (const { rows } of [bySource, byKey])
    assert.deepEqual(
      byTime(rows).map((r) => [text(r.key), r.timestamp, text(r.value)]),
      records.map((r, n) => [text(r.key ?? null), r.timestamp, `{"id":${n}}`]),
    );
  for (const [n, r] of byTime(bySource.rows).entries()) assert.equal(r.partition, n % 3);
  for (const [n, r] of byTime(byKey.rows).entries())
    assert.equal(r.partition, r.key === null ? n % 3 : partitionOf(r.key));
});

test('headers are the values of their expressions, each row its own; NULL is a header without a value', async () => {
  const records = [
    at(0, { value: body({ id: 1, user: 'ada', tags: ['a', 'b'] }) }),
    at(1, { value: body({ id: 2, tags: ['c'] }) }),
  ];
  const sql = 'SELECT id, tag FROM e CROSS JOIN UNNEST(tags) AS t (tag)';
  const { rows } = await run(records, 3, sql, { headers: { who: 'user', 'the-tag': 'UPPER(tag)', n: 'id + 1' } });
  assert.deepEqual(byTime(rows).map(headersOf), [
    [
      ['who', 'ada'],
      ['the-tag', 'A'],
      ['n', '2'],
    ],
    [
      ['who', 'ada'],
      ['the-tag', 'B'],
      ['n', '2'],
    ],
    [
      ['who', null],
      ['the-tag', 'C'],
      ['n', '3'],
    ],
  ]);
});

test('rows for which the tombstone condition is TRUE have their key and no value; UNKNOWN is not TRUE', async () => {
  const list = [{ id: 1, user: 'ada' }, { id: 2, user: 'gone' }, { id: 3 }];
  const records = list.map((event, n) => at(n, { value: body(event) }));
  const { rows } = await run(records, 3, 'SELECT id FROM e KEY BY id', { tombstone: "user = 'gone'" });
  assert.deepEqual(
    byTime(rows).map((r) => [text(r.key), text(r.value)]),
    [
      ['1', '{"id":1}'],
      ['2', null],
      ['3', '{"id":3}'],
    ],
  );
});

test('input records without a value are dropped, or with tombstones: forward passed on with key and timestamp', async () => {
  const records = [
    at(0, { key: Buffer.from('a'), value: body({ id: 1 }) }),
    at(1, { key: Buffer.from('a'), value: null }),
    at(2, { key: null, value: null }),
    at(3, { key: Buffer.from('b'), value: body({ id: 4 }) }),
  ];
  const dropped = await run(records, 2, 'SELECT id FROM e');
  assert.deepEqual(
    byTime(dropped.rows).map((r) => text(r.value)),
    ['{"id":1}', '{"id":4}'],
  );
  const { rows } = await run(records, 4, 'SELECT id FROM e', { tombstones: 'forward', partitioning: 'key' });
  assert.deepEqual(
    byTime(rows).map((r) => [text(r.key), text(r.value), r.timestamp]),
    records.map((r, n) => [
      text(r.key ?? null),
      r.value === null ? null : n === 0 ? '{"id":1}' : '{"id":4}',
      r.timestamp,
    ]),
  );
  const [first, gone] = byTime(rows);
  assert.equal(gone!.partition, first!.partition, 'a tombstone goes where its key’s values go');
});

test('Avro rows are read by avsc with the plan’s output schema: bare, behind 0x00 and an id, or under a GUID header', async () => {
  const list = events.slice(0, 9);
  const records = list.map((event, n) => at(n, { value: body({ ...event, tags: [`t${n}`] }) }));
  const sql = 'SELECT id, user, price, tags, id * 2 AS twice FROM e';
  for (const framing of ['none', { confluent: 77 }, 'guid'] as const) {
    const { rows, job } = await run(records, list.length, sql, { format: { avro: { framing } } });
    const output = avsc.Type.forSchema(JSON.parse(job.plan.outputSchema) as avsc.Schema, { wrapUnions: false });
    const prefix = typeof framing === 'string' ? Buffer.alloc(0) : Buffer.from([0, 0, 0, 0, 77]);
    const found = byTime(rows).map(({ value }) => {
      assert.deepEqual(value!.subarray(0, prefix.length), prefix);
      return JSON.parse(JSON.stringify(output.fromBuffer(value!.subarray(prefix.length))));
    });
    const price = JSON.parse(JSON.stringify(Buffer.from([4, 210])));
    assert.deepEqual(
      found,
      list.map(({ id, user }, n) => ({ id, user, price, tags: [`t${n}`], twice: id * 2 })),
    );
    for (const { headers } of rows) {
      assert.equal(headers.length, framing === 'guid' ? 1 : 0);
      for (const [name, value] of headers)
        assert.deepEqual([name, value!.length, value![0]], ['__value_schema_id', 17, 1]);
    }
  }
});

test('CSV with header: each record is the names’ line and its own', async () => {
  const { rows } = await run([at(0, { value: body({ id: 1, user: 'a,b' }) })], 1, 'SELECT id, user, tags FROM e', {
    format: { csv: { header: true, delimiter: ';' } },
  });
  assert.deepEqual(
    rows.map((r) => text(r.value)),
    ['id;user;tags\r\n1;a,b;[]'],
  );
});

test('UNION ALL over two streams: each topic’s records become rows by their own branch, with their own schema', async () => {
  const other = JSON.stringify({ type: 'record', name: 'Other', fields: [{ name: 'label', type: 'string' }] });
  const otherType = avsc.Type.forSchema(JSON.parse(other) as avsc.Schema);
  const names = ['union.e', 'union.o', 'union.out'] as const;
  await createTopics(bootstrap(), names, 2);
  const place = (n: number): number => n % 2;
  await write(
    bootstrap(),
    names[0],
    events.map((event, n) => ({ partition: place(n), value: body(event) })),
  );
  await write(
    bootstrap(),
    names[1],
    events.map((_, n) => ({ partition: place(n), value: otherType.toBuffer({ label: `l${n}` }) })),
  );
  const job = sqlJob('union', {
    sql: "SELECT CAST(id AS VARCHAR) AS what FROM e WHERE id < 30 UNION ALL SELECT label FROM o WHERE label <> 'l3'",
    streams: { e: { schema, topic: names[0] }, o: { schema: other, topic: names[1] } },
    sink: { topic: names[2] },
  });
  await runWhole(bootstrap(), job, 2 * events.length);
  const rows = await readRecords(bootstrap(), names[2], 30 + 39);
  for (const partition of [0, 1]) {
    const found = rows.filter((r) => r.partition === partition).map((r) => JSON.parse(text(r.value)!).what as string);
    const of = (list: readonly string[]) => list.filter((_, n) => place(n) === partition);
    const labels = of(events.map((_, n) => `l${n}`)).filter((l) => l !== 'l3');
    assert.deepEqual(
      found.filter((w) => w.startsWith('l')),
      labels,
    );
    assert.deepEqual(
      found.filter((w) => !w.startsWith('l')),
      of(events.slice(0, 30).map((e) => String(e.id))),
    );
  }
});

for (const [shape, sql] of [
  ['one of several rows', 'SELECT id, tag FROM e CROSS JOIN UNNEST(tags) AS t (tag)'],
  ['a row', 'SELECT id, tags FROM e'],
  ['a row with a key of its own', 'SELECT id, tags FROM e KEY BY id'],
] as const) {
  test(`${shape} is larger than its topic takes: a dead letter of stage sink, and no row of that record`, async () => {
    const name = `large${jobs++}`;
    const [input, output, dlq] = [`${name}.in`, `${name}.out`, `${name}.dlq`];
    await createTopics(bootstrap(), [input, dlq], 1);
    await createTopics(bootstrap(), [output], 1, { 'max.message.bytes': '20000' });
    const large = body({ id: 2, tags: ['fits', 'x'.repeat(30_000), 'fits too'] });
    const bodies = [body({ id: 1, tags: ['a'] }), large, body({ id: 3, tags: ['c'] })];
    await write(
      bootstrap(),
      input,
      bodies.map((value) => ({ partition: 0, value })),
    );
    const errors = { policy: 'dlq', topic: dlq } as const;
    const job = sqlJob(name, { sql, streams: { e: { schema, topic: input } }, sink: { topic: output }, errors });
    const end = await runWhole(bootstrap(), job, 3);
    assert.deepEqual([end.counters.recordsOut, end.counters.recordsFailed], [2, 1]);
    const ids = (await readRecords(bootstrap(), output, 2)).map((r) => JSON.parse(text(r.value)!).id as number);
    assert.deepEqual(ids, [1, 3]);
    const [dead, ...more] = await readRecords(bootstrap(), dlq, 1);
    assert.equal(more.length, 0);
    assert.deepEqual(dead!.value, large);
    const told = Object.fromEntries(headersOf(dead!));
    assert.deepEqual([told['millrace.stage'], told['millrace.offset']], ['sink', '1']);
    assert.match(told['millrace.cause']!, /larger than the topic .* takes/);
  });
}

test('the output schema of a plan is named by the sink, whatever the framing', () => {
  const input = { sql: 'SELECT id FROM e', streams: { e: schema }, format: 'avro', outputName: 'acme.Denied' } as const;
  const { name, namespace } = JSON.parse(compileQuery(input).outputSchema) as { name: string; namespace: string };
  assert.equal(`${namespace}.${name}`, 'acme.Denied');
});
