/**
 * The transactions of one task: its transactional id, and the offsets that are committed with each. Owns the id's epoch.
 * Speaks KIP-890's second version where the cluster has finalized it (the epoch rises with every transaction, which
 * closes the hole of a late EndTxn), else the first one, adding partitions and group itself.
 */
import { limits } from '../../contracts/limits.ts';
import type { ProducerIdentity } from '../../contracts/task.ts';
import { addOffsetsToTxn, addPartitionsToTxn } from './api/add-to-txn.ts';
import { endTxn } from './api/end-txn.ts';
import { initProducerId } from './api/init-producer-id.ts';
import type { TopicCommit } from './api/offset-commit.ts';
import { txnOffsetCommit } from './api/txn-offset-commit.ts';
import type { OpenBatch } from './batch-builder.ts';
import {
  BrokerError,
  isConcurrentTransactions,
  isNothingToAbort,
  isRetriableAtCoordinator,
  NoAnswer,
} from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import type { Link } from './link.ts';
import { type Patience, withPatience } from './pause.ts';
import type { Api } from './wire.ts';

/** Milliseconds before something is repeated that met the end of a transaction: it takes the coordinator a few. */
const CONCURRENT_MS = 5;

const soon = (e: unknown): number | undefined => (isConcurrentTransactions(e) ? CONCURRENT_MS : undefined);

/** Takes a transactional id from whoever holds it. Retries for `forMs`. */
export function takeTransactionalId(
  cluster: Cluster,
  id: string,
  onTrouble?: Patience['onTrouble'],
  forMs: number = limits.taskRetryMs,
): Promise<ProducerIdentity> {
  return withPatience(
    () => cluster.atCoordinator('transaction', id, () => initProducerId(id, limits.transactionTimeoutMs)),
    { retriable: isRetriableAtCoordinator, soon, forMs, ...(onTrouble && { onTrouble }) },
  );
}

/** A producer id without a transactional id: idempotent, fenced by nobody. */
export function newProducerId(cluster: Cluster, onTrouble?: Patience['onTrouble']): Promise<ProducerIdentity> {
  return withPatience(() => cluster.ask(initProducerId(null, limits.transactionTimeoutMs)), {
    retriable: isRetriableAtCoordinator,
    forMs: limits.taskRetryMs,
    ...(onTrouble && { onTrouble }),
  });
}

/** How far the transactions of an id have come. */
export interface ProducerStanding {
  readonly identity: ProducerIdentity;
  /** A recovery has aborted what was open under it, and has not taken the next epoch yet. */
  readonly aborted: boolean;
}

export const atRest = (identity: ProducerIdentity): ProducerStanding => ({ identity, aborted: false });

export class Transactions {
  readonly #cluster: Cluster;
  readonly #id: string;
  readonly #group: string;
  readonly #onStanding: (standing: ProducerStanding) => void;
  #standing: ProducerStanding;
  #open = false;
  /** Whether the open transaction is of the second version; null: none has begun. */
  #second: boolean | null = null;
  readonly #added = new Set<string>();

  /** `onStanding` is told of each standing before its identity is used. */
  constructor(
    cluster: Cluster,
    id: string,
    group: string,
    standing: ProducerStanding,
    onStanding: (standing: ProducerStanding) => void = () => {},
  ) {
    this.#cluster = cluster;
    this.#id = id;
    this.#group = group;
    this.#standing = standing;
    this.#onStanding = onStanding;
    onStanding(standing);
  }

  get identity(): ProducerIdentity {
    return this.#standing.identity;
  }
  /** Whether the coordinator may know of a transaction that hasn't ended. */
  get open(): boolean {
    return this.#open;
  }

  /** To be called before batches of this transaction are sent. Answers whether Produce adds its partitions by itself. */
  async addPartitions(batches: readonly OpenBatch[]): Promise<boolean> {
    this.#open = true;
    const topics = new Map<string, number[]>();
    for (const { topic, partition } of batches) {
      if (this.#added.has(`${topic}/${partition}`)) continue;
      const list = topics.get(topic) ?? [];
      if (!list.includes(partition)) list.push(partition);
      topics.set(topic, list);
    }
    const implicit = await this.#implicit();
    if (topics.size === 0 || implicit) return implicit;
    await this.#ask(() => addPartitionsToTxn(this.#id, this.identity, topics));
    for (const [topic, list] of topics) for (const p of list) this.#added.add(`${topic}/${p}`);
    return false;
  }

  /** Makes these offsets part of the transaction. */
  async commitOffsets(offsets: ReadonlyMap<string, TopicCommit>): Promise<void> {
    this.#open = true;
    const implicit = await this.#implicit();
    if (!implicit) await this.#ask(() => addOffsetsToTxn(this.#id, this.identity, this.#group));
    await withPatience(
      () =>
        this.#cluster.atCoordinator('group', this.#group, () =>
          txnOffsetCommit(this.#id, this.#group, this.identity, offsets, implicit ? 5 : 3),
        ),
      { retriable: isRefused, soon, forMs: limits.taskRetryMs },
    );
  }

  /** Ends the open transaction, and takes the identity of the next. Throws NoAnswer where the outcome is unknown. */
  async end(commit: boolean, forMs: number = limits.taskRetryMs): Promise<void> {
    const implicit = await this.#implicit();
    this.#adopt(atRest(await this.#ask(() => endTxn(this.#id, this.identity, commit, implicit ? 5 : 3), forMs)));
    this.#open = false;
    this.#second = null;
    this.#added.clear();
  }

  /** Goes on for whoever stood here last, and may have left a transaction open, or a recovery half done. Throws where the id is another's by now. */
  async takeUp(onTrouble: (error: unknown) => void): Promise<void> {
    this.#open = true;
    await withPatience(() => this.recover(), {
      retriable: isRetriableAtCoordinator,
      soon,
      forMs: limits.taskRetryMs,
      onTrouble,
    });
  }

  /**
   * After an error that leaves the outcome unknown: aborts what may be open, then goes on under a higher epoch (KIP-360), in
   * this order, because below transaction.version 2 (and in 4.0.0) InitProducerId fences its own caller where a transaction
   * is open. A fenced task is refused here. Repeats only what was definitely not done; for the rest the caller calls again.
   */
  async recover(): Promise<void> {
    // An abort that was answered isn't repeated: should the answer of what follows be lost, it would be refused as a fenced one.
    if (!this.#standing.aborted) this.#adopt({ identity: await this.#abort(), aborted: true });
    this.#adopt(atRest(await this.#ask(() => initProducerId(this.#id, limits.transactionTimeoutMs, this.identity))));
    this.#open = false;
    this.#second = null;
    this.#added.clear();
  }

  #adopt(standing: ProducerStanding): void {
    this.#standing = standing;
    this.#onStanding(standing);
  }

  async #abort(): Promise<ProducerIdentity> {
    const implicit = await this.#implicit();
    try {
      return await this.#ask(() => endTxn(this.#id, this.identity, false, implicit ? 5 : 3));
    } catch (e) {
      if (isNothingToAbort(e)) return this.identity;
      throw e;
    }
  }

  /** Asks the transaction coordinator; repeats only what was definitely not done. */
  #ask<T>(make: (link: Link) => Api<T>, forMs: number = limits.taskRetryMs): Promise<T> {
    return withPatience(() => this.#cluster.atCoordinator('transaction', this.#id, make), {
      retriable: isRefused,
      soon,
      forMs,
    });
  }

  /** Whether the transaction that is open, or begins now, is of the second version: a cluster may be upgraded meanwhile. */
  async #implicit(): Promise<boolean> {
    this.#second ??= (await this.#cluster.transactionVersion()) >= 2;
    return this.#second;
  }
}

/** The coordinator answered that it did nothing, and may do it in a moment. */
const isRefused = (e: unknown): boolean =>
  isRetriableAtCoordinator(e) && e instanceof BrokerError && !(e instanceof NoAnswer);
