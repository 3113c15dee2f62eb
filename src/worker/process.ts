/** What both worker processes do alike: log, announce, and end by a signal. Standard output holds one line, the announcement. */
import { type NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import pino from 'pino';
import { logLevel } from '../config.ts';

export type Log = pino.Logger;

export function createLog(name: string): Log {
  return pino({ name, level: logLevel() }, pino.destination({ fd: 2, sync: true }));
}

/** The SDK's own messages go to the same log; its routine ones are left out. */
export function installRuntime(log: Log): void {
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: object) => {
    log[level === 'info' ? 'debug' : level](meta ?? {}, message);
  };
  Runtime.install({
    // Ending by a signal is this process's own business: a host drains its tasks first.
    shutdownSignals: [],
    logger: {
      trace: write('trace'),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      log: (level, message, meta) => write(level.toLowerCase() as 'info')(message, meta),
    },
  });
}

/** Resolves with the first signal to end. A second one ends the process at once. */
export function ended(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(1));
      });
    }
  });
}

export interface RunnableWorker extends Pick<Worker, 'run' | 'getState' | 'shutdown'> {
  /** Moved to another by whoever sets it. */
  connection?: NativeConnection | undefined;
}

/** A worker has failed for good, which the SDK's does once Temporal has refused its polls for a minute. */
export class GivenUp extends Error {
  constructor() {
    super(
      'Temporal has refused this process for a minute. See whether the namespace is there, and whether the key (TEMPORAL_API_KEY) or the certificate has expired.',
    );
  }
}

/**
 * Runs a worker. Looks at it too: its own promise may never settle where it has failed, since what it had begun can't be answered;
 * then it rejects with GivenUp.
 */
export async function runOrFail(worker: RunnableWorker, lookMs = 1_000): Promise<void> {
  const run = worker.run();
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    timer = setInterval(() => worker.getState() === 'FAILED' && reject(new GivenUp()), lookMs);
  });
  try {
    await Promise.race([run, failed]);
  } finally {
    clearInterval(timer);
    run.catch(() => {});
  }
}

/**
 * Runs workers until `stop` resolves, then lets them finish. One that gives up, which it does where the server refuses it, ends the
 * process with that error, for its supervisor to start it again; those of a host are kept (kept-worker.ts).
 */
export async function runWorkers(
  workers: readonly RunnableWorker[],
  ready: () => void,
  stop: Promise<unknown>,
): Promise<void> {
  const runs = workers.map((w) => runOrFail(w));
  const failed = new Promise<never>((_, reject) => {
    for (const r of runs) r.catch(reject);
  });
  ready();
  await Promise.race([stop, failed]);
  for (const w of workers) if (w.getState() === 'RUNNING') w.shutdown();
  await Promise.all(runs);
}

/** The line by which a supervisor, or a test, knows that polling has begun. */
export function announce(facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ...facts })}\n`);
}

/** Runs a process's main function; what it throws is logged, and told by the exit code. */
export async function main(name: string, body: (log: Log) => Promise<void>): Promise<void> {
  const log = createLog(name);
  try {
    await body(log);
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
