/**
 * An embedded server: a supervised process with an address, a data directory, and a question that it answers once it is
 * ready. Owns stop, kill and restart with the same data; what is started, and how one asks, comes from kafka.ts and temporal.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FailureCode, failure, MillraceError } from '../contracts/failure.ts';
import { removeScratch } from './scratch.ts';
import { describeExit, type Exit, type Supervised } from './supervise.ts';
import { tail } from './tail.ts';

export interface EmbeddedServer {
  /** Process id; of the last run while it is stopped. */
  pid(): number;
  /** SIGTERM, then SIGKILL after a bounded grace. The data stay. */
  stop(): Promise<Exit>;
  /** SIGKILL. The data stay. */
  kill(): Promise<Exit>;
  /** SIGSTOP: it keeps its connections and answers nobody. */
  freeze(): void;
  /** SIGCONT. */
  wake(): void;
  /** Starts it again on the same port with the same data, stopping it first where it runs. Resolves when it is ready. */
  restart(): Promise<void>;
  /** Stops it. Where its data directory is a temporary one it is killed instead, and the directory removed. */
  close(): Promise<void>;
  /** Resolves when the present run has ended, whoever ended it. */
  exited(): Promise<Exit>;
  /** The file with everything it says. */
  readonly log: string;
}

export interface ServerOptions {
  readonly name: string;
  readonly code: FailureCode;
  readonly log: string;
  /** Removed by close. */
  readonly scratch: string | null;
  readonly launch: () => Promise<Supervised>;
  /** Rejects as long as it isn't ready. */
  readonly probe: () => Promise<void>;
}

const graceMs = 15_000;
const readyMsMax = 90_000;
const probeEveryMs = 100;

/** Starts it and waits until it is ready. Throws a MillraceError of `options.code` with its last words where it doesn't come up. */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const launch = async (): Promise<Supervised> => {
    const child = await options.launch();
    try {
      await untilReady(child, options);
      return child;
    } catch (error) {
      await child.kill();
      throw error;
    }
  };
  let child = await launch();
  // A frozen process hears no order.
  const stop = (): Promise<Exit> => {
    child.signal('SIGCONT');
    return child.stop(graceMs);
  };
  return {
    log: options.log,
    pid: () => child.pid,
    exited: () => child.exited,
    stop,
    kill: () => child.kill(),
    freeze: () => child.signal('SIGSTOP'),
    wake: () => child.signal('SIGCONT'),
    restart: async () => {
      await stop();
      child = await launch();
    },
    close: async () => {
      if (options.scratch === null) return void (await stop());
      await child.kill();
      await removeScratch(options.scratch);
    },
  };
}

async function untilReady(child: Supervised, options: ServerOptions): Promise<void> {
  const deadline = Date.now() + readyMsMax;
  for (;;) {
    const exit = child.ended();
    if (exit !== null) {
      throw new MillraceError(
        failure(
          options.code,
          `${options.name} ended while it started (${describeExit(exit)}). Its last words, from ${options.log}:\n${await tail(options.log)}`,
        ),
      );
    }
    try {
      return await options.probe();
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new MillraceError(
          failure(
            options.code,
            `${options.name} was not ready after ${readyMsMax / 1000} s. Its last words, from ${options.log}:\n${await tail(options.log)}`,
          ),
          [],
          { cause },
        );
      }
    }
    await sleep(probeEveryMs);
  }
}
