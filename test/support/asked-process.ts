/** Programs of the tests in other languages that answer questions: a child process that reads a line of JSON and writes a line of JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { forgetGroup, watchGroup } from '../../src/dev/watchdog.ts';

/** Milliseconds after which an unanswered question ends the process. */
const answerMsMax = 60_000;

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (cause: Error) => void;
}

/** A program that runs. It answers in the order of the questions, so any number may be on their way. */
export class AskedProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #timer: NodeJS.Timeout;
  #answered = Date.now();
  #errors = '';

  /** `name`: what it is called in errors. */
  static async start(name: string, command: string, args: readonly string[]): Promise<AskedProcess> {
    const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const started = new AskedProcess(name, child);
    if (child.pid !== undefined) await watchGroup(child.pid);
    return started;
  }

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
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
      reject(new Error(`${this.#name} did not answer: ${what}${said === '' ? '' : `\n${said}`}`));
  }
}
