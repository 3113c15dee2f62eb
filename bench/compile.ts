/** How long it takes to compile a large query (300 columns, 200 expressions): as a fresh process's first, and as a later one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Took } from './support/compile-once.ts';
import { type BenchOptions, inRounds } from './support/options.ts';
import { show, spread } from './support/statistics.ts';

const file = fileURLToPath(new URL('./support/compile-once.ts', import.meta.url));

interface Times {
  readonly cold: readonly Took[];
  readonly warm: readonly Took[];
}

async function measure(options: BenchOptions): Promise<Times> {
  const cold: Took[] = [];
  const warm: Took[] = [];
  await inRounds(options, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    const took = JSON.parse(stdout) as { readonly cold: Took; readonly warm: readonly Took[] };
    cold.push(took.cold);
    warm.push(...took.warm);
  });
  return { cold, warm };
}

/** A Markdown table of milliseconds. */
export async function compileTable(options: BenchOptions): Promise<string> {
  const { cold, warm } = await measure(options);
  const row = (name: string, took: readonly Took[]): string =>
    `| ${name} | ${show(spread(took.map((t) => t.ms)))} | ${show(spread(took.map((t) => t.cpuMs)))} |`;
  return [
    '| compiled | ms by the clock | ms of CPU |',
    '| --- | --- | --- |',
    row('as the first of a fresh process', cold),
    row('as a later one', warm),
  ].join('\n');
}
