/** Cases measured in turn, round after round, and the table of what they made. */
import { type BenchOptions, inRounds } from './options.ts';
import { type Spread, show, spread } from './statistics.ts';
import type { Figures } from './watched.ts';
import { type Case, Workbench } from './workbench.ts';

export interface Row {
  readonly name: string;
  readonly runs: number;
  readonly of: (figure: Exclude<keyof Figures, 'said'>) => Spread;
}

/** One row for each case, in their order. */
export async function endToEnd(cases: readonly Case[], options: BenchOptions): Promise<readonly Row[]> {
  const bench = await Workbench.open(options.events);
  const found = cases.map((): Figures[] => []);
  try {
    await inRounds(options, async () => {
      for (const [i, each] of cases.entries()) found[i]!.push(await bench.run(each));
    });
  } finally {
    await bench.close();
  }
  return cases.map(({ name }, i) => ({
    name,
    runs: found[i]!.length,
    of: (figure) => spread(found[i]!.map((f) => f[figure])),
  }));
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const figures = [
    'eventsPerSecond',
    'eventsPerCpuSecondHalf',
    'eventsPerCpuSecond',
    'firstOutputMs',
    'peakRssMb',
  ] as const;
  return [
    '| process | runs | events/s, first to last output | per CPU-second, second half | … with its start | first output, ms | peak RSS, MB |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.name} | ${row.runs} | ${figures.map((f) => show(row.of(f))).join(' | ')} |`),
  ].join('\n');
}
