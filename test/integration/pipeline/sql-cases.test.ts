/**
 * Every case of test/sql/cases through Kafka: over several partitions, stopped in the middle by one task and resumed by two.
 * Per output partition the rows are exactly those of its input partition's records, in their order, each once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { loadCases, type SqlCase, streams } from '../../sql/cases.ts';
import { rowsOf } from '../../unit/pipeline/support.ts';
import { brokerForTests } from './support/kafka.ts';
import {
  createTopics,
  type Placed,
  readRecords,
  runTasks,
  runWhole,
  type SqlJob,
  sqlJob,
  sqlRunner,
  tasksOf,
  write,
} from './support/sql-job.ts';

const partitions = 3;
/** Records of each stream: in one half before the stop, in the other behind it. */
const records = 1_200;
/** Cases that run at once. */
const together = 24;

const metadata = /\b_(topic|partition|offset|timestamp|key|headers)\b/;
const cases = loadCases().filter((one) => one.fails.length === 0 && !metadata.test(one.input.sql));
const topicOf = (stream: string): string => `sql-cases.${stream}`;
const bootstrap = brokerForTests();

/** The n-th record of a stream: all bodies in each partition, none in step with the partitions. */
const bodyOf = (stream: string, n: number): number => Math.floor(n / partitions) % streams[stream]!.bodies.length;
const keyOf = (stream: string, n: number): string => `${stream}${n}`;

function someRecords(stream: string, from: number, to: number): readonly Placed[] {
  return Array.from({ length: to - from }, (_, i) => ({
    partition: (from + i) % partitions,
    key: Buffer.from(keyOf(stream, from + i)),
    value: streams[stream]!.bodies[bodyOf(stream, from + i)]!,
  }));
}

interface CaseRun {
  readonly one: SqlCase;
  readonly job: SqlJob;
  readonly output: string;
  readonly dlq: string;
  firstRead: number;
  /** What went wrong while it ran. */
  problem?: unknown;
}

const runs = new Map<SqlCase, CaseRun>();

/** All cases, once, by whichever test comes first. */
let ran: Promise<void> | undefined;

async function runAll(): Promise<void> {
  for (const [i, one] of cases.entries()) {
    const [output, dlq] = [`sql-cases.out${i}`, `sql-cases.dlq${i}`];
    const { sql, format, key, tombstone } = one.input;
    const job = sqlJob(`case${i}`, {
      sql,
      streams: Object.fromEntries(Object.entries(streams).map(([s, { schema }]) => [s, { schema, topic: topicOf(s) }])),
      sink: {
        topic: output,
        format,
        partitioning: 'source',
        ...(key && { key: [...key] }),
        ...(tombstone && { tombstone }),
      },
      errors: one.errors.length > 0 ? { policy: 'dlq', topic: dlq } : { policy: 'fail' },
    });
    runs.set(one, { one, job, output, dlq, firstRead: 0 });
  }
  const all = [...runs.values()];
  const dead = all.filter((r) => r.one.errors.length > 0).map((r) => r.dlq);
  await useBroker();
  const inputs = Object.keys(streams).map(topicOf);
  await createTopics(bootstrap(), [...inputs, ...dead, ...all.map((r) => r.output)], partitions);
  const half = records / 2;
  for (const s of Object.keys(streams)) await write(bootstrap(), topicOf(s), someRecords(s, 0, half));
  // One for both generations: kernels are made and warm once.
  const runner = sqlRunner(bootstrap());
  await inGroups(runner, all, firstPart);
  for (const s of Object.keys(streams)) await write(bootstrap(), topicOf(s), someRecords(s, half, records));
  await inGroups(runner, all, secondPart);
  await runner.close();
}

/** One small job first: the broker makes its inner topics, of transactions and offsets, before it is asked for hundreds of ours. */
async function useBroker(): Promise<void> {
  const [input, output] = ['sql-cases.first', 'sql-cases.first.out'];
  await createTopics(bootstrap(), [input, output], 1);
  const { schema, bodies } = streams['t']!;
  await write(bootstrap(), input, [{ partition: 0, value: bodies[0]! }]);
  const job = sqlJob('first', {
    sql: 'SELECT id FROM t',
    streams: { t: { schema, topic: input } },
    sink: { topic: output },
  });
  await runWhole(bootstrap(), job, 1);
}

async function inGroups(
  runner: Runner,
  all: readonly CaseRun[],
  work: (run: CaseRun, runner: Runner) => Promise<void>,
): Promise<void> {
  for (let i = 0; i < all.length; i += together)
    await Promise.all(
      all.slice(i, i + together).map(async (run) => {
        try {
          await work(run, runner);
        } catch (e) {
          run.problem ??= e;
        }
      }),
    );
}
type Runner = ReturnType<typeof sqlRunner>;

/** One task, stopped as soon as it has read anything. */
async function firstPart(run: CaseRun, runner: Runner): Promise<void> {
  const [end] = await runTasks(runner, run.job, tasksOf(run.job, 1, 1), 1);
  assert.equal(end?.kind, 'drained', JSON.stringify(end));
  run.firstRead = end.counters.recordsIn;
}

/** Two tasks, to the end. */
async function secondPart(run: CaseRun, runner: Runner): Promise<void> {
  if (run.problem !== undefined) return;
  const rest = records * run.job.plan.sources.length - run.firstRead;
  const ends = await runTasks(runner, run.job, tasksOf(run.job, 2, 2), rest, tasksOf(run.job, 1, 1));
  for (const end of ends) assert.equal(end.kind, 'drained', JSON.stringify(end));
  const read = ends.reduce((sum, end) => sum + end.counters.recordsIn, 0);
  assert.equal(read, rest, 'what the first generation had read is not read again');
}

/** Each body's rows, as the case has them; what the kernel says here is only how many; undefined: the record fails. */
function expectedOf({ one }: CaseRun): ReadonlyMap<string, readonly (readonly (string | undefined)[] | undefined)[]> {
  const query = compileQuery(one.input);
  let at = 0;
  const rowsOfBody = (stream: string, body: Buffer): readonly (string | undefined)[] | undefined => {
    try {
      const rows = rowsOf(query.kernel(stream, streams[stream]!.schema), body);
      if (one.errors.length > 0) return rows;
      at += rows.length;
      return one.rows.slice(at - rows.length, at).map((row) => (row === 'tombstone' ? undefined : row));
    } catch (e) {
      if (one.errors.length > 0 && e instanceof RecordError) return undefined;
      throw e;
    }
  };
  return new Map(query.streams.map((s) => [s, streams[s]!.bodies.map((body) => rowsOfBody(s, body))] as const));
}

const read = (topic: string, atLeast: number) => readRecords(bootstrap(), topic, atLeast);

/** Rows as one text each, with what makes their order: their partition, and the stream where the key tells it. */
function sorted(rows: readonly { partition: number; stream: string; value: string | undefined }[]): string[] {
  const lists = new Map<string, string[]>();
  for (const { partition, stream, value } of rows) {
    const key = `${partition} ${stream}`;
    if (!lists.has(key)) lists.set(key, []);
    lists.get(key)!.push(`${key} ${value ?? 'tombstone'}`);
  }
  return [...lists.keys()].sort().flatMap((key) => lists.get(key)!);
}

for (const one of cases) {
  test(one.name, async () => {
    ran ??= runAll();
    await ran;
    const run = runs.get(one)!;
    if (run.problem !== undefined) throw run.problem;
    const { plan } = run.job;
    const all = records * plan.sources.length;
    assert.ok(run.firstRead > 0 && run.firstRead < all, `stopped in the middle: ${run.firstRead}`);
    const expected = expectedOf(run);
    const rows: { partition: number; stream: string; value: string | undefined }[] = [];
    const failed: string[] = [];
    // Where the query makes keys, a row doesn't tell its stream; then there is one stream.
    assert.ok(!plan.keyed || plan.sources.length === 1);
    for (const [stream, bodies] of expected)
      for (let n = 0; n < records; n++) {
        const partition = n % partitions;
        const own = bodies[bodyOf(stream, n)];
        if (own === undefined) failed.push(keyOf(stream, n));
        else for (const value of own) rows.push({ partition, stream: plan.keyed ? '' : stream, value });
      }
    const written = await read(run.output, rows.length);
    const found = written.map(({ partition, key, value }) => {
      const stream = plan.keyed ? '' : (key?.toString().replace(/\d+$/, '') ?? 'no key');
      return { partition, stream, value: value?.toString() };
    });
    const [got, wanted] = [sorted(found), sorted(rows)];
    const differs = wanted.findIndex((row, i) => row !== got[i]);
    assert.deepEqual([differs, got.slice(Math.max(0, differs), differs + 3)], [-1, got.slice(0, 2)]);
    assert.equal(got.length, wanted.length);
    if (one.errors.length > 0) await assertDeadLetters(run, failed);
  });
}

/** Each failed record is there once, as it was, with the place that it came from and the cause. */
async function assertDeadLetters({ one, job, dlq }: CaseRun, failed: readonly string[]): Promise<void> {
  assert.ok(failed.length > 0);
  const dead = await read(dlq, failed.length);
  assert.deepEqual(dead.map((r) => r.key?.toString()).sort(), [...failed].sort());
  const causes = new Set<string | undefined>();
  for (const { key, value, partition, headers } of dead) {
    const [stream, n] = [key!.toString().replace(/\d+$/, ''), Number(key!.toString().replace(/^\D+/, ''))];
    assert.deepEqual(value, streams[stream]!.bodies[bodyOf(stream, n)]);
    assert.equal(partition, n % partitions);
    const told = Object.fromEntries(headers.map(([name, content]) => [name, content?.toString()]));
    causes.add(told['millrace.cause']);
    assert.deepEqual(
      { ...told, 'millrace.cause': '' },
      {
        'millrace.stage': 'sql',
        'millrace.cause': '',
        'millrace.topic': topicOf(stream),
        'millrace.partition': String(n % partitions),
        'millrace.offset': String(Math.floor(n / partitions)),
        'millrace.job': `test/${job.name}`,
      },
    );
  }
  // Several bodies may fail, each for a cause of its own; the case names that of the first.
  assert.ok(
    [...causes].some((cause) => cause?.includes(one.errors[0]!)),
    [...causes].join('\n'),
  );
}

test('_topic, _partition, _offset, _timestamp, _key and _headers are the record’s own', async () => {
  const [input, output] = ['sql-cases.meta', 'sql-cases.meta.out'];
  await createTopics(bootstrap(), [input, output], 2);
  const { schema, bodies } = streams['t']!;
  const value = bodies[0]!;
  const headers = [
    [Buffer.from('a'), Buffer.from('first')],
    [Buffer.from('none'), null],
    [Buffer.from('a'), Buffer.from('last')],
  ] as const;
  await write(bootstrap(), input, [
    { partition: 0, timestamp: 1_700_000_000_123, key: Buffer.from('k'), value, headers },
    { partition: 0, timestamp: 1_700_000_000_001, key: null, value },
    { partition: 1, timestamp: 1_700_000_000_456, key: Buffer.alloc(0), value },
  ]);
  const job = sqlJob('meta', {
    sql: 'SELECT _topic, _partition, _offset, _timestamp, _key, _headers, id FROM t',
    streams: { t: { schema, topic: input } },
    sink: { topic: output },
  });
  await runWhole(bootstrap(), job, 3);
  const found = (await read(output, 3)).map((r) => JSON.parse(r.value!.toString()));
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const row = (_partition: number, _offset: number, _timestamp: number, _key: string | null, _headers: object) => ({
    ...{ _topic: input, _partition, _offset, _timestamp, _key, _headers, id: 1 },
  });
  assert.deepEqual(
    found.sort((a, b) => a._partition - b._partition || a._offset - b._offset),
    [
      row(0, 0, 1_700_000_000_123, base64('k'), { a: base64('last'), none: null }),
      row(0, 1, 1_700_000_000_001, null, {}),
      row(1, 0, 1_700_000_000_456, '', {}),
    ],
  );
});
