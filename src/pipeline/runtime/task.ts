/**
 * One running task: two loops over a stream of record batches. The first takes what was fetched through the kernel into
 * the current segment; the second commits segments, each as one transaction, while the first goes on (bounded).
 * Owns the order that exactly-once rests on: fence → read committed offsets → process → commit; after any error whose
 * outcome is unknown: recover the producer (refused where the task is fenced) → read the committed offsets again.
 * Longer than most files: the two loops share every field, and read best together.
 */
import { at, put } from '../../contracts/by-name.ts';
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { groupId, transactionalId } from '../../contracts/names.ts';
import type { Positions } from '../../contracts/positions.ts';
import { noCounters, type RunTask, type TaskCounters, type TaskEnd, type TaskReport } from '../../contracts/task.ts';
import type { OpenBatch } from '../kafka/batch-builder.ts';
import { BrokerError, brokerErrors, isFenced, isFinal, kafkaFailure } from '../kafka/broker-error.ts';
import type { BufferPool } from '../kafka/buffer-pool.ts';
import type { FetchRefusal } from '../kafka/feed.ts';
import { fence } from '../kafka/fence.ts';
import type { Fetcher } from '../kafka/fetcher.ts';
import { LogTruncated } from '../kafka/log-truncated.ts';
import { backoffMs, pause } from '../kafka/pause.ts';
import { Producer } from '../kafka/producer.ts';
import { RecordsRefused } from '../kafka/records-refused.ts';
import { atRest, newProducerId, Transactions } from '../kafka/transaction.ts';
import { KafkaSink, sinkOptions } from '../sinks/kafka-sink.ts';
import { BadRecord } from './bad-record.ts';
import { learnRefusals } from './learn-refusals.ts';
import { logTruncated, offsetGone } from './lost-records.ts';
import { commitsOf, positionsOf } from './places.ts';
import {
  ownCommittedOffsets,
  type ReadTopic,
  readTopics,
  type StartPosition,
  startPositions,
  topicsToRead,
} from './positions.ts';
import type { PreparedPlan } from './prepare.ts';
import type { ProducerMark } from './producer-mark.ts';
import { RefusedRecords } from './refused-records.ts';
import { Segment } from './segment.ts';
import { Signal } from './signal.ts';
import { type Chunk, type InputPartition, Source } from './source.ts';
import type { StepMark } from './step-mark.ts';
import type { Resumption } from './thread-messages.ts';
import { TopicChanges, type Watches } from './topic-changes.ts';
import { Transform } from './transform.ts';
import { Turn, type Turns } from './turns.ts';

export interface TaskEnvironment {
  readonly hostId: string;
  readonly prepared: PreparedPlan;
  readonly fetcher: Fetcher;
  readonly pool: BufferPool;
  /** Of the thread. */
  readonly turns: Turns;
  readonly mark: StepMark;
  /** Of the thread; left out where nobody looks at topics. */
  readonly watches?: Watches;
  /** Where the identity of its transactions is kept for whoever goes on for it; left out where nobody does. */
  readonly identity?: ProducerMark;
  /** How it goes on for one whose thread has ended. */
  readonly resumed?: Resumption | null;
  readonly onReport: (report: TaskReport) => void;
  /** Told where it begins, before it reads; again whenever it goes back to what is committed. */
  readonly onBegan: (positions: Positions) => void;
}

/** Why intake has stopped. */
type Ending =
  | { readonly kind: 'drain'; readonly by: 'order' | 'host_shutdown' }
  | { readonly kind: 'fail'; readonly failure: Failure }
  | { readonly kind: 'abandon'; readonly as: 'cancelled' | 'superseded' };

export class Task {
  readonly #order: RunTask;
  readonly #env: TaskEnvironment;
  readonly #group: string;
  readonly #transactions: Transactions;
  readonly #sink: KafkaSink;
  readonly #transform: Transform;
  readonly #turn = new Turn();
  readonly #toProcess = new Signal();
  readonly #toCommit = new Signal();
  #producer: Producer | null = null;
  #source: Source | null = null;
  #segment = new Segment();
  /** The segment that the task began with, or went on with from what is committed. */
  #first = this.#segment;
  readonly #refused: RefusedRecords;
  #counters: TaskCounters;
  #busyMs: number;
  /** Output bytes made and not acknowledged yet, without the batches that are still being filled. */
  #unsent = 0;
  #ending: Ending | null = null;
  #done = false;
  readonly #began: Record<string, { id: string; offsets: Record<number, string> }>;
  #topics: ReadonlyMap<string, ReadTopic> = new Map();
  /** What they have become; null: another task of its generation looks. */
  #changes: TopicChanges | null = null;
  #hasCommitted = false;
  #wasHealthy = false;
  #trouble: { readonly since: number; readonly error: unknown } | null = null;
  #refreshAt = performance.now() + limits.offsetRefreshDays * 86_400_000;

  constructor(order: RunTask, env: TaskEnvironment) {
    this.#order = order;
    this.#env = env;
    this.#group = groupId(order.task);
    const { prepared, pool, mark, identity, resumed } = env;
    const id = transactionalId(order.task);
    const producer = resumed?.producer ?? atRest(order.producer);
    this.#transactions = new Transactions(prepared.source, id, this.#group, producer, (at) => identity?.write(at));
    this.#counters = resumed?.counters ?? noCounters;
    this.#busyMs = this.#counters.busyMs;
    this.#began = structuredClone(resumed?.began ?? {}) as Record<
      string,
      { id: string; offsets: Record<number, string> }
    >;
    this.#refused = new RefusedRecords(resumed?.refused);
    this.#sink = new KafkaSink(prepared.output, prepared.deadLetter, sinkOptions(order.plan), pool, (batch) =>
      this.#onFull(batch),
    );
    this.#transform = new Transform(order.task, order.plan, prepared.kernels, this.#sink, mark, this.#refused);
  }

  /** Runs until it ends. Never rejects. */
  async run(): Promise<TaskEnd> {
    const ticker = setInterval(() => this.#tick(), limits.reportMs);
    try {
      await this.#begin();
      void this.#processLoop();
      return await this.#commitLoop();
    } catch (e) {
      return this.#endOf(e);
    } finally {
      clearInterval(ticker);
      this.#done = true;
      this.#changes?.close();
      this.#letGo();
      this.#toProcess.notify();
      if (this.#transactions.open) {
        // So that readers of the output, and tasks that ask for the group's offsets, need not wait for the transaction's timeout.
        await this.#transactions.end(false, limits.taskEndMsMax / 2).catch(() => {});
      }
    }
  }

  drain(by: 'order' | 'host_shutdown'): void {
    this.#end({ kind: 'drain', by });
  }

  cancel(as: 'cancelled' | 'superseded'): void {
    this.#ending = null;
    this.#end({ kind: 'abandon', as });
  }

  /** Commits its positions again, as if they were about to be forgotten: one that was fenced is refused, and ends. */
  prove(): void {
    this.#refreshAt = 0;
    this.#toCommit.notify();
  }

  /** Reports at once, beside the clock. */
  report(): void {
    this.#tick();
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#toCommit.notify();
    this.#toProcess.notify();
  }

  get #abandoned(): boolean {
    return this.#ending?.kind === 'abandon';
  }

  async #begin(): Promise<void> {
    const { source } = this.#env.prepared;
    // Refused where a later generation has taken the id since: its own taking of it would undo that.
    if (this.#env.resumed) await this.#transactions.takeUp(this.#onTrouble);
    await fence(source, this.#order.fence, this.#onTrouble);
    this.#producer = await this.#newProducer();
    await this.#resume();
    const { prepared, watches } = this.#env;
    if (watches === undefined || this.#order.task.index > 0 || this.#done) return;
    const topics = () => [...this.#topics.values()];
    this.#changes = new TopicChanges(prepared, watches, topics, () => this.#tick());
  }

  async #newProducer(): Promise<Producer> {
    const { sink } = this.#env.prepared;
    const isWithin = this.#order.plan.delivery === 'exactly_once';
    const identity = isWithin ? this.#transactions.identity : await newProducerId(sink, this.#onTrouble);
    const id = isWithin ? transactionalId(this.#order.task) : null;
    return new Producer(sink, id, identity, this.#env.pool, this.#onTrouble);
  }

  /** Of what was fetched, at once with what is being unpacked of it: its memory will be another response's. */
  #letGo(): void {
    this.#source?.stop();
    this.#transform.close();
  }

  /** Drops everything that isn't committed and goes on from the committed offsets. */
  async #resume(): Promise<void> {
    this.#letGo();
    this.#sink.clear();
    for (const b of this.#segment.take()) this.#env.pool.give(b.buf);
    this.#segment = new Segment();
    this.#first = this.#segment;
    this.#unsent = 0;
    const { source, sourceTopics } = this.#env.prepared;
    const { task, plan, keptPositions, unknownTopics } = this.#order;
    const topics = await topicsToRead(source, sourceTopics, keptPositions, unknownTopics);
    const committed = await ownCommittedOffsets(source, this.#group, topics, task, this.#onTrouble);
    this.#topics = readTopics(topics, committed, keptPositions);
    const positions = await startPositions(source, committed, this.#topics, task, keptPositions, plan.start);
    if (this.#abandoned) return;
    this.#tellBegan(positions);
    this.#source = new Source(this.#env.fetcher, positions, {
      onFetched: () => {
        this.#toProcess.notify();
        this.#tellHealth();
      },
      onError: (input, error) => void this.#onFetchError(input, error),
    });
    for (const input of this.#source.inputs) {
      // Commits every position at once: the group shows, "latest" is pinned, a task that was fenced is refused here, and
      // one that has recovered knows that it has, though nothing more may come.
      this.#segment.touch(input);
    }
    this.#source.start();
    this.#toProcess.notify();
    this.#toCommit.notify();
  }

  /** What this task has committed itself since isn't where it began. */
  #tellBegan(positions: readonly StartPosition[]): void {
    for (const { topic, topicId, partition, offset, committed } of positions) {
      const began = at(this.#began, topic) ?? { id: topicId, offsets: {} };
      put(this.#began, topic, began);
      if (began.offsets[partition] === undefined || !committed) began.offsets[partition] = String(offset);
    }
    this.#env.onBegan(this.#began);
  }

  async #processLoop(): Promise<void> {
    const { turns } = this.#env;
    while (!this.#done) {
      if (this.#chunk() === null) {
        this.#ripen();
        turns.rest(this.#turn);
        this.#transform.rest();
        await this.#toProcess.wait();
        continue;
      }
      await turns.next(this.#turn);
      // It may have been told to end, or gone back to what is committed, while the others had their turns.
      const source = this.#source;
      const chunk = this.#chunk();
      if (chunk === null || this.#done) continue;
      const began = performance.now();
      let more = false;
      try {
        const before = chunk.input.position;
        try {
          more = this.#transform.step(chunk.input, chunk.fetched, this.#segment.tally, source!.next);
        } finally {
          if (chunk.input.position !== before) this.#touch(chunk.input);
        }
      } catch (e) {
        const f = e instanceof BadRecord ? e.failure : kafkaFailure(e, this.#env.prepared.source.bootstrap);
        this.#end({ kind: 'fail', failure: f });
      }
      if (!more) source!.done();
      const took = performance.now() - began;
      turns.took(this.#turn, took);
      this.#busyMs += took;
      if (more && this.#transform.waiting) await this.#transform.ready();
    }
  }

  /** While records are traced, a transaction has no more of them than can be remembered where all are refused. */
  get #isCrowded(): boolean {
    return this.#sink.trace.isOn && this.#segment.tally.recordsIn >= limits.tracedRecordsMax;
  }

  /** What is to be processed: null where there is nothing, or nothing may be. */
  #chunk(): Chunk | null {
    const full = this.#unsent + this.#sink.bytes > limits.unsentBytesMax || this.#isCrowded;
    return full || this.#ending !== null ? null : (this.#source?.take() ?? null);
  }

  /** The first transaction waits for no more than the first fetch brought: the output has stood still since the one before. */
  #ripen(): void {
    const segment = this.#segment;
    const isFirst = segment === this.#first && !segment.ripe && this.#source?.inputs.every((i) => i.end >= 0);
    if (!isFirst && !this.#isCrowded) return;
    segment.ripe = true;
    this.#toCommit.notify();
  }

  async #commitLoop(): Promise<TaskEnd> {
    for (;;) {
      try {
        await this.#transaction();
        this.#trouble = null;
        const ending = this.#ending;
        if (ending !== null && (ending.kind === 'abandon' || this.#segment.moved.size === 0))
          return this.#endAs(ending);
      } catch (e) {
        if (this.#abandoned) return this.#endAs(this.#ending!);
        if (isFenced(e) || isFinal(e)) throw e;
        await this.#recover(e);
      }
    }
  }

  /** The commit loop is woken by a segment's first change and by full batches, not by every step. */
  #touch(place: InputPartition): void {
    if (this.#segment.since === 0) this.#toCommit.notify();
    this.#segment.touch(place);
  }

  /** Fills and commits one transaction; returns without one when the task ends and there is nothing to commit. */
  async #transaction(): Promise<void> {
    while (this.#segment.moved.size === 0 && this.#ending === null && performance.now() < this.#refreshAt) {
      await this.#toCommit.wait(Math.min(this.#refreshAt - performance.now(), 2 ** 31 - 1));
    }
    // Whatever the others do: each partition's offset is forgotten by itself.
    if (performance.now() >= this.#refreshAt) {
      this.#refreshAt = performance.now() + limits.offsetRefreshDays * 86_400_000;
      for (const input of this.#source!.inputs) this.#segment.touch(input);
    }
    for (;;) {
      if (this.#abandoned) return;
      const left = this.#segment.left();
      if (this.#ending !== null || left <= 0 || this.#segment.bytes >= limits.transactionBytesMax) break;
      const full = this.#segment.take();
      if (full.length > 0) await this.#send(full);
      else await this.#toCommit.wait(left);
    }
    // From here to the new segment nothing is awaited: batches and positions belong together.
    this.#sink.flush();
    const segment = this.#segment;
    this.#segment = new Segment();
    if (this.#sink.trace.isOn) this.#toProcess.notify();
    if (segment.moved.size === 0) return;
    const reached = ([...segment.moved] as InputPartition[]).map((place) => ({ ...place, input: place }));
    const offsets = commitsOf(reached, this.#topics);
    await this.#send(segment.take());
    if (this.#abandoned) return;
    await this.#transactions.commitOffsets(offsets);
    if (this.#abandoned) return;
    await this.#transactions.end(true);
    if (this.#order.plan.delivery === 'exactly_once') this.#producer!.adopt(this.#transactions.identity);
    for (const { input, position } of reached) {
      input.committed = position;
      this.#refused.forget(input.topic, input.partition, position);
    }
    this.#count(segment);
  }

  async #send(batches: readonly OpenBatch[]): Promise<void> {
    if (batches.length === 0) return;
    const isWithin = this.#order.plan.delivery === 'exactly_once';
    await this.#producer!.send(batches, isWithin && (await this.#transactions.addPartitions(batches)));
    for (const b of batches) this.#unsent -= b.length;
    this.#toProcess.notify();
  }

  #onFull(batch: OpenBatch): void {
    this.#segment.add(batch);
    this.#unsent += batch.length;
    this.#toCommit.notify();
  }

  #count(segment: Segment): void {
    const c = this.#counters;
    const t = segment.tally;
    if (t.recordsIn > 0) this.#hasCommitted = true;
    this.#counters = {
      recordsIn: c.recordsIn + t.recordsIn,
      recordsOut: c.recordsOut + t.recordsOut,
      bytesIn: c.bytesIn + t.bytesIn,
      bytesOut: c.bytesOut + segment.bytes,
      recordsFailed: c.recordsFailed + t.recordsFailed,
      transactions: c.transactions + 1,
      busyMs: Math.round(this.#busyMs),
    };
    this.#tellHealth();
  }

  /** Who waits for its health needn't wait for the clock. */
  #tellHealth(): void {
    if (!this.#wasHealthy && this.#healthy) this.#tick();
  }

  /** Throws the producer away and starts over from what is committed. Throws when it is refused, or patience ends. */
  async #recover(cause: unknown): Promise<void> {
    const learned = cause instanceof RecordsRefused;
    if (learned) learnRefusals(cause, this.#env.prepared.deadLetter?.topic, this.#sink.trace, this.#refused);
    else this.#onTrouble(cause);
    this.#letGo();
    // A record's failure is found again when its partition is read again.
    if (this.#ending?.kind === 'fail' && this.#ending.failure.record !== undefined) this.#ending = null;
    for (let attempt = 0, last = cause; ; attempt++) {
      if (this.#abandoned) return;
      if (!learned || attempt > 0) {
        // Something on the way may have succeeded since.
        if (this.#trouble === null) this.#onTrouble(last);
        if (performance.now() - this.#trouble!.since > limits.taskRetryMs) throw last;
        await pause(backoffMs(attempt));
      }
      try {
        await this.#transactions.recover();
        this.#producer = await this.#newProducer();
        await this.#resume();
        return;
      } catch (e) {
        if (isFenced(e) || isFinal(e)) throw e;
        last = e;
      }
    }
  }

  readonly #onTrouble = (error: unknown): void => {
    if (this.#abandoned) throw new MillraceError(failure('superseded', 'The task was told to stop.'));
    this.#trouble = error === null ? null : { since: this.#trouble?.since ?? performance.now(), error };
  };

  async #onFetchError(input: InputPartition, error: FetchRefusal): Promise<void> {
    const { source } = this.#env.prepared;
    const isOutOfRange = error instanceof BrokerError && error.code === brokerErrors.OFFSET_OUT_OF_RANGE;
    let f: Failure;
    if (error instanceof LogTruncated) f = logTruncated(error, input);
    else f = isOutOfRange ? await offsetGone(source, input) : kafkaFailure(error, source.bootstrap);
    this.#end({ kind: 'fail', failure: f });
  }

  get #healthy(): boolean {
    const inputs = this.#source?.inputs;
    if (inputs === undefined || this.#trouble !== null || inputs.some((i) => i.trouble !== null)) return false;
    return (
      inputs.every((i) => i.committed >= 0 && i.end >= 0) &&
      (this.#hasCommitted || inputs.every((i) => i.committed >= i.end))
    );
  }

  #tick(): void {
    if (this.#done) return;
    const inputs = this.#source?.inputs ?? [];
    const unread = this.#changes?.unread ?? 0;
    let lag = unread;
    let trouble = this.#trouble;
    for (const i of inputs) {
      if (i.end > i.committed && i.committed >= 0) lag += i.end - i.committed;
      trouble ??= i.trouble;
    }
    const { bootstrap } = this.#env.prepared.source;
    if (trouble !== null && performance.now() - trouble.since > limits.taskRetryMs) {
      this.#end({ kind: 'fail', failure: kafkaFailure(trouble.error, bootstrap) });
    }
    this.#wasHealthy = this.#healthy;
    const changes = this.#changes?.all ?? [];
    this.#env.onReport({
      hostId: this.#env.hostId,
      counters: this.#counters,
      lag,
      healthy: this.#wasHealthy,
      at: Date.now(),
      ...(unread > 0 && { unread }),
      ...(changes.length > 0 && { changes }),
      ...(trouble !== null && { stalled: kafkaFailure(trouble.error, bootstrap).message }),
    });
  }

  #endAs(ending: Ending): TaskEnd {
    const counters = this.#counters;
    if (ending.kind === 'abandon') return { kind: ending.as, counters };
    if (ending.kind === 'fail') return { kind: 'failed', failure: ending.failure, counters };
    const positions = positionsOf((this.#source?.inputs ?? []).map((i) => ({ ...i, offset: i.committed })));
    return { kind: 'drained', by: ending.by, positions, counters };
  }

  #endOf(e: unknown): TaskEnd {
    if (this.#abandoned) return this.#endAs(this.#ending!);
    if (isFenced(e)) return { kind: 'superseded', refusal: (e as BrokerError).message, counters: this.#counters };
    return { kind: 'failed', failure: kafkaFailure(e, this.#env.prepared.source.bootstrap), counters: this.#counters };
  }
}
