/**
 * Child processes that never outlive this one. Each is the leader of a process group that the watchdog kills should this
 * process end, and each can be stopped in order: SIGTERM, a bounded grace, SIGKILL. It doesn't restart anything.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { wholeEnvironment } from '../config.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { forgetGroup, watchGroup } from './watchdog.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SuperviseOptions {
  /** How messages call it, such as `kafka` or `host-1`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** File that stderr is appended to, and stdout unless it is piped. */
  readonly log: string;
  /** `pipe`: stdout is read by the caller. */
  readonly stdout?: 'log' | 'pipe';
}

export interface Supervised {
  readonly name: string;
  readonly pid: number;
  readonly stdout: Readable | null;
  /** Resolves when it has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<Exit>;
  /** How it ended, or null while it runs. */
  ended(): Exit | null;
  /** SIGTERM, at most `graceMs` milliseconds, then SIGKILL for the whole group. Does nothing to one that has ended. */
  stop(graceMs: number): Promise<Exit>;
  /** SIGKILL for the whole group. */
  kill(): Promise<Exit>;
  /** A signal for the whole group, such as SIGSTOP. Does nothing to one that has ended. */
  signal(name: NodeJS.Signals): void;
}

// The child waits for a line on descriptor 3 until the watchdog knows its group: a parent that is killed in between
// closes the pipe, and the command never runs. `exec` keeps the process id.
const gate = 'read -r go <&3 || exit 1; exec 3<&-; exec "$@"';

/** Starts a process; resolves once it is watched. Throws MillraceError `internal` where it can't be started. */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const log = openSync(options.log, 'a');
  const child = spawn('/bin/sh', ['-c', gate, 'sh', options.command, ...options.args], {
    detached: true,
    stdio: ['ignore', options.stdout === 'pipe' ? 'pipe' : log, log, 'pipe'],
    env: wholeEnvironment(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  closeSync(log);
  const exited = exitOf(child);
  if (child.pid === undefined) {
    await exited;
    throw new MillraceError(failure('internal', `${options.name} could not be started: ${options.command}`));
  }
  await watchGroup(child.pid);
  const go = child.stdio[3] as Socket;
  go.on('error', () => {});
  go.end('go\n');
  // The process that started it may end without stopping it: the watchdog does that.
  child.unref();
  go.unref();
  (child.stdout as Socket | null)?.unref();
  return handle(options.name, child, child.pid, exited);
}

function handle(name: string, child: ChildProcess, pid: number, exited: Promise<Exit>): Supervised {
  let end: Exit | null = null;
  const done = exited.then((exit) => {
    end = exit;
    signalGroup(pid, 'SIGKILL'); // what it may have left behind in its group
    forgetGroup(pid);
    return exit;
  });
  const stop = async (graceMs: number): Promise<Exit> => {
    if (end !== null) return end;
    child.ref(); // the caller waits for its end
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
    try {
      return await done;
    } finally {
      clearTimeout(timer);
    }
  };
  const signal = (what: NodeJS.Signals): void => {
    if (end === null) signalGroup(pid, what);
  };
  return { name, pid, stdout: child.stdout, exited: done, ended: () => end, stop, kill: () => stop(0), signal };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pgid, signal);
  } catch {
    // The group is empty: what was to be ended has ended.
  }
}

/** `exit code 1` or `SIGKILL`, for messages. */
export const describeExit = (exit: Exit): string => exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
