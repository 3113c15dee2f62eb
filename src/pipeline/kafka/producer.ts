/**
 * Sends finished batches in order, each partition's one after another, so that a batch may be sent again as it is. Owns
 * sequences, leaders, and which answers pass by themselves (error-codes.ts). Any other error leaves the outcome to whoever owns
 * the transaction: this producer is then thrown away (its sequences are not used again).
 */
import { limits } from '../../contracts/limits.ts';
import type { ProducerIdentity } from '../../contracts/task.ts';
import type { Metadata } from './api/metadata.ts';
import { type ProducedBatch, type ProduceResult, produce } from './api/produce.ts';
import type { OpenBatch } from './batch-builder.ts';
import { BrokerError, brokerErrors, isConcurrentTransactions, NoAnswer } from './broker-error.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Cluster } from './cluster.ts';
import { whoseError } from './error-codes.ts';
import { finishBatch, type Packed } from './finish-batch.ts';
import { backoffMs, pause } from './pause.ts';
import { RecordsRefused, type RefusedBatch } from './records-refused.ts';

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
  readonly #onTrouble: (error: unknown) => void;
  readonly #patienceMs: number;

  /**
   * Without a transactional id it is an idempotent producer. `pool` gets the buffers back that were sent. `onTrouble` is told
   * of what passes, and with null when it has; it may throw to stop. `patienceMs`: how long that may take.
   */
  constructor(
    cluster: Cluster,
    transactionalId: string | null,
    identity: ProducerIdentity,
    pool: BufferPool | null,
    onTrouble: (error: unknown) => void = () => {},
    patienceMs: number = limits.taskRetryMs,
  ) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#identity = identity;
    this.#pool = pool;
    this.#onTrouble = onTrouble;
    this.#patienceMs = patienceMs;
  }

  /** The identity of the next transaction; sequences begin again where the epoch or the id is another. */
  adopt(identity: ProducerIdentity): void {
    const same =
      identity.producerId === this.#identity.producerId && identity.producerEpoch === this.#identity.producerEpoch;
    this.#identity = identity;
    if (!same) this.#sequences.clear();
  }

  /**
   * Resolves when all of them are acknowledged. Throws at the first that is not: {@link RecordsRefused} where that is for what
   * the records are. `implicit`: Produce adds its partitions to the transaction (KIP-890).
   */
  async send(batches: readonly OpenBatch[], implicit = false): Promise<void> {
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
      await this.#sendRound(round, implicit);
    }
  }

  #number(key: string, open: OpenBatch, packed: Packed | null): Numbered {
    const sequence = this.#sequences.get(key) ?? 0;
    this.#sequences.set(key, (sequence + open.records) % 2 ** 31);
    const bytes = finishBatch(open, this.#identity, sequence, this.#transactionalId !== null, packed);
    return { topic: open.topic, partition: open.partition, bytes, open };
  }

  /**
   * Sends until all are acknowledged. What a broker does not take for the moment, or does not answer, is sent again as it
   * is: should it be in the log after all, the broker knows its sequence and says so. Bounded.
   */
  async #sendRound(round: readonly Numbered[], implicit: boolean): Promise<void> {
    const began = performance.now();
    let waiting = round;
    let isTroubled = false;
    for (let attempt = 0; waiting.length > 0; attempt++) {
      const outcome: Outcome = { again: [], refused: [], failed: null, passing: null, isSoon: true };
      await Promise.all([...(await this.#byLeader(waiting, outcome))].map((to) => this.#sendTo(to, implicit, outcome)));
      if (outcome.failed !== null) throw outcome.failed;
      if (outcome.refused.length > 0) throw new RecordsRefused(outcome.refused);
      waiting = outcome.again;
      if (waiting.length === 0) break;
      const passing = outcome.passing!;
      if (performance.now() - began > this.#patienceMs) throw passing;
      if (!outcome.isSoon) {
        this.#onTrouble(passing);
        isTroubled = true;
      }
      await pause(outcome.isSoon ? CONCURRENT_MS : backoffMs(attempt));
      if (!outcome.isSoon) await this.#refresh(waiting);
    }
    if (isTroubled) this.#onTrouble(null);
  }

  #leaderless({ topic, partition }: Numbered, found: Metadata | null): BrokerError | NoAnswer {
    const isKnown = found === null || found.topics.some((t) => t.name === topic && t.leaders.length > 0);
    if (isKnown) return new NoAnswer(`${topic}/${partition} has no leader at the moment`);
    return new BrokerError(brokerErrors.UNKNOWN_TOPIC_OR_PARTITION, 'Metadata', `of topic ${topic}`);
  }

  /** What was found; null where nobody answers. */
  async #refresh(waiting: readonly Numbered[]): Promise<Metadata | null> {
    try {
      return await this.#cluster.refresh([...new Set(waiting.map((b) => b.topic))]);
    } catch (e) {
      // Whoever is known as the leader is asked again.
      if (!(e instanceof NoAnswer)) throw e;
      return null;
    }
  }

  async #byLeader(waiting: readonly Numbered[], outcome: Outcome): Promise<Map<number, Numbered[]>> {
    const byBroker = new Map<number, Numbered[]>();
    const leaderless = waiting.filter((b) => this.#cluster.leader(b.topic, b.partition) === null);
    const found = leaderless.length > 0 ? await this.#refresh(leaderless) : null;
    for (const b of waiting) {
      const leader = this.#cluster.leader(b.topic, b.partition);
      if (leader === null) {
        postpone(outcome, [b], this.#leaderless(b, found));
        continue;
      }
      const list = byBroker.get(leader);
      if (list === undefined) byBroker.set(leader, [b]);
      else list.push(b);
    }
    return byBroker;
  }

  async #sendTo([brokerId, list]: readonly [number, Numbered[]], implicit: boolean, outcome: Outcome): Promise<void> {
    let results: readonly ProduceResult[];
    try {
      const request = produce(this.#transactionalId, list, limits.produceMs, implicit);
      results = await this.#cluster.produce(brokerId, request, list.map(placeOf));
    } catch (e) {
      if (!(e instanceof NoAnswer)) outcome.failed ??= e;
      else postpone(outcome, list, e);
      return;
    }
    for (const b of list) {
      const result = results.find((r) => r.partition === b.partition && r.topic === b.topic);
      this.#judge(b, result, outcome);
    }
  }

  #judge(b: Numbered, result: ProduceResult | undefined, outcome: Outcome): void {
    const { error, message, refused } = result ?? unknown;
    if (error === 0 || error === brokerErrors.DUPLICATE_SEQUENCE_NUMBER) {
      this.#pool?.give(b.open.buf);
      return;
    }
    const whose = whoseError(error);
    if (whose === 'record') {
      outcome.refused.push({ batch: b.open, code: error, indexes: refused, message });
      return;
    }
    const said = message === null ? '' : ` (${message})`;
    const e = new BrokerError(error, 'Produce', `to ${b.topic}/${b.partition}${said}`);
    if (whose === 'outage' || error === brokerErrors.UNKNOWN_TOPIC_OR_PARTITION) postpone(outcome, [b], e);
    else outcome.failed ??= e;
  }
}

/** What has become of the batches of one try. */
interface Outcome {
  readonly again: Numbered[];
  readonly refused: RefusedBatch[];
  /** Why nothing more is tried. */
  failed: unknown;
  /** Why some are tried again, and whether that is only for the end of the transaction before. */
  passing: BrokerError | NoAnswer | null;
  isSoon: boolean;
}

const unknown = { error: -1, message: null, refused: [] };

function postpone(outcome: Outcome, batches: readonly Numbered[], why: BrokerError | NoAnswer): void {
  outcome.again.push(...batches);
  outcome.isSoon &&= isConcurrentTransactions(why);
  outcome.passing ??= why;
}
