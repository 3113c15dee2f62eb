/** Jobs with real queries for tests on the embedded Kafka: their plans, the records that they read, and generations of their tasks. */
import assert from 'node:assert/strict';
import { compileInput } from '../../../../src/contracts/compile-input.ts';
import { MillraceError } from '../../../../src/contracts/failure.ts';
import { transactionalId } from '../../../../src/contracts/names.ts';
import type { Plan } from '../../../../src/contracts/plan.ts';
import type { JobSpec } from '../../../../src/contracts/spec.ts';
import type { PrepareTask, ProducerIdentity, TaskEnd, TaskIdentity } from '../../../../src/contracts/task.ts';
import { ensureTopics } from '../../../../src/kafka-admin/topics.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { RawProducer, type RawRecord, readTopic, type TopicRecord } from '../../../../src/pipeline/kafka/index.ts';
import { TaskRunner } from '../../../../src/pipeline/runtime/task-runner.ts';
import { until } from '../../../support/patience.ts';

type Sink = JobSpec['sink']['kafka'];

export interface SqlJob {
  readonly name: string;
  readonly plan: Plan;
}

export interface SqlJobOptions {
  readonly sql: string;
  /** Stream → its schema and topic. */
  readonly streams: Readonly<Record<string, { readonly schema: string; readonly topic: string }>>;
  readonly sink: Partial<Sink> & Pick<Sink, 'topic'>;
  readonly errors?: Plan['errors'];
}

/** A job's plan as planning makes it. Throws MillraceError. */
export function sqlJob(name: string, options: SqlJobOptions): SqlJob {
  const { sql, streams, errors = { policy: 'fail' } } = options;
  const sink = { kafka: { cluster: 'main', partitions: 1, format: 'json', ...options.sink } } as const;
  const schemas = Object.fromEntries(Object.entries(streams).map(([stream, s]) => [stream, s.schema]));
  const query = compileQuery(compileInput(sql, sink, schemas, 'test.Row'));
  const plan: Plan = {
    hash: name,
    sql,
    sources: query.streams.map((stream) => {
      const { topic, schema } = streams[stream]!;
      return { stream, topics: [{ cluster: 'main', topic }], writerSchema: schema };
    }),
    readColumns: query.readColumns,
    output: query.output,
    outputSchema: query.outputSchema,
    keyed: query.keyed,
    sink,
    delivery: 'exactly_once',
    errors,
    start: 'earliest',
  };
  return { name, plan };
}

/** Topics that are asked for at once: a broker tells of many before it has made their logs, and refuses them for as long as that takes. */
const topicsAtOnce = 25;

export async function createTopics(
  bootstrap: string,
  topics: readonly string[],
  partitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> {
  const wanted = topics.map((topic) => ({ topic, partitions, config }));
  for (let i = 0; i < wanted.length; i += topicsAtOnce)
    await ensureTopics({ bootstrap }, wanted.slice(i, i + topicsAtOnce));
}

export interface Placed extends RawRecord {
  readonly partition: number;
}

export async function write(bootstrap: string, topic: string, records: readonly Placed[]): Promise<void> {
  const producer = await RawProducer.open({ bootstrap });
  try {
    for (const { partition, ...record } of records) {
      if (producer.append(topic, partition, record)) await producer.flush();
    }
    await producer.flush();
  } finally {
    await producer.close();
  }
}

/** What a read_committed reader of the topic sees, once there are so many records: a commit shows in each partition a moment later. */
export async function readRecords(bootstrap: string, topic: string, atLeast: number): Promise<readonly TopicRecord[]> {
  for (let attempt = 0; ; attempt++) {
    const all: TopicRecord[] = [];
    for await (const batch of readTopic({ bootstrap, topic })) all.push(...batch);
    if (all.length >= atLeast || attempt >= 40) return all;
    await new Promise((r) => setTimeout(r, 50));
  }
}

export const sqlRunner = (bootstrap: string): TaskRunner =>
  new TaskRunner({ hostId: 'h1', clusters: { main: { bootstrap } } }, compileQuery);

/** A generation's tasks; `former` are those of the generation before, which it fences. */
export const tasksOf = ({ name }: SqlJob, generation: number, tasks: number): readonly TaskIdentity[] =>
  Array.from({ length: tasks }, (_, index) => ({
    deployment: 'millrace',
    tenant: 'test',
    job: name,
    generation,
    index,
    tasks,
  }));

/** As a job's workflow does, again where the broker isn't ready: one that has just started makes its inner topics first. */
async function prepared(runner: TaskRunner, order: PrepareTask): Promise<ProducerIdentity> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await runner.prepare(order);
    } catch (e) {
      if (attempt >= 5 || !(e instanceof MillraceError && e.failure.retry)) throw e;
    }
  }
}

/** Runs a generation until its tasks have read so many records, then drains it. */
export async function runTasks(
  runner: TaskRunner,
  job: SqlJob,
  tasks: readonly TaskIdentity[],
  records: number,
  former: readonly TaskIdentity[] = [],
): Promise<readonly TaskEnd[]> {
  const fence = former.map((t) => transactionalId(t));
  const read = tasks.map(() => 0);
  let ended = false;
  const runs = tasks.map(async (task, i) => {
    const producer = await prepared(runner, { task, plan: job.plan });
    const end = await runner.run({ task, plan: job.plan, producer, fence, keptPositions: {} }, (report) => {
      read[i] = report.counters.recordsIn;
    });
    ended = true;
    return end;
  });
  const all = Promise.all(runs);
  all.catch(() => {
    ended = true;
  });
  await until(`${job.name} has read ${records} records`, () => ended || read.reduce((a, b) => a + b, 0) >= records);
  for (const task of tasks) runner.drain(task, 'order');
  return all;
}

/** Runs a job with one task over so many records, to its end. */
export async function runWhole(bootstrap: string, job: SqlJob, records: number): Promise<TaskEnd> {
  const runner = sqlRunner(bootstrap);
  try {
    const [end] = await runTasks(runner, job, tasksOf(job, 1, 1), records);
    assert.equal(end?.kind, 'drained', JSON.stringify(end));
    return end!;
  } finally {
    await runner.close();
  }
}
