/**
 * Millrace end to end: a million firewall events from a real broker on the same cores through Q1 (a filter and ten columns)
 * and Q2 (every column) to JSON, both guarantees, every codec of the input and of the output. Each run is a process of its own.
 */
import { fileURLToPath } from 'node:url';
import { eventSchema, q1, q2 } from '../examples/firewall/queries.ts';
import type { Compression } from '../src/contracts/compression.ts';
import { compileQuery } from '../src/pipeline/compile.ts';
import { endToEnd, type Row } from './support/end-to-end.ts';
import type { BenchOptions } from './support/options.ts';
import type { Case } from './support/workbench.ts';

const outputSchemaOf = (sql: string): string =>
  compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' }).outputSchema;
const outputSchemas = { q1: outputSchemaOf(q1), q2: outputSchemaOf(q2) } as const;
const file = fileURLToPath(new URL('./support/host.ts', import.meta.url));

/** One engine of so many tasks and threads. */
export function millrace(
  query: Case['query'],
  delivery: Case['delivery'] = 'exactly_once',
  more: Partial<Case> & { readonly tasks?: number; readonly compression?: Compression } = {},
): Case {
  // Not packed where nothing is said, as what the peers write.
  const { tasks = 1, codec, compression = 'none' } = more;
  const what = [tasks === 1 ? '1 task' : `${tasks} tasks on ${tasks} threads`, delivery.replaceAll('_', ' ')];
  return {
    name: `Millrace ${query.toUpperCase()}, ${what.join(', ')}${codec === undefined ? '' : `, ${codec} input`}${compression === 'none' ? '' : `, ${compression} output`}`,
    command: [process.execPath, '--disable-warning=TimeoutNegativeWarning', file],
    query,
    delivery,
    ...(codec && { codec }),
    more: { tasks, threads: tasks, outputSchema: outputSchemas[query], compression },
  };
}

const cases: readonly Case[] = [
  millrace('q1'),
  millrace('q1', 'at_least_once'),
  millrace('q1', 'exactly_once', { tasks: 2 }),
  millrace('q2'),
  ...(['lz4', 'zstd', 'snappy', 'gzip'] as const).map((codec) => millrace('q1', 'exactly_once', { codec })),
  ...(['lz4', 'zstd', 'snappy', 'gzip'] as const).map((compression) => millrace('q1', 'exactly_once', { compression })),
];

export const throughput = (options: BenchOptions): Promise<readonly Row[]> => endToEnd(cases, options);

/** How much less exactly-once makes than at-least-once, in percent of the latter: by the clock, and by CPU time. */
export function costOfExactlyOnce([exactly, atLeast]: readonly Row[]): string {
  const cost = (figure: 'eventsPerSecond' | 'eventsPerCpuSecondHalf'): string =>
    `${((1 - exactly!.of(figure).median / atLeast!.of(figure).median) * 100).toFixed(1)} %`;
  return `exactly once makes ${cost('eventsPerSecond')} fewer events a second than at least once, and ${cost('eventsPerCpuSecondHalf')} fewer a CPU-second`;
}
