/**
 * Topics, by Kafka's admin API. Owns what it takes until a new topic can be used. Asks for the topics by their names, never for all:
 * a cluster may have 150,000.
 */
import { failure, MillraceError } from '../contracts/failure.ts';
import type { KafkaAccess } from '../contracts/kafka-access.ts';
import { limits } from '../contracts/limits.ts';
import { type CreatedTopic, createTopics, type NewTopic } from '../pipeline/kafka/api/create-topics.ts';
import { BrokerError, kafkaError, kafkaFailure } from '../pipeline/kafka/broker-error.ts';
import { Cluster } from '../pipeline/kafka/cluster.ts';
import { withPatience } from '../pipeline/kafka/index.ts';

/** Milliseconds that the controller may take to create topics: less than limits.requestMs, so that its answer is heard. */
const createMs = 6_000;
/** Error codes of the protocol. */
const codes = { unknownTopic: 3, invalidTopic: 17, alreadyExists: 36 } as const;

export type WantedTopic = NewTopic;

/** One cluster's, over connections that are its owner's. Every method throws MillraceError and nothing else. */
export class TopicAdmin {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** How many partitions the topics of `names` have that exist. */
  async partitions(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { topics } = await this.#told(() => this.#cluster.look(names));
    const found = topics.filter((t) => t.error !== codes.unknownTopic && t.error !== codes.invalidTopic);
    return new Map(found.map((t) => [t.name, t.leaders.length]));
  }

  /** Topics of `names` that don't exist. */
  async missing(names: readonly string[]): Promise<string[]> {
    const found = await this.partitions(names);
    return names.filter((name) => !found.has(name));
  }

  /** Creates topics where they are missing, and resolves when the brokers tell of them. One that exists is left as it is, whatever its partitions. */
  async ensure(wanted: readonly WantedTopic[]): Promise<void> {
    const missing = await this.missing(wanted.map((w) => w.topic));
    if (missing.length === 0) return;
    const created = await this.#told(() => this.#create(wanted.filter((w) => missing.includes(w.topic))));
    for (const topic of created) checkCreated(topic, this.#cluster.bootstrap);
    await this.#untilListed(missing);
  }

  async #create(topics: readonly WantedTopic[]): Promise<readonly CreatedTopic[]> {
    const { controller } = await this.#cluster.look([]);
    const link = await this.#cluster.broker(controller, 'control');
    return await link.request(createTopics(topics, createMs));
  }

  /** The controller creates a topic; the brokers hear of it a little later, and until then it is none to those who ask them. */
  async #untilListed(created: readonly string[]): Promise<void> {
    const look = async () => {
      const missing = await this.missing(created);
      if (missing.length === 0) return;
      const message = `The brokers don't tell of ${missing.join(', ')} yet, which the controller has created.`;
      throw new MillraceError(failure('kafka_unavailable', message));
    };
    await withPatience(look, { retriable: (e) => e instanceof MillraceError, forMs: limits.topicSpreadMs });
  }

  async #told<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (e) {
      throw kafkaError(e, this.#cluster.bootstrap);
    }
  }
}

/** {@link TopicAdmin.ensure} over a connection of its own. */
export async function ensureTopics(access: KafkaAccess, wanted: readonly WantedTopic[]): Promise<void> {
  const cluster = new Cluster(access, 'millrace-admin');
  try {
    await new TopicAdmin(cluster).ensure(wanted);
  } finally {
    await cluster.close();
  }
}

/** Throws MillraceError. */
function checkCreated({ topic, error, message }: CreatedTopic, bootstrap: string): void {
  // Somebody else created it meanwhile, which is as good.
  if (error === 0 || error === codes.alreadyExists) return;
  const said = message === null ? '' : ` (${message})`;
  throw new MillraceError(kafkaFailure(new BrokerError(error, 'CreateTopics', `of ${topic}${said}`), bootstrap));
}
