/** Results of runs as a Markdown table: passed of all, by operation and fault. */
import type { Result } from './matrix.ts';
import { faults, operations } from './scenario.ts';

export function summary(results: readonly Result[]): string {
  const ofCell = (operation: string, fault: string): string => {
    const runs = results.filter((r) => r.scenario.operation === operation && r.scenario.fault === fault);
    return runs.length === 0 ? '' : `${runs.filter((r) => r.failure === null).length} of ${runs.length}`;
  };
  const rows = operations.map((o) => [o, ...faults.map((f) => ofCell(o, f))]);
  const table = [['', ...faults], ['---', ...faults.map(() => '---')], ...rows].map((row) => `| ${row.join(' | ')} |`);
  const failed = results.filter((r) => r.failure !== null).length;
  const times = results.map((r) => r.seconds).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return `${table.join('\n')}\n\n${results.length} runs, ${failed} failed; ${median.toFixed(1)} s in the median, ${(times.at(-1) ?? 0).toFixed(1)} s at most`;
}
