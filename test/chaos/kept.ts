/**
 * A part of Millrace that is kept up, as a supervisor would: where it ends by itself it is started again. Faults stop it on
 * purpose, and start it again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Part, type PartOptions, startPart } from '../../src/dev/part.ts';
import { describeExit } from '../../src/dev/supervise.ts';
import { started } from './patience.ts';

/** Milliseconds before a part that ended by itself is started again. */
const pauseMs = 300;

export class KeptPart {
  readonly #options: PartOptions;
  readonly #onNote: (what: string) => void;
  #part: Promise<Part>;
  /** retired: it is never started again. */
  #wish: 'up' | 'down' | 'retired' = 'up';

  constructor(options: PartOptions, onNote: (what: string) => void) {
    this.#options = options;
    this.#onNote = onNote;
    this.#part = this.#up();
  }

  get name(): string {
    return this.#options.name;
  }

  /** Resolves when it is ready. */
  async ready(): Promise<void> {
    const part = this.#part;
    await part;
    if (part !== this.#part) await this.ready();
  }

  async kill(): Promise<void> {
    if (this.#wish === 'up') this.#wish = 'down';
    await (await this.#part).process.kill();
  }

  /** SIGTERM, and waits for its end. It isn't started again. */
  async retire(graceMs: number): Promise<void> {
    this.#wish = 'retired';
    await (await this.#part.catch(() => null))?.process.stop(graceMs);
  }

  /** SIGSTOP and SIGCONT. */
  async freeze(): Promise<void> {
    await this.#signal('SIGSTOP');
  }
  async wake(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  /** Starts it where it was killed. */
  async start(): Promise<void> {
    if (this.#wish === 'retired') return;
    if (this.#wish === 'down') {
      this.#wish = 'up';
      this.#part = this.#up();
    }
    await this.ready();
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    (await this.#part).process.signal(signal);
  }

  /** Whoever waits for it is told where it can't be started. */
  #up(): Promise<Part> {
    const part = this.#launch();
    part.catch(() => {});
    return part;
  }

  async #launch(): Promise<Part> {
    const part = await started(
      () => startPart(this.#options),
      (why) => this.#onNote(`${this.name} ${why}`),
    );
    void part.process.exited.then(async (exit) => {
      if (this.#wish !== 'up') return;
      this.#onNote(`${this.name} ended by itself (${describeExit(exit)}), and is started again`);
      await sleep(pauseMs);
      if (this.#wish === 'up') this.#part = this.#up();
    });
    return part;
  }
}
