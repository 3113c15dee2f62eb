/** Draws the demo's live table: one row a job, redrawn in place on a terminal, printed once in a while where there is none. */
import type { JobStatus } from '../../src/contracts/status.ts';

const colour = (code: number, text: string): string => (process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text);
const stateColour: Readonly<Record<string, number>> = { running: 32, failed: 31, stopped: 90 };

interface Sample {
  readonly at: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
}

const headings = ['job', 'state', 'tasks', 'in/s', 'out/s', 'lag', 'in', 'out'] as const;
const widths = [24, 12, 6, 10, 10, 10, 12, 12] as const;
const line = (cells: readonly string[]): string =>
  cells.map((c, i) => (i < 2 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ');
const count = (n: number): string => Math.round(n).toLocaleString('en-US');

export class LiveTable {
  readonly #samples = new Map<string, Sample>();
  #drawnLines = 0;

  draw(statuses: readonly JobStatus[], footer: string): void {
    const rows = statuses.map((s) => this.#row(s));
    const lines = [colour(1, line(headings)), ...rows, '', colour(90, footer)];
    if (process.stdout.isTTY && this.#drawnLines > 0) process.stdout.write(`\x1b[${this.#drawnLines}A\x1b[J`);
    process.stdout.write(`${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  #row(status: JobStatus): string {
    const key = `${status.tenant}/${status.name}`;
    const reports = status.tasks.flatMap((t) => (t.report === null ? [] : [t.report]));
    const sum = (of: (r: (typeof reports)[number]) => number): number => reports.reduce((n, r) => n + of(r), 0);
    const now: Sample = {
      at: Math.max(0, ...reports.map((r) => r.at)),
      recordsIn: sum((r) => r.counters.recordsIn),
      recordsOut: sum((r) => r.counters.recordsOut),
    };
    const before = this.#samples.get(key) ?? now;
    if (now.at > before.at || before === now) this.#samples.set(key, now);
    const seconds = (now.at - before.at) / 1000;
    const rate = (a: number, b: number): string => (seconds > 0 ? count(Math.max(0, a - b) / seconds) : '·');
    const state = colour(stateColour[status.state] ?? 33, status.state.padEnd(widths[1]));
    return line([
      key,
      state,
      String(status.tasks.length),
      rate(now.recordsIn, before.recordsIn),
      rate(now.recordsOut, before.recordsOut),
      count(sum((r) => r.lag)),
      count(now.recordsIn),
      count(now.recordsOut),
    ]);
  }
}
