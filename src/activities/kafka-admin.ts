/** Topics and committed offsets, by Kafka's admin API. One connection per call: these run when a job changes, not while it works. */
import kafkajs, { type Admin } from 'kafkajs';
import { failure, MillraceError } from '../contracts/failure.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Positions } from '../contracts/task.ts';

// A CommonJS module whose error classes can't be imported by name.
const { Kafka, KafkaJSProtocolError, logLevel } = kafkajs;

/** Cluster name → bootstrap servers. */
export type Clusters = Readonly<Record<string, string>>;

interface WantedTopic {
  readonly topic: string;
  readonly partitions: number;
  /** The topic's own configuration; the broker's defaults otherwise. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Bootstrap servers of a cluster. Throws MillraceError invalid_spec for one that this deployment doesn't know. */
export function bootstrapOf(clusters: Clusters, cluster: string): string {
  const bootstrap = clusters[cluster];
  if (bootstrap !== undefined) return bootstrap;
  const known = Object.keys(clusters).join(', ') || 'none';
  throw new MillraceError(
    failure('invalid_spec', `There is no Kafka cluster "${cluster}" here; known clusters: ${known}.`),
  );
}

/** Creates a plan's output topics where they are missing. A topic that exists is left as it is, whatever its partitions. */
export async function ensureTopics(clusters: Clusters, plan: Plan): Promise<void> {
  const { cluster, topic, partitions } = plan.sink.kafka;
  const wanted: WantedTopic[] = [{ topic, partitions }];
  if (plan.errors.policy === 'dlq') wanted.push({ topic: plan.errors.topic, partitions: 1 });
  await withAdmin(bootstrapOf(clusters, cluster), (admin) => createMissing(admin, wanted));
}

/** Creates one topic where it is missing; one that exists is left as it is. */
export function ensureTopic(bootstrap: string, wanted: WantedTopic): Promise<void> {
  return withAdmin(bootstrap, (admin) => createMissing(admin, [wanted]));
}

async function createMissing(admin: Admin, wanted: readonly WantedTopic[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter((w) => !existing.has(w.topic));
  if (missing.length === 0) return;
  const topics = missing.map(({ topic, partitions, config = {} }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor: -1,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  // Answers false where somebody else created one meanwhile, which is as good.
  await admin.createTopics({ topics, waitForLeaders: true }).catch((error: unknown) => {
    if (!(error instanceof KafkaJSProtocolError && error.type === 'TOPIC_ALREADY_EXISTS')) throw error;
  });
}

/** Topics of `names` that don't exist on the cluster. */
export function missingTopics(bootstrap: string, names: readonly string[]): Promise<string[]> {
  return withAdmin(bootstrap, async (admin) => {
    const existing = new Set(await admin.listTopics());
    return names.filter((n) => !existing.has(n));
  });
}

/** A group's committed offsets; a partition without one is left out, and so is a topic without any. */
export function committedOffsets(bootstrap: string, groupId: string, topics: readonly string[]): Promise<Positions> {
  return withAdmin(bootstrap, async (admin) => {
    const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
    const committed = found.map(({ topic, partitions }) => {
      const at = partitions.filter((p) => Number(p.offset) >= 0).map((p) => [p.partition, p.offset] as const);
      return [topic, Object.fromEntries(at)] as const;
    });
    return Object.fromEntries(committed.filter(([, at]) => Object.keys(at).length > 0));
  });
}

async function withAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    clientId: 'millrace-admin',
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    // Temporal retries the activity; a second ladder of retries inside would only hide the cause.
    retry: { retries: 1, initialRetryTime: 100 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
