/**
 * Damaged and cut-off bodies, as many as there are events, through the kernels of the three queries: what came of each, that
 * none hung, and what became of the heap. The seed makes the same run again.
 */
import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventSchema, q1, q2, q3 } from '../examples/firewall/queries.ts';
import { compileQuery } from '../src/pipeline/compile.ts';
import { type Kernel, REJECTED, RecordError } from '../src/pipeline/ports.ts';
import { mutate } from '../test/support/mutate.ts';
import { generated, type Writer } from './kernel.ts';
import { loadEvents } from './support/events.ts';
import type { BenchOptions } from './support/options.ts';

/** Bodies that are damaged in so many ways each. */
const bodies = 1000;
/** Bytes behind and in front of each body that a kernel has no business with, and room for its row. */
const fence = 64;
const dstBytes = 1 << 20;
/** Milliseconds after which a single record counts as a hang. */
const hangMs = 1000;

interface Outcomes {
  kept: number;
  rejected: number;
  /** By stage. */
  readonly refused: Map<string, number>;
  /** Rows that did not fit. */
  tooLarge: number;
  /** Anything but a RecordError: a mistake of ours. */
  readonly broke: string[];
  slowestMs: number;
}

interface Fuzzed {
  readonly name: string;
  readonly write: Writer;
  readonly outcomes: Outcomes;
}

const none = (): Outcomes => ({ kept: 0, rejected: 0, refused: new Map(), tooLarge: 0, broke: [], slowestMs: 0 });

function kernels(): readonly Fuzzed[] {
  const kernel = (sql: string, format: 'json' | 'avro' = 'json'): Kernel =>
    compileQuery({ sql, streams: { firewall: eventSchema }, format }).kernel('firewall', eventSchema);
  return [
    { name: 'Q1', write: generated(kernel(q1)), outcomes: none() },
    { name: 'Q2', write: generated(kernel(q2)), outcomes: none() },
    { name: 'Q3', write: generated(kernel(q3, 'avro')), outcomes: none() },
  ];
}

function run({ write, outcomes }: Fuzzed, src: Buffer, dst: Buffer, describe: () => string): void {
  const began = performance.now();
  try {
    const end = write(src, fence, src.length - fence, dst, 0);
    if (end === REJECTED) outcomes.rejected++;
    else if (end > dst.length) outcomes.tooLarge++;
    else outcomes.kept++;
  } catch (e) {
    if (e instanceof RecordError) outcomes.refused.set(e.stage, (outcomes.refused.get(e.stage) ?? 0) + 1);
    else outcomes.broke.push(`${describe()}: ${e}`);
  }
  const took = performance.now() - began;
  if (took > outcomes.slowestMs) outcomes.slowestMs = took;
}

/** The table, and the seed. */
export function fuzz({ events: count, minutes }: BenchOptions): string {
  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  const { bytes, offsets } = loadEvents(bodies);
  const all = kernels();
  const dst = Buffer.alloc(dstBytes);
  const until = performance.now() + minutes * 60_000;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  let warmHeap = 0;
  let done = 0;
  for (; done < count && performance.now() < until; done++) {
    if (done === Math.min(20_000, count - 1)) warmHeap = heap();
    const body = bytes.subarray(offsets[done % bodies]!, offsets[(done % bodies) + 1]!);
    const damaged = mutate(body, seed, done);
    // What lies around a body looks like more of the same: a kernel that read there would go on.
    const src = Buffer.alloc(damaged.length + 2 * fence, 2);
    damaged.copy(src, fence);
    for (const each of all) run(each, src, dst, () => `record ${done} of seed ${seed}`);
  }
  const rows = all.map(({ name, outcomes: o }) => {
    const refused = [...o.refused].map(([stage, n]) => `${n} ${stage}`).join(', ');
    return `| ${name} | ${o.kept} | ${o.rejected} | ${refused} | ${o.tooLarge} | ${o.broke.length} | ${o.slowestMs.toFixed(1)} |`;
  });
  const hung = all.some(({ outcomes }) => outcomes.slowestMs > hangMs);
  return [
    `${done} damaged bodies, seed ${seed} (SEED=${seed} makes them again)\n`,
    '| kernel | rows | rejected | refused by stage | too large | broke | slowest record, ms |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    `\n${hung ? 'A record took suspiciously long. ' : ''}Memory after the first 20,000: ${warmHeap.toFixed(1)} MB, at the end: ${heap().toFixed(1)} MB.`,
    ...all.flatMap(({ name, outcomes }) => outcomes.broke.slice(0, 5).map((what) => `${name} broke at ${what}`)),
  ].join('\n');
}
