/**
 * Programs of the tests that run on the JVM and answer questions: their jars from Maven, their one source file compiled once
 * into the cache, a child process that reads a line of JSON and writes a line of JSON. What they are asked is the oracles'.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../../src/dev/cache.ts';
import { onPath, progressOnStderr, runTool } from '../../src/dev/fetch.ts';
import { type Artifact, jars } from '../../src/dev/maven.ts';
import { forgetGroup, watchGroup } from '../../src/dev/watchdog.ts';

export interface JavaProgram {
  /** Of the cache entry, such as `oracle-avro-1.12.1`. */
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  /** One file whose public class has the file's name and the method main. */
  readonly source: URL;
  readonly heapMb: number;
}

const instead = 'leave it out: the tests then go by the committed answers alone';
/** Milliseconds that the compiler may take. */
const compileMsMax = 120_000;
/** Milliseconds after which an unanswered question ends the process. */
const answerMsMax = 60_000;

/** Why programs can't run here, or undefined where they can. */
export async function withoutJava(program: JavaProgram): Promise<string | undefined> {
  for (const command of ['java', 'javac', 'mvn'])
    if ((await onPath(command)) === null) return `there is no ${command} on the PATH`;
  return classPath(program).then(
    () => undefined,
    (cause: unknown) => `${program.name} could not be fetched: ${(cause as Error).message}`,
  );
}

/** The class path of the program, fetched and compiled where the cache doesn't hold it. */
export async function classPath({ name, artifacts, source }: JavaProgram): Promise<string> {
  const libs = join(await jars({ name, artifacts, instead, onProgress: progressOnStderr }), 'libs', '*');
  const text = await readFile(source);
  const hash = createHash('sha256').update(text).update(libs).digest('hex').slice(0, 8);
  const classes = await cached(`${name}-classes-${hash}`, (directory) =>
    runTool('javac', ['-nowarn', '-proc:none', '-cp', libs, '-d', directory, fileURLToPath(source)], {
      doing: `compiling ${name}`,
      instead,
      cwd: directory,
      timeoutMs: compileMsMax,
      onProgress: progressOnStderr,
      quiet: true,
    }),
  );
  return `${classes}:${libs}`;
}

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (cause: Error) => void;
}

/** A program that runs. It answers in the order of the questions, so any number may be on their way. */
export class JavaProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #timer: NodeJS.Timeout;
  #answered = Date.now();
  #errors = '';

  static async start(program: JavaProgram): Promise<JavaProcess> {
    const path = await classPath(program);
    const main = basename(fileURLToPath(program.source), '.java');
    const jvm = [
      `-Xmx${program.heapMb}m`,
      '-Xss4m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Duser.timezone=UTC',
    ];
    const child = spawn('java', [...jvm, '-cp', path, main], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const started = new JavaProcess(child);
    if (child.pid !== undefined) await watchGroup(child.pid);
    return started;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    // Not readline's lines: those also end at U+2028, which a message may hold.
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (data: string) => {
      this.#answered = Date.now();
      const lines = (rest + data).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#waiting.shift()?.resolve(line);
    });
    child.stderr!.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-2000);
    });
    child.stdin!.on('error', () => {});
    child.on('error', (cause) => this.#fail(cause.message));
    child.on('exit', (code, signal) => {
      if (child.pid !== undefined) forgetGroup(child.pid);
      this.#fail(`it ended with ${signal ?? code}`);
    });
    this.#timer = setInterval(() => {
      if (this.#waiting.length > 0 && Date.now() - this.#answered > answerMsMax) child.kill('SIGKILL');
    }, 1_000);
    this.#timer.unref();
  }

  /** One line of JSON for one line of JSON. Rejects when the process ends before it has answered. */
  ask(question: unknown): Promise<unknown> {
    if (this.#waiting.length === 0) this.#answered = Date.now();
    const answer = new Promise<string>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    return answer.then((line) => JSON.parse(line) as unknown);
  }

  /** It ends when its input does. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin!.end();
    await ended;
  }

  #fail(what: string): void {
    const said = this.#errors.trim();
    for (const { reject } of this.#waiting.splice(0))
      reject(new Error(`the Java process did not answer: ${what}${said === '' ? '' : `\n${said}`}`));
  }
}
