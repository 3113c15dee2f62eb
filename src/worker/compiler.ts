/**
 * The compiler as planning asks it: threads that are started when they are needed and kept, one query at a time in each, the tenants
 * in turn and none of them in all threads at once. A query that takes too long, or more memory than a thread has, ends its thread and
 * fails; nobody else's work is lost.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Compiler } from '../activities/compile-job.ts';
import { FairQueue } from '../activities/fair-queue.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { Plan } from '../contracts/plan.ts';
import type { CompilerAnswer, CompilerCall } from './compiler-thread.ts';

export interface CompilerThreads extends Compiler {
  close(): Promise<void>;
}

export function createCompiler(msMax: number = limits.compileMsMax): CompilerThreads {
  const idle = [new CompilerThread()];
  const all = new Set(idle);
  const { compilerThreadsMin, compilerThreadsMax } = limits;
  const atOnce = Math.min(compilerThreadsMax, Math.max(compilerThreadsMin, availableParallelism()));
  const turns = new FairQueue({
    atOnce,
    perKey: atOnce - 1,
    waitingPerKey: limits.tenantWaitingMax,
    waitMsMax: limits.tenantWaitMsMax,
  });
  const ask = (tenant: string, call: CompilerCall): Promise<unknown> =>
    turns.run(tenant, async () => {
      const thread = idle.pop() ?? new CompilerThread();
      all.add(thread);
      try {
        return await thread.ask(call, msMax);
      } finally {
        if (thread.alive) idle.push(thread);
        else all.delete(thread);
      }
    });
  return {
    streamsOf: async (tenant, sql) => (await ask(tenant, { ask: 'streams', sql })) as readonly string[],
    makePlan: async (order, streams) => (await ask(order.tenant, { ask: 'plan', order, streams })) as Plan,
    close: async () => {
      await Promise.all([...all].map((thread) => thread.end()));
    },
  };
}

class CompilerThread {
  alive = true;
  readonly #worker: Worker;
  /** Its code is loaded: what that takes is no query's. */
  readonly #ready: Promise<unknown>;

  constructor() {
    // The same file as this one, as a source or as built.
    const file = new URL(`./compiler-thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(file, {
      name: 'millrace-compiler',
      resourceLimits: { maxOldGenerationSizeMb: limits.threadHeapMb },
    });
    // One that dies is nobody's error but its caller's.
    for (const end of ['error', 'exit']) {
      this.#worker.on(end, () => {
        this.alive = false;
      });
    }
    this.#ready = once(this.#worker, 'message');
    this.#ready.catch(() => {});
  }

  async ask(call: CompilerCall, msMax: number): Promise<unknown> {
    await this.#ready;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        void this.end();
        settle(() => reject(tooMuch(`more than ${msMax / 1_000} s`)));
      }, msMax);
      const onMessage = (answer: CompilerAnswer): void =>
        settle(() =>
          'value' in answer ? resolve(answer.value) : reject(new MillraceError(answer.failure, answer.problems)),
        );
      const onError = (error: unknown): void =>
        settle(() => {
          const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
          const died = failure('internal', `A compiler thread died: ${String(error)}`, { retry: true });
          reject(outOfMemory ? tooMuch(`more than ${limits.threadHeapMb} MB`) : new MillraceError(died));
        });
      const onExit = (): void => onError(new Error('it ended'));
      const settle = (tell: () => void): void => {
        clearTimeout(timer);
        this.#worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        tell();
      };
      this.#worker.once('message', onMessage).once('error', onError).once('exit', onExit);
      this.#worker.postMessage(call);
    });
  }

  async end(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }
}

function tooMuch(what: string): MillraceError {
  return new MillraceError(
    failure('invalid_sql', `Compiling the query takes ${what}: make it smaller, or split it into several jobs.`),
  );
}
