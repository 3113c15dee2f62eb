/** Topics, plans, orders and checks for tests of tasks on the embedded Kafka. */
import assert from 'node:assert/strict';
import type { KafkaAccess } from '../../../../src/contracts/kafka-access.ts';
import { limits } from '../../../../src/contracts/limits.ts';
import { defaultDeployment, groupId, type JobKey, transactionalId } from '../../../../src/contracts/names.ts';
import type { Plan } from '../../../../src/contracts/plan.ts';
import type { KeptPositions } from '../../../../src/contracts/positions.ts';
import type { PrepareTask, ProducerIdentity, RunTask, TaskIdentity } from '../../../../src/contracts/task.ts';
import { ensureTopics } from '../../../../src/kafka-admin/topics.ts';
import { type CoordinatorType, findCoordinator } from '../../../../src/pipeline/kafka/api/find-coordinator.ts';
import { isRetriableAtCoordinator } from '../../../../src/pipeline/kafka/broker-error.ts';
import { Cluster } from '../../../../src/pipeline/kafka/cluster.ts';
import { allPartitions, stableOffsets } from '../../../../src/pipeline/kafka/group-offsets.ts';
import {
  type Codec,
  RawProducer,
  readTopic,
  type TopicRecord,
  withPatience,
} from '../../../../src/pipeline/kafka/index.ts';
import type { RunnerOptions } from '../../../../src/pipeline/runtime/runner-options.ts';
import { TaskRunner } from '../../../../src/pipeline/runtime/task-runner.ts';
import kafkajs from '../../../support/kafkajs.ts';
import { readStanding } from '../../../support/on-cluster.ts';
import { until } from '../../../support/patience.ts';
import { compilePlain } from './plain-kernel.ts';

let jobs = 0;
const runners = new Set<TaskRunner>();

/** Resolves when this broker knows who leads the topics: the controller tells each of them a little after it has made them. */
async function untilKnown(broker: string, topics: readonly string[]): Promise<void> {
  const cluster = new Cluster({ bootstrap: broker }, 'test');
  try {
    await until(`${broker} knows ${topics.join(', ')}`, async () => {
      const { topics: found } = await cluster.look(topics);
      return topics.every((name) => found.some((t) => t.name === name && t.error === 0 && t.leaders[0]! >= 0));
    });
  } finally {
    await cluster.close();
  }
}

export interface PlaceOptions {
  /** Brokers that the coordinators are among; those of the input by default. */
  readonly coordinators?: readonly number[];
  /** Configuration of the input, and of the output. */
  readonly input?: Readonly<Record<string, string>>;
  readonly output?: Readonly<Record<string, string>>;
}

/** A job of its own: topics in and out, and the orders of its tasks. */
export class JobUnderTest {
  readonly bootstrap: string;
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly dlq: string;
  plan: Plan;
  /** The first, but where {@link createOn} chose another. */
  generation = 1;

  private constructor(bootstrap: string, partial: Partial<Plan>) {
    this.bootstrap = bootstrap;
    this.name = `job${jobs++}-${process.pid}`;
    this.input = `${this.name}.in`;
    this.output = `${this.name}.out`;
    this.dlq = `${this.name}.dlq`;
    this.plan = {
      hash: this.name,
      sql: 'SELECT 1',
      sources: [{ stream: 's', topics: [{ cluster: 'main', topic: this.input }], writerSchema: '"bytes"' }],
      readColumns: [],
      output: [],
      outputSchema: '{"type":"record","name":"Row","namespace":"millrace","fields":[]}',
      keyed: false,
      sink: { kafka: { cluster: 'main', topic: this.output, partitions: 4, format: 'json' } },
      delivery: 'exactly_once',
      errors: { policy: 'fail' },
      start: 'earliest',
      ...partial,
    };
  }

  /** `configs`: of its topics, by name. */
  static async create(
    bootstrap: string,
    partial: Partial<Plan> = {},
    partitions = 4,
    configs: (job: JobUnderTest) => Readonly<Record<string, Readonly<Record<string, string>>>> = () => ({}),
  ): Promise<JobUnderTest> {
    const job = new JobUnderTest(bootstrap, partial);
    const topics = [job.input, job.output, job.dlq].map((topic) => ({
      topic,
      partitions,
      config: configs(job)[topic] ?? {},
    }));
    await ensureTopics({ bootstrap }, topics);
    return job;
  }

  /**
   * With one partition of each topic, on these brokers (the first leads), and coordinators that are among those of the input,
   * for a task of the job's {@link generation}: it has nothing to do with the other brokers of a cluster.
   */
  static async createOn(
    bootstrap: string,
    brokers: readonly number[],
    ofOutput = brokers,
    { coordinators = brokers, input = {}, output = {} }: PlaceOptions = {},
  ): Promise<JobUnderTest> {
    for (;;) {
      const job = new JobUnderTest(bootstrap, {});
      if (!(await job.#isCoordinatedBy(coordinators))) continue;
      const assigned = [job.input, job.output, job.dlq].map((topic) => {
        const replicas = [...(topic === job.output ? ofOutput : brokers)];
        const configs = Object.entries(topic === job.input ? input : topic === job.output ? output : {});
        const configEntries = configs.map(([name, value]) => ({ name, value }));
        return { topic, replicaAssignment: [{ partition: 0, replicas }], configEntries };
      });
      // Waiting for leaders by kafkajs fails where the broker that it asks hasn't heard of the topics yet.
      await job.admin((admin) => admin.createTopics({ topics: assigned, waitForLeaders: false }));
      const topics = assigned.map(({ topic }) => topic);
      await Promise.all(bootstrap.split(',').map((broker) => untilKnown(broker, topics)));
      return job;
    }
  }

  /** A query that the compiler makes a kernel of, over records of one text, called `a`. */
  setQuery(sql: string): void {
    const writerSchema = '{"type":"record","name":"r","fields":[{"name":"a","type":"string"}]}';
    this.plan = { ...this.plan, sql, sources: [{ ...this.plan.sources[0]!, writerSchema }] };
  }

  async admin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    const { Kafka, logLevel } = kafkajs;
    const admin = new Kafka({ brokers: this.bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  get key(): JobKey {
    return { deployment: defaultDeployment, tenant: 'test', job: this.name };
  }

  /** Goes on to the generation whose task has its coordinator there. False where the group's is elsewhere, or none is found. */
  async #isCoordinatedBy(brokers: readonly number[]): Promise<boolean> {
    const cluster = new Cluster({ bootstrap: this.bootstrap }, 'test');
    // The first who asks has the coordinators' topics made.
    const patience = { retriable: isRetriableAtCoordinator, forMs: 60_000 };
    const isThere = async (type: CoordinatorType, key: string): Promise<boolean> =>
      brokers.includes((await withPatience(() => cluster.ask(findCoordinator(type, key)), patience)).id);
    try {
      if (!(await isThere('group', groupId(this.key)))) return false;
      for (; this.generation < 20; this.generation++)
        if (await isThere('transaction', transactionalId(this.identity(this.generation)))) return true;
      return false;
    } finally {
      await cluster.close();
    }
  }

  identity(generation: number, index = 0, tasks = 1): TaskIdentity {
    return { ...this.key, generation, index, tasks };
  }

  order(task: TaskIdentity): PrepareTask {
    return { task, plan: this.plan };
  }

  runOrder(task: TaskIdentity, producer: ProducerIdentity, fenced: readonly TaskIdentity[] = []): RunTask {
    const fence = fenced.map((t) => transactionalId(t));
    return { task, plan: this.plan, producer, fence, keptPositions: {} };
  }

  /** Writes values `${prefix}${n}` for n in [from, to), in partition n mod partitions. */
  async produce(from: number, to: number, prefix = '+', codec: Codec = 'none', partitions = 4): Promise<void> {
    const producer = await RawProducer.open({ bootstrap: this.bootstrap, codec });
    try {
      for (let n = from; n < to; n++) {
        const record = { value: Buffer.from(`${prefix}${n}`), key: n % 3 === 0 ? Buffer.from(`k${n}`) : null };
        if (producer.append(this.input, n % partitions, record)) await producer.flush();
      }
      await producer.flush();
    } finally {
      await producer.close();
    }
  }

  /**
   * Every record that a read_committed reader of the topic sees, once there are `atLeast`: a commit is final when the
   * coordinator has written it down, and shows in each partition a moment later.
   */
  async read(topic: string = this.output, atLeast = 0): Promise<TopicRecord[]> {
    for (let attempt = 0; ; attempt++) {
      const all: TopicRecord[] = [];
      for await (const batch of readTopic({ bootstrap: this.bootstrap, topic })) for (const r of batch) all.push(r);
      if (all.length >= atLeast || attempt >= 40) return all;
      await new Promise((r) => setTimeout(r, 50));
    }
  }

  /** The committed offsets of the job's group, by partition; those that a long open transaction makes unsure are left out. */
  async committed(): Promise<Map<number, number>> {
    const cluster = new Cluster({ bootstrap: this.bootstrap }, 'test');
    try {
      const topics = allPartitions([await cluster.topic(this.input)]);
      const found = await stableOffsets(cluster, groupId(this.key), topics, limits.taskRetryMs);
      return new Map([...(found.get(this.input) ?? [])].map(([p, { offset }]) => [p, offset]));
    } finally {
      await cluster.close();
    }
  }

  /** What its workflow knows of its topic, begun with so many partitions, as it tells a task; no positions. */
  async kept(begun: number): Promise<KeptPositions> {
    const standing = await readStanding(this, 'nobody', [this.input]);
    const { id, partitions } = standing[this.input]!;
    return { [this.input]: { id, begun, partitions, offsets: {} } };
  }

  /** `clusters`: beside main. `more`: of its options. */
  runner(
    hostId = 'h1',
    clusters: Readonly<Record<string, KafkaAccess>> = {},
    more: Omit<RunnerOptions, 'hostId' | 'clusters'> = {},
  ): TaskRunner {
    const options = { hostId, clusters: { main: { bootstrap: this.bootstrap }, ...clusters }, ...more };
    const runner = new TaskRunner(options, compilePlain);
    runners.add(runner);
    return runner;
  }
}

/** Closes what a failed test has left open, so that the file ends. */
export async function closeRunners(): Promise<void> {
  for (const r of runners) await r.close();
}

/** What is wrong with an output that should hold `+n` for n in [from, to), each once and in order of its partition. */
export function mistakes(records: readonly TopicRecord[], from: number, to: number): string[] {
  const found: string[] = [];
  const seen = new Set<number>();
  const last = new Map<number, number>();
  for (const r of records) {
    const n = Number(r.value?.toString().slice(1));
    if (seen.has(n)) found.push(`${n} is there twice`);
    seen.add(n);
    if (n < (last.get(r.partition) ?? -1)) found.push(`${n} comes after ${last.get(r.partition)}`);
    last.set(r.partition, n);
  }
  for (let n = from; n < to; n++) if (!seen.has(n)) found.push(`${n} is missing`);
  if (seen.size > to - from) found.push(`${seen.size - (to - from)} too many`);
  return found;
}

export function assertExactlyOnce(records: readonly TopicRecord[], from: number, to: number): void {
  assert.deepEqual(mistakes(records, from, to).slice(0, 5), []);
}
