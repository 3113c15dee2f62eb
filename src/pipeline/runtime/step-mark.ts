/**
 * What an engine thread is working on, in memory that its engine sees too: a thread that is stuck in a step answers no
 * message. Owns that memory's layout; who looks at it, and how long a step may take, is thread-link.ts.
 */
import type { RecordPosition } from '../../contracts/failure.ts';
import type { Place } from './transform.ts';

export interface Step {
  /** The plan's hash. */
  readonly plan: string;
  /** The task's key; that of `nobody` while its kernel is being warmed up. */
  readonly task: string;
  /** The record with which the step began. */
  readonly record: RecordPosition;
}

/** The count of steps begun and ended, odd while in one; then how many bytes the JSON of the step has, which follows. */
const numbers = 2;
const textAt = numbers * Int32Array.BYTES_PER_ELEMENT;
/** A plan's hash, a task's key and a topic's name, all of which are bounded, fit. */
const bytes = 4_096;

export class StepMark {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #text: Uint8Array;
  readonly #encoder = new TextEncoder();

  constructor(memory = new SharedArrayBuffer(bytes)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, numbers);
    this.#text = new Uint8Array(memory, textAt);
  }

  enter(plan: string, task: string, { topic, partition, position }: Place): void {
    const record = { topic, partition, offset: String(position) };
    const step: Step = { plan, task, record };
    this.#numbers[1] = this.#encoder.encodeInto(JSON.stringify(step), this.#text).written;
    Atomics.add(this.#numbers, 0, 1);
  }

  leave(): void {
    Atomics.add(this.#numbers, 0, 1);
  }

  /** A number of its own for each step; null between steps. */
  get current(): number | null {
    const count = Atomics.load(this.#numbers, 0);
    return count % 2 === 0 ? null : count;
  }

  /** The step that the thread is in; to be asked only while that doesn't end. */
  read(): Step {
    const text = this.#text.slice(0, this.#numbers[1]);
    return JSON.parse(new TextDecoder().decode(text)) as Step;
  }
}
