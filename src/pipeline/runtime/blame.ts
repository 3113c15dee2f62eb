/**
 * Who is to blame for a thread that has ended: what one task's host knows of the threads that ended under it, and what
 * follows for the task. A step that never ended is its record's. One in which the memory ran out may only have been the
 * last: its task goes on by itself in a thread apart, and is to blame when that ends at the same record.
 */
import { type Failure, failure, type RecordPosition } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskPlan } from '../../contracts/plan.ts';
import type { RefusedRecord } from './refused-records.ts';
import type { Step } from './step-mark.ts';

/** What became of a thread: every call that it had not answered is answered with this. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  /** The step that it was in. */
  readonly step: Step | null;
  /** Whether it was ended because that step never did. */
  readonly stuck: boolean;
  constructor(why: string, step: Step | null, stuck: boolean) {
    super(`An engine thread ended: ${why}`);
    this.step = step;
    this.stuck = stuck;
  }
}

/** Plans in whose steps threads have ended: their owners try again, and the neighbours of the last try aren't to stand still anew. */
export class Suspects {
  readonly #plans = new Set<string>();

  add(plan: string): void {
    this.#plans.add(plan);
    const [oldest] = this.#plans;
    if (this.#plans.size > limits.suspectPlansMax) this.#plans.delete(oldest!);
  }

  has(plan: string): boolean {
    return this.#plans.has(plan);
  }
}

export class Blame {
  /** Whether the task is to run in a thread apart from those that nothing is known against. */
  apart: boolean;
  /** Records that the error policy is to deal with, and no kernel. */
  readonly refused: RefusedRecord[] = [];
  #suspect: RecordPosition | null = null;
  #threads = 0;

  constructor(apart = false) {
    this.apart = apart;
  }

  /** What the end of its thread means for a running task: how it fails, or null: it goes on elsewhere. */
  judge(ended: ThreadEnded, isOwn: boolean, policy: TaskPlan['errors']['policy']): Failure | null {
    const tooMany = ++this.#threads > limits.taskThreadsMax;
    if (!isOwn || ended.step === null) {
      const message = `${ended.message}. It was the task's thread number ${this.#threads} to do so.`;
      return tooMany ? failure('internal', message, { retry: true }) : null;
    }
    const { record } = ended.step;
    const sure = ended.stuck || isSame(this.#suspect, record);
    this.#suspect = record;
    this.apart = true;
    if (!sure && !tooMany) return null;
    const cause = ended.stuck ? stuckAt(record) : tooLargeAt(record);
    if (policy === 'fail' || tooMany || this.refused.some((r) => isSame({ ...r, offset: String(r.offset) }, record)))
      return failure('bad_record', `${cause} The job resumes from there.`, { stage: 'sql', record });
    const { topic, partition, offset } = record;
    const refusal = { stage: 'sql', code: 'bad_record', cause, restamp: false, final: false } as const;
    this.refused.push({ topic, partition, offset: Number(offset), refusal });
    return null;
  }
}

const isSame = (a: RecordPosition | null, b: RecordPosition): boolean =>
  a !== null && a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;

const place = ({ topic, partition, offset }: RecordPosition): string => `${topic}/${partition} at offset ${offset}`;
const secondsMax = (limits.stepLookMs * limits.stepLooksMax) / 1_000;

const stuckAt = (record: RecordPosition): string =>
  `The query did not get past the record of ${place(record)} in ${secondsMax} s: a regular expression with nested repetitions, as (a+)+, goes over such texts again and again. Write the pattern without them, or change the error policy to skip or dlq.`;

const tooLargeAt = (record: RecordPosition): string =>
  `The query ended its thread at the record of ${place(record)}, by itself and twice: what it makes of this record takes more memory than a thread has. Make less of it, or change the error policy to skip or dlq.`;

/** How a task is refused whose kernel never ended while it was warmed up. */
export const stuckFailure = ({ record }: Step): Failure =>
  failure('bad_record', `${stuckAt(record)} The job resumes from there.`, { stage: 'sql', record });
