/**
 * The inner loop: record batches of one partition through the kernel into the sink's batches. Nothing is allocated,
 * awaited or logged per record. Owns what a record's place, a tombstone, a hidden batch and a bad record mean.
 */
import { failure, type RecordPosition } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskPlan } from '../../contracts/plan.ts';
import type { TaskIdentity } from '../../contracts/task.ts';
import { AbortedFilter } from '../kafka/aborted-filter.ts';
import type { FetchedPartition } from '../kafka/api/fetch.ts';
import {
  batchEnd,
  CorruptBatch,
  checkBatch,
  isControl,
  isTransactional,
  lastOffset,
  layout,
  leaderEpoch,
  readLong,
  wholeBatch,
} from '../kafka/record-batch.ts';
import { RecordCursor } from '../kafka/record-cursor.ts';
import { RecordError, recordError } from '../ports.ts';
import type { KafkaSink } from '../sinks/kafka-sink.ts';
import { BadRecord, badRecord } from './bad-record.ts';
import type { TopicKernels } from './kernels.ts';
import { Pace } from './pace.ts';
import { PackedBatches } from './packed-batches.ts';
import { type Refusal, RefusedRecords } from './refused-records.ts';
import { RowWriter } from './row-writer.ts';
import { taskKey } from './runner-options.ts';
import type { StepMark, Work } from './step-mark.ts';

/** Where a partition's processing stands. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to process: everything before it is in the batches. */
  position: number;
  /** Leader epoch of the last record before it; -1: not known. */
  epoch: number;
}

/** What one transaction counts. */
export interface Tally {
  recordsIn: number;
  recordsOut: number;
  bytesIn: number;
  recordsFailed: number;
}

const schemaHeader = Buffer.from('__value_schema_id');

export class Transform {
  readonly #task: TaskIdentity;
  readonly #plan: string;
  readonly #mark: StepMark;
  readonly #policy: TaskPlan['errors']['policy'];
  /** By topic. */
  readonly #writers: ReadonlyMap<string, RowWriter>;
  readonly #tombstones: 'drop' | 'forward';
  readonly #refusedRecords: RefusedRecords;
  readonly #sink: KafkaSink;
  readonly #cursor = new RecordCursor();
  readonly #aborted = new AbortedFilter();
  readonly #packed = new PackedBatches();
  /** What is being processed, its topic's kernel, the batch that it is at, and whether the cursor is inside of that. */
  #fetched: FetchedPartition | null = null;
  #writer: RowWriter | null = null;
  #work: Work | null = null;
  /** What is refused of the partition. */
  #refused: ReadonlyMap<number, Refusal> | null = null;
  #at = 0;
  #inBatch = false;
  #hasWarned = false;
  readonly #pace = new Pace();
  #waiting = false;

  constructor(
    task: TaskIdentity,
    plan: TaskPlan,
    kernels: TopicKernels,
    sink: KafkaSink,
    mark: StepMark,
    refused = new RefusedRecords(),
  ) {
    this.#task = task;
    this.#plan = plan.hash;
    this.#mark = mark;
    this.#policy = plan.errors.policy;
    this.#writers = new Map([...kernels].map(([topic, kernel]) => [topic, new RowWriter(kernel, sink)]));
    this.#tombstones = plan.sink.kafka.tombstones ?? 'drop';
    this.#sink = sink;
    this.#refusedRecords = refused;
  }

  /**
   * Processes the next part of what was fetched, for about limits.stepMs, and moves the place. Answers whether there is
   * more of it: then the same is to be called again, when it isn't {@link waiting} any more. `next` is what will come after
   * it, if that is known. Throws {@link BadRecord} with the place at exactly the record that it is about.
   */
  step(place: Place, fetched: FetchedPartition, tally: Tally, next: FetchedPartition | null = null): boolean {
    this.#waiting = false;
    if (fetched !== this.#fetched) this.#begin(place, fetched);
    this.#mark.enter(this.#work!, place.position);
    try {
      let now = performance.now();
      const until = now + limits.stepMs;
      do {
        if (!this.#inBatch) {
          if (!this.#open(place, fetched, next)) return false;
          if (!this.#inBatch) continue;
        }
        const from = now;
        const outcome = this.#records(place, tally, this.#cursor.recordEnd + this.#pace.bytes);
        if (outcome === 'all') this.#close(place, fetched, tally);
        else if (outcome === 'starved' && !this.#cursor.refill()) {
          this.#waiting = true;
          return true;
        }
        now = performance.now();
        this.#pace.learn(now - from, outcome === 'some');
      } while (now < until);
    } catch (e) {
      if (!(e instanceof CorruptBatch)) throw e;
      const record = { topic: place.topic, partition: place.partition, offset: String(place.position) };
      const where = `${place.topic}/${place.partition} at offset ${place.position}`;
      throw new BadRecord(
        failure('bad_record', `The record batch of ${where} can't be read: ${e.message}.`, { stage: 'decode', record }),
      );
    } finally {
      this.#mark.leave();
      if (this.#inBatch && place.position > readLong(fetched.buf, this.#at))
        place.epoch = leaderEpoch(fetched.buf, this.#at);
    }
    return true;
  }

  /** Whether what comes next is still being unpacked: see {@link ready}. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Resolves when there is more to process. */
  ready(): Promise<void> {
    return this.#packed.ready();
  }

  /** Nothing is to be done for a while: lets go of what only large records needed. */
  rest(): void {
    for (const writer of this.#writers.values()) writer.rest();
  }

  /** Lets go of everything that was begun. */
  close(): void {
    this.#fetched = null;
    this.#inBatch = false;
    this.#packed.keepOnly(null);
  }

  #begin(place: Place, fetched: FetchedPartition): void {
    const writer = this.#writers.get(place.topic);
    if (writer === undefined) throw new TypeError(`no kernel for the topic ${place.topic}`);
    this.#writer = writer;
    const { topic, partition } = place;
    this.#work = { plan: this.#plan, task: taskKey(this.#task), topic, partition };
    this.#packed.keepOnly(fetched);
    this.#refused = this.#refusedRecords.of(topic, partition);
    this.#fetched = fetched;
    this.#at = fetched.start;
    this.#inBatch = false;
    this.#aborted.reset(fetched.aborted);
    this.#cursor.topic = place.topic;
    this.#cursor.partition = place.partition;
  }

  /** Enters the batch that comes next, or passes one whose records are not to be seen; answers false where none comes. */
  #open(place: Place, fetched: FetchedPartition, next: FetchedPartition | null): boolean {
    const { buf, end } = fetched;
    const at = this.#at;
    if (!wholeBatch(buf, at, end)) return false;
    const behind = batchEnd(buf, at);
    const last = lastOffset(buf, at);
    if (last >= place.position) {
      checkBatch(buf, at, behind);
      const attributes = buf.readInt16BE(at + layout.attributes);
      const producer = readLong(buf, at + layout.producerId);
      if (isControl(attributes)) this.#aborted.end(producer, last);
      else if (!isTransactional(attributes) || !this.#aborted.hides(producer, last)) {
        if ((attributes & 7) === 0) this.#cursor.open(buf, at, behind);
        else this.#cursor.openPacked(buf, at, this.#packed.open(fetched, at, behind, next));
        this.#writer!.beginBatch();
        this.#inBatch = true;
        return true;
      }
      place.position = last + 1;
      place.epoch = leaderEpoch(buf, at);
    }
    this.#at = behind;
    return true;
  }

  #close(place: Place, { buf }: FetchedPartition, tally: Tally): void {
    const behind = batchEnd(buf, this.#at);
    tally.bytesIn += behind - this.#at;
    place.position = lastOffset(buf, this.#at) + 1;
    place.epoch = leaderEpoch(buf, this.#at);
    this.#at = behind;
    this.#inBatch = false;
    this.#packed.done();
  }

  /** The open batch's records up to `until` in the cursor's bytes; 'starved' where the next isn't unpacked yet. */
  #records(place: Place, tally: Tally, until: number): 'all' | 'some' | 'starved' {
    const cursor = this.#cursor;
    const writer = this.#writer!;
    const mark = this.#mark;
    const { trace } = this.#sink;
    const refused = this.#refused;
    const from = place.position;
    while (cursor.recordEnd < until) {
      if (!cursor.next()) return cursor.starved ? 'starved' : 'all';
      if (cursor.offset < from) continue;
      mark.at(cursor.offset);
      if (trace.isOn) trace.current = { topic: place.topic, partition: place.partition, offset: cursor.offset };
      try {
        if (refused !== null) this.#refuse(refused.get(cursor.offset));
        if (cursor.valueStart >= 0) {
          if (cursor.headerCount > 0) this.#refuseForeignSchema();
          tally.recordsOut += writer.write(cursor, place.partition);
        } else if (this.#tombstones === 'forward') {
          // A tombstone: there is no row to select from.
          writer.tombstone(cursor, place.partition);
          tally.recordsOut++;
        }
      } catch (e) {
        this.#dealWith(e, place, tally);
      }
      tally.recordsIn++;
      // Per record: a batch that turns out to be damaged further on stops here, not at its beginning.
      place.position = cursor.offset + 1;
    }
    return 'some';
  }

  /** Throws for a record that is known not to be processed (again). */
  #refuse(refusal: Refusal | undefined): void {
    if (refusal === undefined) return;
    if (!refusal.final) throw new RecordError(refusal.stage, refusal.cause, refusal.code);
    const { topic, partition, offset } = this.#cursor;
    const record = { topic: topic!, partition: partition!, offset: String(offset) };
    const message = `The dead letter of the record of ${topic}/${partition} at offset ${offset} can't be written. ${refusal.cause} Correct that topic's configuration, or the error policy; the job resumes from this record.`;
    throw new BadRecord(failure(refusal.code, message, { stage: refusal.stage, record }));
  }

  #refuseForeignSchema(): void {
    const header = this.#cursor.findHeader(schemaHeader);
    if (header === null) return;
    const id = this.#cursor.buf.toString('hex', header.start, header.end);
    throw new RecordError(
      'decode',
      `Its header __value_schema_id names the writer schema 0x${id}, which can't be looked up: no schema registry is configured.`,
    );
  }

  #dealWith(cause: unknown, place: Place, tally: Tally): void {
    const cursor = this.#cursor;
    const record: RecordPosition = { topic: place.topic, partition: place.partition, offset: String(cursor.offset) };
    if (cause instanceof CorruptBatch || cause instanceof BadRecord) {
      place.position = cursor.offset;
      throw cause;
    }
    const e = recordError(cause);
    if (e.stage === 'internal' && !this.#hasWarned) {
      this.#hasWarned = true;
      warn(this.#task, record, e);
    }
    if (this.#policy === 'dlq') {
      try {
        this.#sink.writeDeadLetter(
          this.#task,
          cursor,
          record,
          e.stage,
          e.message,
          this.#refused?.get(cursor.offset)?.restamp,
        );
        tally.recordsFailed++;
        return;
      } catch (refused) {
        place.position = cursor.offset;
        if (refused instanceof CorruptBatch) throw refused;
        throw new BadRecord(badRecord(record, recordError(refused)));
      }
    }
    if (this.#policy === 'skip') {
      tally.recordsFailed++;
      return;
    }
    place.position = cursor.offset;
    throw new BadRecord(badRecord(record, e));
  }
}

/** Once for each task: what happens by its policy to more of them is counted, as for every bad record. */
function warn(task: TaskIdentity, record: RecordPosition, e: RecordError): void {
  const where = `${record.topic}/${record.partition} at offset ${record.offset}`;
  process.emitWarning(`Job ${task.tenant}/${task.job}, record of ${where}: ${e.message}`, {
    code: 'MILLRACE_INTERNAL',
  });
}
