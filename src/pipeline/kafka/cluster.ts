/** One Kafka cluster as a thread sees it: its brokers, partitions' leaders and coordinators. Owns routing; it doesn't retry. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { type CoordinatorType, findCoordinator } from './api/find-coordinator.ts';
import { type BrokerAddress, type Metadata, metadata } from './api/metadata.ts';
import { BrokerError, brokerErrors, isUnauthorized, NoAnswer } from './broker-error.ts';
import type { LinkOptions } from './connect.ts';
import type { Link } from './link.ts';
import { Links, type Purpose } from './links.ts';
import { pause } from './pause.ts';
import { ProduceLanes } from './produce-lanes.ts';
import type { Api } from './wire.ts';

export class Cluster {
  readonly bootstrap: string;
  readonly #links: Links;
  readonly #lanes = new Map<number, ProduceLanes>();
  readonly #brokers = new Map<number, BrokerAddress>();
  readonly #leaders = new Map<string, readonly number[]>();
  readonly #coordinators = new Map<string, BrokerAddress>();

  constructor(bootstrap: string, clientId: string, options: LinkOptions = {}) {
    this.bootstrap = bootstrap;
    this.#links = new Links(bootstrap, clientId, options);
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

  /** Asks for these topics' leaders anew. A topic that doesn't exist is left out of the answer. */
  async refresh(topics: readonly string[]): Promise<Metadata> {
    const found = await this.ask(metadata(topics));
    this.#brokers.clear();
    for (const b of found.brokers) this.#brokers.set(b.id, b);
    for (const t of found.topics) {
      if (isUnauthorized(t.error)) throw new BrokerError(t.error, 'Metadata', `of topic ${t.name}`);
      if (t.error === 0 || t.leaders.length > 0) this.#leaders.set(t.name, t.leaders);
      else this.#leaders.delete(t.name);
    }
    return found;
  }

  /** How many partitions a topic has. Throws MillraceError topic_missing. */
  async partitions(topic: string): Promise<number> {
    await this.refresh([topic]);
    const leaders = this.#leaders.get(topic);
    if (leaders === undefined) {
      throw new MillraceError(
        failure(
          'topic_missing',
          `The topic ${topic} doesn't exist on the cluster at ${this.bootstrap}. Create it and retry.`,
        ),
      );
    }
    return leaders.length;
  }

  /** Broker id of a partition's leader, as last heard; null where it isn't known or there is none. */
  leader(topic: string, partition: number): number | null {
    const id = this.#leaders.get(topic)?.[partition];
    return id === undefined || id < 0 || !this.#brokers.has(id) ? null : id;
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
