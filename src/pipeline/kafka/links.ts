/**
 * The connections of one thread to one cluster: one per broker and purpose, because a broker answers one connection's
 * requests one after another, and a fetch that waits for records, or a produce that waits for replicas, must not hold up
 * the rest. Owns opening them, whom to ask where any broker will do, and what the cluster has finalized.
 */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { NoAnswer } from './broker-error.ts';
import { BufferPool } from './buffer-pool.ts';
import { Link } from './link.ts';
import type { Api } from './wire.ts';

/** control: all that neither fetches nor produces. backlog: fetches of what is behind (fetcher.ts). Lanes are produce-lanes.ts's. */
export type Purpose = 'fetch' | 'backlog' | 'control' | `lane-${number}`;

export interface Address {
  readonly host: string;
  readonly port: number;
}

const nameOf = ({ host, port }: Address): string => `${host}:${port}`;

export class Links {
  readonly #bootstrap: readonly Address[];
  readonly #clientId: string;
  readonly #access: KafkaAccess;
  /** Of large responses. */
  readonly #buffers = new BufferPool();
  readonly #links = new Map<string, Promise<Link>>();
  /** Those for control that are open, by address. */
  readonly #open = new Map<string, Link>();
  /** When an address last gave no answer (performance.now()); forgotten when it gives one. */
  readonly #silentAt = new Map<string, number>();
  #features: Link['versions']['features'] | null = null;
  #closed = false;

  constructor(access: KafkaAccess, clientId: string) {
    this.#bootstrap = access.bootstrap.split(',').map((server) => {
      const colon = server.lastIndexOf(':');
      return { host: server.slice(0, colon).trim(), port: Number(server.slice(colon + 1)) };
    });
    this.#clientId = clientId;
    this.#access = access;
  }

  /** The level of transaction.version that the cluster has finalized, by the newest that a broker has said; null: none has said anything yet. */
  get transactionVersion(): number | null {
    return this.#features?.transactionVersion ?? null;
  }

  /** The connection to a broker for this purpose; opened where there is none. Throws NoAnswer. */
  to(address: Address, purpose: Purpose): Promise<Link> {
    if (this.#closed) return Promise.reject(new NoAnswer('the connections are closed'));
    const name = nameOf(address);
    const key = `${name}/${purpose}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (this.#links.get(key) !== opening) return;
      this.#links.delete(key);
      if (purpose === 'control') this.#open.delete(name);
    };
    const { host, port } = address;
    const opening = Link.open(this.#clientId, host, port, this.#access, this.#buffers, forget);
    this.#links.set(key, opening);
    opening.then((link) => {
      if (purpose === 'control' && this.#links.get(key) === opening) this.#open.set(name, link);
      const { features } = link.versions;
      if (features.epoch >= (this.#features?.epoch ?? -1)) this.#features = features;
    }, forget);
    return opening;
  }

  /**
   * Asks a broker, whichever: first one that is connected and answers, last one that gave no answer lately. Where one takes
   * long the next is asked as well, so that a broker that is gone, or frozen, holds up nobody. Throws BrokerError, which is
   * somebody's answer, or NoAnswer where nobody gives one.
   */
  ask<T>(known: Iterable<Address>, api: Api<T>): Promise<T> {
    const places = this.#inOrder(known);
    return new Promise((resolve, reject) => {
      let next = 0;
      let failed = 0;
      let over = false;
      let timer: NodeJS.Timeout | undefined;
      const end = (settle: () => void): void => {
        over = true;
        clearTimeout(timer);
        settle();
      };
      const askNext = (): void => {
        clearTimeout(timer);
        const address = places[next++];
        if (over || address === undefined) return;
        timer = setTimeout(askNext, limits.secondBrokerMs);
        this.#askOne(address, api).then(
          (answer) => end(() => resolve(answer)),
          (e) => {
            failed++;
            if (!(e instanceof NoAnswer) || failed === places.length) end(() => reject(e));
            else askNext();
          },
        );
      };
      askNext();
    });
  }

  async #askOne<T>(address: Address, api: Api<T>): Promise<T> {
    try {
      const answer = await (await this.to(address, 'control')).request(api);
      this.#silentAt.delete(nameOf(address));
      return answer;
    } catch (e) {
      if (e instanceof NoAnswer) this.#silentAt.set(nameOf(address), performance.now());
      throw e;
    }
  }

  /** Connected and answering; not known to be silent; silent, the longest ago first. */
  #inOrder(known: Iterable<Address>): readonly Address[] {
    const places = new Map([...known, ...this.#bootstrap].map((address) => [nameOf(address), address]));
    const rank = (name: string): number => {
      const link = this.#open.get(name);
      const waits = link?.waitsMs ?? 0;
      if (waits > limits.secondBrokerMs) return performance.now();
      return link !== undefined ? -2 : (this.#silentAt.get(name) ?? -1);
    };
    const ranked = [...places].map(([name, address]) => ({ address, rank: rank(name) }));
    return ranked.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const links = [...this.#links.values()];
    this.#links.clear();
    this.#open.clear();
    await Promise.all(links.map((l) => l.then((link) => link.close()).catch(() => {})));
  }
}
