/** One Kafka cluster as a thread sees it: its brokers, partitions' leaders and coordinators. Owns routing; it doesn't retry. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { type CoordinatorType, findCoordinator } from './api/find-coordinator.ts';
import { type BrokerAddress, type Metadata, metadata, type TopicMetadata } from './api/metadata.ts';
import { BrokerError, brokerErrors, isUnauthorized, NoAnswer } from './broker-error.ts';
import type { Link } from './link.ts';
import { Links, type Purpose } from './links.ts';
import { pause } from './pause.ts';
import { ProduceLanes } from './produce-lanes.ts';
import type { Api } from './wire.ts';

/** A topic that is read, as it was when it was looked at. */
export interface SourceTopic {
  readonly topic: string;
  readonly id: string;
  readonly partitions: number;
}

export class Cluster {
  /** For messages. */
  readonly bootstrap: string;
  readonly #links: Links;
  readonly #lanes = new Map<number, ProduceLanes>();
  readonly #brokers = new Map<number, BrokerAddress>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #coordinators = new Map<string, BrokerAddress>();

  constructor(access: KafkaAccess, clientId: string) {
    this.bootstrap = access.bootstrap;
    this.#links = new Links(access, clientId);
  }

  /** Asks whichever broker answers. Throws BrokerError or NoAnswer. */
  ask<T>(api: Api<T>): Promise<T> {
    return this.#links.ask(this.#brokers.values(), api);
  }

  /** The level of transaction.version that the cluster has finalized. */
  async transactionVersion(): Promise<number> {
    if (this.#links.transactionVersion === null) await this.ask(metadata([]));
    return this.#links.transactionVersion ?? 0;
  }

  /** Asks for these topics as they are, and keeps nothing of them; who the brokers are is kept. Throws BrokerError or NoAnswer. */
  async look(topics: readonly string[]): Promise<Metadata> {
    const found = await this.ask(metadata(topics));
    this.#brokers.clear();
    for (const b of found.brokers) this.#brokers.set(b.id, b);
    for (const t of found.topics) {
      if (isUnauthorized(t.error)) throw new BrokerError(t.error, 'Metadata', `of topic ${t.name}`);
    }
    return found;
  }

  /** Asks for these topics' leaders anew. A topic that doesn't exist is left out of the answer. */
  async refresh(topics: readonly string[]): Promise<Metadata> {
    const found = await this.look(topics);
    for (const t of found.topics) {
      if (isThere(t)) this.#topics.set(t.name, newer(t, this.#topics.get(t.name)));
      else this.#topics.delete(t.name);
    }
    return found;
  }

  /** Which topic stands under this name now, and how many partitions it has. Throws MillraceError topic_missing. */
  async topic(name: string): Promise<SourceTopic> {
    await this.refresh([name]);
    const known = this.#topics.get(name);
    if (known === undefined) {
      throw new MillraceError(
        failure(
          'topic_missing',
          `The topic ${name} doesn't exist on the cluster at ${this.bootstrap}. Create it and retry.`,
        ),
      );
    }
    return { topic: name, id: known.id, partitions: known.leaders.length };
  }

  /** How many partitions a topic has. Throws MillraceError topic_missing. */
  async partitions(topic: string): Promise<number> {
    return (await this.topic(topic)).partitions;
  }

  /** The id of the topic under this name, as last heard; null where none is known. */
  topicId(name: string): string | null {
    return this.#topics.get(name)?.id ?? null;
  }

  /** Broker id of a partition's leader, as last heard; null where it isn't known or there is none. */
  leader(topic: string, partition: number): number | null {
    const id = this.#topics.get(topic)?.leaders[partition];
    return id === undefined || id < 0 || !this.#brokers.has(id) ? null : id;
  }

  /** The epoch of a partition's leader, as last heard; -1 where it isn't known. */
  leaderEpoch(topic: string, partition: number): number {
    return this.#topics.get(topic)?.epochs[partition] ?? -1;
  }

  /** Whether metadata name this broker. */
  knows(broker: number): boolean {
    return this.#brokers.has(broker);
  }

  broker(id: number, purpose: Purpose): Promise<Link> {
    const b = this.#brokers.get(id);
    if (b === undefined) return Promise.reject(new NoAnswer(`broker ${id} is not known`));
    return this.#links.to(b, purpose);
  }

  /** Sends a produce request for these partitions to a broker, by a lane of its own. */
  produce<T>(id: number, api: Api<T>, partitions: readonly string[]): Promise<T> {
    let lanes = this.#lanes.get(id);
    if (lanes === undefined) {
      lanes = new ProduceLanes((lane) => this.broker(id, `lane-${lane}`));
      this.#lanes.set(id, lanes);
    }
    return lanes.send(api, partitions);
  }

  /** The link to a partition's leader. Throws NoAnswer where there is none at the moment. */
  async leaderLink(topic: string, partition: number, purpose: Purpose): Promise<Link> {
    if (this.leader(topic, partition) === null) await this.refresh([topic]);
    const id = this.leader(topic, partition);
    if (id === null) throw new NoAnswer(`${topic}/${partition} has no leader at the moment`);
    return await this.broker(id, purpose);
  }

  /** One request to a coordinator. Where it says that it isn't the one (any more), the next call looks it up again. */
  async atCoordinator<T>(type: CoordinatorType, key: string, make: (link: Link) => Api<T>): Promise<T> {
    const name = `${type}/${key}`;
    let address = this.#coordinators.get(name);
    if (address === undefined) {
      address = await this.ask(findCoordinator(type, key));
      this.#coordinators.set(name, address);
    }
    try {
      const link = await this.#links.to(address, 'control');
      return await link.request(make(link));
    } catch (e) {
      const moved =
        e instanceof BrokerError &&
        (e.code === brokerErrors.NOT_COORDINATOR || e.code === brokerErrors.COORDINATOR_NOT_AVAILABLE);
      if (moved || e instanceof NoAnswer) this.#coordinators.delete(name);
      throw e;
    }
  }

  async close(): Promise<void> {
    await this.#links.close();
    await pause(0);
  }
}

/** A topic whose partitions are told exists, whatever is the matter with it at the moment. */
export const isThere = (t: TopicMetadata): boolean => t.error === 0 || t.leaders.length > 0;

/**
 * Brokers hear of elections and of new partitions one after the other: what is heard from one that is behind doesn't
 * overwrite what is known (KIP-320). Of two ids the one heard last is believed.
 */
function newer(heard: TopicMetadata, known: TopicMetadata | undefined): TopicMetadata {
  if (known === undefined || known.id !== heard.id) return heard;
  const partitions = Math.max(known.leaders.length, heard.leaders.length);
  const leaders: number[] = [];
  const epochs: number[] = [];
  for (let p = 0; p < partitions; p++) {
    const from = (heard.epochs[p] ?? -2) < (known.epochs[p] ?? -2) ? known : heard;
    leaders[p] = from.leaders[p] ?? -1;
    epochs[p] = from.epochs[p] ?? -1;
  }
  return { ...heard, leaders, epochs };
}
