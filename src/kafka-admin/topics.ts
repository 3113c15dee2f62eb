/**
 * Topics, by Kafka's admin API. Owns what it takes until a new topic can be used. One connection per call: these run when a
 * job changes, not while it works.
 */
import kafkajs, { type Admin } from 'kafkajs';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { withPatience } from '../pipeline/kafka/index.ts';

// A CommonJS module whose error classes can't be imported by name.
const { Kafka, KafkaJSProtocolError, logLevel } = kafkajs;

export interface WantedTopic {
  readonly topic: string;
  readonly partitions: number;
  /** The topic's own configuration; the broker's defaults otherwise. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Creates topics where they are missing, and resolves when the brokers tell of them. One that exists is left as it is,
 * whatever its partitions. Throws MillraceError kafka_unavailable, and what kafkajs throws.
 */
export function ensureTopics(bootstrap: string, wanted: readonly WantedTopic[]): Promise<void> {
  return withAdmin(bootstrap, async (admin) => {
    const missing = await missingOf(admin, names(wanted));
    if (missing.length === 0) return;
    await create(
      admin,
      wanted.filter((w) => missing.includes(w.topic)),
    );
    await untilListed(admin, missing);
  });
}

/** Topics of `names` that don't exist on the cluster. */
export function missingTopics(bootstrap: string, names: readonly string[]): Promise<string[]> {
  return withAdmin(bootstrap, (admin) => missingOf(admin, names));
}

export async function withAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
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

async function create(admin: Admin, wanted: readonly WantedTopic[]): Promise<void> {
  const topics = wanted.map(({ topic, partitions, config = {} }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor: -1,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  // kafkajs's own wait for leaders gives up where a broker has not heard of the topic yet.
  await admin.createTopics({ topics, waitForLeaders: false }).catch((error: unknown) => {
    // Somebody else created it meanwhile, which is as good.
    if (!(error instanceof KafkaJSProtocolError && error.type === 'TOPIC_ALREADY_EXISTS')) throw error;
  });
}

/** The controller creates a topic; the brokers hear of it a little later, and until then it is none to those who ask them. */
async function untilListed(admin: Admin, created: readonly string[]): Promise<void> {
  const look = async () => {
    const missing = await missingOf(admin, created);
    if (missing.length === 0) return;
    const message = `The brokers don't tell of ${missing.join(', ')} yet, which the controller has created.`;
    throw new MillraceError(failure('kafka_unavailable', message));
  };
  await withPatience(look, { retriable: (e) => e instanceof MillraceError, forMs: limits.topicSpreadMs });
}

async function missingOf(admin: Admin, names: readonly string[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  return names.filter((n) => !existing.has(n));
}

const names = (wanted: readonly WantedTopic[]): string[] => wanted.map((w) => w.topic);
