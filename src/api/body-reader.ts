/**
 * Who reads bodies: small ones the caller's thread, larger ones a thread beside it, so that no body holds up other requests.
 * That thread reads one at a time, and is ended when a body takes too long, or more memory than it has.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SourceKind } from '../client/source.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { BodyAnswer, BodyText } from './body-thread.ts';
import { HttpProblem } from './problem.ts';
import { readBody } from './read-body.ts';

interface Asked extends BodyText {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class BodyReader {
  #worker: Worker | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #current: Asked | null = null;
  readonly #waiting: Asked[] = [];

  /** Throws HttpProblem `bad_request`, or MillraceError `too_many_requests`. */
  async read(text: string, kind: SourceKind): Promise<unknown> {
    if (text.length <= limits.bodyAtOnceCharsMax) return readBody(text, kind);
    if (this.#waiting.length >= limits.bodiesWaitingMax) {
      const message = `${limits.bodiesWaitingMax} large bodies wait to be read already: send it again later.`;
      throw new MillraceError(failure('too_many_requests', message));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, kind, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#current !== null) return;
    const asked = this.#waiting.shift();
    if (asked === undefined) return;
    this.#current = asked;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ text: asked.text, kind: asked.kind } satisfies BodyText);
    this.#deadline = setTimeout(() => this.#giveUp('takes too long to read'), limits.bodyReadMsMax);
    this.#deadline.unref();
  }

  #start(): Worker {
    // A source or built, as this file is.
    const worker = new Worker(new URL(`./body-thread${extname(import.meta.url)}`, import.meta.url), {
      name: 'millrace-bodies',
      resourceLimits: { maxOldGenerationSizeMb: limits.bodyHeapMb },
    });
    worker.unref();
    worker.on('message', (answer: BodyAnswer) => {
      if (worker !== this.#worker) return;
      if (answer.ok) this.#end((asked) => asked.resolve(answer.value));
      else this.#end((asked) => asked.reject(new HttpProblem('bad_request', answer.message, answer.errors)));
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (worker !== this.#worker) return;
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return this.#giveUp('takes too much memory to read');
      this.#worker = null;
      this.#end((asked) => asked.reject(error));
    });
    return worker;
  }

  #giveUp(what: string): void {
    void this.#worker?.terminate();
    this.#worker = null;
    const problem = new HttpProblem('bad_request', `The body ${what}: send a smaller or simpler one.`);
    this.#end((asked) => asked.reject(problem));
  }

  #end(settle: (asked: Asked) => void): void {
    const asked = this.#current;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#current = null;
    if (asked !== null) settle(asked);
    this.#next();
  }
}
