/** Runs the command line: in this process over a client in memory, or as the real program. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/program.ts';
import type { MillraceClientPort } from '../../src/client/port.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of stderr, where it is a terminal. */
  readonly columns?: number;
  /** Ctrl-C, for commands in this process. */
  readonly interrupt?: AbortSignal;
}

export async function runWith(
  client: MillraceClientPort,
  args: readonly string[],
  options: CliOptions = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    out: (text) => void out.push(text),
    outBytes: async (bytes) => void out.push(Buffer.from(bytes).toString()),
    err: (text) => void err.push(text),
    terminal: options.columns === undefined ? null : { columns: () => options.columns ?? 0 },
    stdin: stream(options.stdin ?? ''),
    env: { MILLRACE_CACHE_DIR: '/nonexistent', ...options.env },
    takeInterrupts: () => options.interrupt ?? new AbortController().signal,
    connect: async () => client,
  });
  return { code, out: out.join(''), err: err.join('') };
}

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The real program in a process of its own. */
export function spawnCli(args: readonly string[], options: CliOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      MILLRACE_CACHE_DIR: '/nonexistent',
      ...options.env,
    };
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, out, err });
      },
    );
    // A program that ends early doesn't read on.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin ?? '');
  });
}
