/**
 * One Kafka cluster as a thread sees it: its brokers, partitions' leaders and coordinators, and one connection per broker
 * and purpose (a fetch that waits for records must not block a produce). Owns routing; it doesn't retry.
 */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { type CoordinatorType, findCoordinator } from './api/find-coordinator.ts';
import { type BrokerAddress, type Metadata, metadata } from './api/metadata.ts';
import { BrokerError, brokerErrors, isUnauthorized, NoAnswer } from './broker-error.ts';
import { BufferPool } from './buffer-pool.ts';
import type { LinkOptions } from './connect.ts';
import { Link } from './link.ts';
import { pause } from './pause.ts';
import type { Api } from './wire.ts';

export type Purpose = 'fetch' | 'produce';

export class Cluster {
  readonly bootstrap: string;
  readonly #clientId: string;
  readonly #options: LinkOptions;
  /** Of large responses. */
  readonly #buffers = new BufferPool();
  readonly #links = new Map<string, Promise<Link>>();
  readonly #brokers = new Map<number, BrokerAddress>();
  readonly #leaders = new Map<string, readonly number[]>();
  readonly #coordinators = new Map<string, BrokerAddress>();
  #closed = false;

  constructor(bootstrap: string, clientId: string, options: LinkOptions = {}) {
    this.bootstrap = bootstrap;
    this.#clientId = clientId;
    this.#options = options;
  }

  /** The connection to a broker for this purpose; opened where there is none. */
  #link(host: string, port: number, purpose: Purpose): Promise<Link> {
    if (this.#closed) return Promise.reject(new NoAnswer('the connections are closed'));
    const key = `${host}:${port}/${purpose}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (this.#links.get(key) === opening) this.#links.delete(key);
    };
    const opening = Link.open(this.#clientId, host, port, this.#options, this.#buffers, forget);
    opening.catch(forget);
    this.#links.set(key, opening);
    return opening;
  }

  /** A broker that answers: known ones first, then the bootstrap servers. */
  async any(): Promise<Link> {
    let last: unknown = null;
    const known = [...this.#brokers.values()].map((b) => [b.host, b.port] as const);
    const listed = this.bootstrap.split(',').map((server) => {
      const colon = server.lastIndexOf(':');
      return [server.slice(0, colon).trim(), Number(server.slice(colon + 1))] as const;
    });
    for (const [host, port] of [...known, ...listed]) {
      try {
        return await this.#link(host, port, 'produce');
      } catch (e) {
        last = e;
      }
    }
    throw last ?? new NoAnswer(`no bootstrap server in "${this.bootstrap}"`);
  }

  /** Asks for these topics' leaders anew. A topic that doesn't exist is left out of the answer. */
  async refresh(topics: readonly string[]): Promise<Metadata> {
    const found = await (await this.any()).request(metadata(topics));
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
    return this.#link(b.host, b.port, purpose);
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
      address = await (await this.any()).request(findCoordinator(type, key));
      this.#coordinators.set(name, address);
    }
    try {
      const link = await this.#link(address.host, address.port, 'produce');
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
    this.#closed = true;
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all(links.map((l) => l.then((link) => link.close()).catch(() => {})));
    await pause(0);
  }
}
