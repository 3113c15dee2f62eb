/**
 * Sends finished batches in order, each partition's one after another, so that a sequence is never in doubt while the
 * connection lives. Owns sequences and leaders. Any error but "in a moment" leaves the outcome to whoever owns the
 * transaction: this producer is then thrown away (its sequences are not used again).
 */
import { limits } from '../../contracts/limits.ts';
import type { ProducerIdentity } from '../../contracts/task.ts';
import { type ProducedBatch, produce } from './api/produce.ts';
import type { OpenBatch } from './batch-builder.ts';
import { BrokerError, brokerErrors, isLeaderMoved, NoAnswer } from './broker-error.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Cluster } from './cluster.ts';
import { finishBatch, type Packed } from './finish-batch.ts';
import { pause } from './pause.ts';

const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
/** Milliseconds before a produce is repeated that met the end of the transaction before. */
const CONCURRENT_MS = 5;

interface Numbered extends ProducedBatch {
  readonly open: OpenBatch;
}

const placeOf = (b: ProducedBatch): string => `${b.topic}/${b.partition}`;

export class Producer {
  readonly #cluster: Cluster;
  readonly #pool: BufferPool | null;
  readonly #transactionalId: string | null;
  #identity: ProducerIdentity;
  readonly #sequences = new Map<string, number>();

  /** Without a transactional id it is an idempotent producer. `pool` gets the buffers back that were sent. */
  constructor(cluster: Cluster, transactionalId: string | null, identity: ProducerIdentity, pool: BufferPool | null) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#identity = identity;
    this.#pool = pool;
  }

  /** The identity of the next transaction; sequences begin again where the epoch or the id is another. */
  adopt(identity: ProducerIdentity): void {
    const same =
      identity.producerId === this.#identity.producerId && identity.producerEpoch === this.#identity.producerEpoch;
    this.#identity = identity;
    if (!same) this.#sequences.clear();
  }

  /** Resolves when all of them are acknowledged. Throws at the first that is not. */
  async send(batches: readonly OpenBatch[]): Promise<void> {
    const queues = new Map<string, OpenBatch[]>();
    const packed = new Map<OpenBatch, Packed | null>();
    for (const b of batches) {
      if (b.packed !== undefined) packed.set(b, await b.packed);
      const key = `${b.topic}/${b.partition}`;
      const queue = queues.get(key);
      if (queue === undefined) queues.set(key, [b]);
      else queue.push(b);
    }
    while (queues.size > 0) {
      const round: Numbered[] = [];
      let bytes = 0;
      for (const [key, queue] of queues) {
        const open = queue[0]!;
        if (bytes > 0 && bytes + open.length > REQUEST_BYTES_MAX) break;
        bytes += open.length;
        round.push(this.#number(key, open, packed.get(open) ?? null));
        queue.shift();
        if (queue.length === 0) queues.delete(key);
      }
      await this.#sendRound(round);
    }
  }

  #number(key: string, open: OpenBatch, packed: Packed | null): Numbered {
    const sequence = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, (sequence + open.records) % 2 ** 31);
    const bytes = finishBatch(open, this.#identity, sequence, this.#transactionalId !== null, packed);
    return { topic: open.topic, partition: open.partition, bytes, open };
  }

  async #sendRound(round: readonly Numbered[]): Promise<void> {
    let waiting = round;
    const until = performance.now() + limits.taskRetryMs;
    while (waiting.length > 0) {
      const byBroker = new Map<number, Numbered[]>();
      for (const b of waiting) {
        let leader = this.#cluster.leader(b.topic, b.partition);
        if (leader === null) {
          await this.#cluster.refresh([b.topic]);
          leader = this.#cluster.leader(b.topic, b.partition);
        }
        if (leader === null) throw new NoAnswer(`${b.topic}/${b.partition} has no leader at the moment`);
        const list = byBroker.get(leader);
        if (list === undefined) byBroker.set(leader, [b]);
        else list.push(b);
      }
      const answers = await Promise.allSettled([...byBroker].map(([id, list]) => this.#sendTo(id, list)));
      const again: Numbered[] = [];
      let failed: unknown;
      for (const a of answers) {
        if (a.status === 'fulfilled') again.push(...a.value);
        else failed ??= a.reason;
      }
      if (failed !== undefined) throw failed;
      if (again.length > 0) {
        if (performance.now() > until)
          throw new NoAnswer('the partitions have no leader, or the transaction before this one does not end');
        await pause(CONCURRENT_MS);
      }
      waiting = again;
    }
  }

  /** Answers with those batches that the broker could not take: the transaction before is still being ended, or the leader has moved. */
  async #sendTo(brokerId: number, list: readonly Numbered[]): Promise<Numbered[]> {
    const implicit = this.#transactionalId !== null && (await this.#cluster.transactionVersion()) >= 2;
    const request = produce(this.#transactionalId, list, limits.produceMs, implicit);
    const results = await this.#cluster.produce(brokerId, request, list.map(placeOf));
    const again: Numbered[] = [];
    const moved = new Set<string>();
    let failed: BrokerError | undefined;
    for (const b of list) {
      const result = results.find((r) => r.partition === b.partition && r.topic === b.topic);
      const error = result === undefined ? -1 : result.error;
      if (error === 0 || error === brokerErrors.DUPLICATE_SEQUENCE_NUMBER) this.#pool?.give(b.open.buf);
      else if (error === brokerErrors.CONCURRENT_TRANSACTIONS) again.push(b);
      else if (isLeaderMoved(error)) {
        // Safe to repeat under the same sequence: should it be in the log after all, the new leader knows it.
        again.push(b);
        moved.add(b.topic);
      } else
        failed ??= new BrokerError(
          error,
          'Produce',
          `to ${b.topic}/${b.partition}${result?.message ? ` (${result.message})` : ''}`,
        );
    }
    if (failed !== undefined) throw failed;
    if (moved.size > 0) {
      await pause(limits.retryFirstMs);
      await this.#cluster.refresh([...moved]);
    }
    return again;
  }
}
