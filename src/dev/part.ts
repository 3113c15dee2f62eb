/** One part of Millrace as a process of its own: its entry point, its log file, and the one line of JSON by which it says that it is ready. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { failure, MillraceError } from '../contracts/failure.ts';
import { describeExit, type Supervised, supervise } from './supervise.ts';
import { tail } from './tail.ts';

export interface Part {
  readonly process: Supervised;
  readonly log: string;
  /** What it said when it was ready. */
  readonly said: Said;
}

const said = z.looseObject({ ready: z.literal(true), url: z.string().optional() });
type Said = z.output<typeof said>;

const readyMsMax = 90_000;
// Type stripping is announced as experimental.
const quiet = ['--disable-warning=ExperimentalWarning'];

export interface PartOptions {
  readonly name: string;
  /** Relative to src/, without extension, such as `api/main`. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: string;
}

/** Resolves when the part is ready. Throws MillraceError `internal` with the end of its log where it ends before, or takes too long. */
export async function startPart(options: PartOptions): Promise<Part> {
  const log = join(options.logs, `${options.name}.log`);
  const own = import.meta.url;
  const entry = fileURLToPath(new URL(`../${options.entry}${own.slice(own.lastIndexOf('.'))}`, own));
  const process_ = await supervise({
    name: options.name,
    command: process.execPath,
    args: [...quiet, entry],
    env: options.env,
    log,
    stdout: 'pipe',
  });
  try {
    return { process: process_, log, said: await announcement(process_, log) };
  } catch (error) {
    await process_.kill();
    throw error;
  }
}

async function announcement(child: Supervised, log: string): Promise<Said> {
  const lines = createInterface({ input: child.stdout! });
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve(`was not ready after ${readyMsMax / 1000} s`), readyMsMax);
  try {
    const first = await Promise.race([
      new Promise<Said>((resolve) =>
        lines.on('line', (line) => {
          const parsed = said.safeParse(json(line));
          if (parsed.success) resolve(parsed.data);
        }),
      ),
      child.exited.then((exit) => `ended while it started (${describeExit(exit)})`),
      timeout.promise,
    ]);
    if (typeof first !== 'string') return first;
    throw new MillraceError(
      failure('internal', `${child.name} ${first}. Its last words, from ${log}:\n${await tail(log)}`),
    );
  } finally {
    clearTimeout(timer);
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
