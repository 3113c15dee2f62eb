/**
 * What an engine thread is working on, in memory that its engine sees too: a thread that is stuck in a step answers no
 * message. Owns that memory's layout; who looks at it, and how long a step may take, is thread-link.ts.
 */
import type { RecordPosition } from '../../contracts/failure.ts';

/** What steps are about, until another is named. */
export interface Work {
  /** The plan's hash. */
  readonly plan: string;
  /** The task's key; that of `nobody` while its kernel is being warmed up. */
  readonly task: string;
  readonly topic: string;
  readonly partition: number;
}

export interface Step {
  readonly plan: string;
  readonly task: string;
  /** The record that it is at. */
  readonly record: RecordPosition;
}

/** The count of steps begun and ended, odd while in one, and the bytes of the work's JSON text; the offset; that text. */
const [countAt, lengthAt] = [0, 1];
const offsetAt = 8;
const textAt = 16;
/** A plan's hash, a task's key and a topic's name, all of which are bounded, fit. */
const bytes = 4_096;

export class StepMark {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #offset: Float64Array;
  readonly #text: Uint8Array;
  #work: Work | null = null;

  constructor(memory = new SharedArrayBuffer(bytes)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, 2);
    this.#offset = new Float64Array(memory, offsetAt, 1);
    this.#text = new Uint8Array(memory, textAt);
  }

  enter(work: Work, offset: number): void {
    if (work !== this.#work) {
      this.#work = work;
      this.#numbers[lengthAt] = new TextEncoder().encodeInto(JSON.stringify(work), this.#text).written;
    }
    this.#offset[0] = offset;
    Atomics.add(this.#numbers, countAt, 1);
  }

  /** The step has come to this record. */
  at(offset: number): void {
    this.#offset[0] = offset;
  }

  leave(): void {
    Atomics.add(this.#numbers, countAt, 1);
  }

  /** A number of its own for each step; null between steps. */
  get current(): number | null {
    const count = Atomics.load(this.#numbers, countAt);
    return count % 2 === 0 ? null : count;
  }

  /** The step that the thread is in; to be asked only while that doesn't end, or when the thread has. */
  read(): Step {
    const text = new TextDecoder().decode(this.#text.slice(0, this.#numbers[lengthAt]));
    const { plan, task, topic, partition } = JSON.parse(text) as Work;
    return { plan, task, record: { topic, partition, offset: String(this.#offset[0]) } };
  }
}
