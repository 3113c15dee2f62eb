/**
 * Runs the tools that fetch or build what the cache holds (mvn, go, java) and says on stderr what is going on meanwhile.
 * A tool that isn't installed gets one sentence that says what to install.
 */
import { access, constants, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { commandPath } from '../config.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';
import { describeExit, supervise } from './supervise.ts';

/** What is told while something is fetched or built: one line each. */
export type Progress = (line: string) => void;

export const progressOnStderr: Progress = (line) => void process.stderr.write(`millrace: ${line}\n`);

/** Milliseconds between progress lines of one tool. */
const progressMs = 10_000;
/** Characters of a failed tool's output that go into the message. */
const outputCharsMax = 2_000;

const installs: Readonly<Record<string, string>> = {
  java: 'Install Java 17 or newer (a JRE is enough), for example the package openjdk-17-jre-headless',
  mvn: 'Install Apache Maven 3.6 or newer, for example the package maven',
  go: 'Install Go 1.24 or newer from https://go.dev/dl, or put the temporal command (https://docs.temporal.io/cli) on the PATH',
};

export interface ToolOptions {
  /** What it does, for the progress line and the message, such as `fetching Kafka 4.1.0`. */
  readonly doing: string;
  /** What to do instead of installing the tool, such as `set KAFKA_BOOTSTRAP to a running Kafka`. */
  readonly instead: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number;
  readonly onProgress: Progress;
  /** No progress lines: it is short. */
  readonly quiet?: boolean;
}

/** Runs a tool to its end. Throws MillraceError `internal` with the end of its output where it fails. */
export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<void> {
  if (!isAbsolute(command)) await requireTool(command, options.instead);
  const directory = await scratchDirectory('tool');
  const log = join(directory, 'output');
  const began = Date.now();
  const say = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    options.onProgress(`${options.doing} … ${seconds > 0 ? `${seconds} s` : '(once, then cached)'}`);
  };
  if (options.quiet !== true) say();
  const timer = options.quiet === true ? undefined : setInterval(say, progressMs);
  try {
    const tool = await supervise({
      name: command,
      command,
      args,
      log,
      cwd: options.cwd,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    const bound = setTimeout(() => void tool.kill(), options.timeoutMs);
    const exit = await tool.exited;
    clearTimeout(bound);
    if (exit.code === 0) return;
    const output = (await readFile(log, 'utf8')).trim().slice(-outputCharsMax);
    throw new MillraceError(
      failure('internal', `${options.doing}: ${command} failed (${describeExit(exit)}). Its last words:\n${output}`),
    );
  } finally {
    clearInterval(timer);
    await removeScratch(directory);
  }
}

/** Throws MillraceError `internal` that says what to install where the command isn't on the PATH. */
export async function requireTool(command: string, instead: string): Promise<void> {
  if ((await onPath(command)) !== null) return;
  const what = installs[command] ?? `Install ${command}`;
  throw new MillraceError(failure('internal', `There is no ${command} on the PATH. ${what}; or ${instead}.`));
}

/** The file that a command name stands for, or null. */
export async function onPath(command: string): Promise<string | null> {
  for (const directory of commandPath()) {
    if (directory === '') continue;
    const file = join(directory, command);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}
