/**
 * The kernel alone: generated code against avsc + JSON.stringify, on the same events in memory, in the same run, passes
 * taken in turn. One core. `node bench/kernel.ts [events]` prints the table; what is compared is checked to be equal first.
 */
import assert from 'node:assert/strict';
import { generateEvents } from '../examples/firewall/generate.ts';
import { eventSchema, q1, q2 } from '../examples/firewall/queries.ts';
import { compileQuery } from '../src/pipeline/compile.ts';
import type { Kernel } from '../src/pipeline/ports.ts';
import { type ByHand, byHand, decode } from './support/by-hand.ts';

export interface Rate {
  /** Events per second. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface KernelRow {
  readonly query: string;
  readonly kernel: Rate;
  readonly avsc: Rate;
  /** Median of the kernel over median of avsc + JSON.stringify. */
  readonly ratio: number;
  readonly rows: number;
  readonly bytesOut: number;
}

/** All events one after the other; event n is `bytes[offsets[n], offsets[n + 1])`. */
interface Events {
  readonly bytes: Buffer;
  /** Small integers, as record batches have them: as doubles they would make the kernel count in doubles. */
  readonly offsets: Int32Array;
}

export function benchKernel(count = 1_000_000, passes = 5): readonly KernelRow[] {
  const events = load(count);
  // avsc is that much slower, so it takes a part of them.
  const part = Math.max(1, Math.floor(count / 8));
  return Object.entries({ q1, q2 }).map(([name, sql]) => {
    const kernel = compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' }).kernel(eventSchema);
    const hand = byHand[name as 'q1' | 'q2'];
    check(kernel, hand, events, Math.min(count, 2000));
    const dst = Buffer.alloc(1 << 20);
    runKernel(kernel, events, Math.min(count, 200_000), dst);
    runAvsc(hand, events, Math.min(count, 20_000), dst);
    const [fast, slow]: [number[], number[]] = [[], []];
    let out = { rows: 0, bytes: 0 };
    for (let pass = 0; pass < passes; pass++) {
      fast.push(perSecond(count, () => (out = runKernel(kernel, events, count, dst))));
      slow.push(perSecond(part, () => runAvsc(hand, events, part, dst)));
    }
    const [kernelRate, avscRate] = [rate(fast), rate(slow)];
    const ratio = kernelRate.median / avscRate.median;
    return {
      query: name.toUpperCase(),
      kernel: kernelRate,
      avsc: avscRate,
      ratio,
      rows: out.rows,
      bytesOut: out.bytes,
    };
  });
}

function load(count: number): Events {
  const bytes = Buffer.allocUnsafeSlow(count * 600);
  const offsets = new Int32Array(count + 1);
  let n = 0;
  for (const event of generateEvents({ seed: 1, count })) {
    bytes.set(event, offsets[n]!);
    offsets[n + 1] = offsets[n]! + event.length;
    n++;
  }
  return { bytes, offsets };
}

function check(kernel: Kernel, hand: ByHand, { bytes, offsets }: Events, count: number): void {
  const dst = Buffer.alloc(1 << 16);
  for (let i = 0; i < count; i++) {
    const end = kernel.run(bytes, offsets[i]!, offsets[i + 1]!, dst, 0);
    const wanted = hand(decode(bytes.subarray(offsets[i]!, offsets[i + 1]!)));
    assert.equal(end < 0 ? undefined : dst.toString('utf8', 0, end), wanted);
  }
}

function runKernel(kernel: Kernel, { bytes, offsets }: Events, count: number, dst: Buffer) {
  let [at, rows, total] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (at > dst.length - 8192) at = 0;
    const end = kernel.run(bytes, offsets[i]!, offsets[i + 1]!, dst, at);
    if (end < 0) continue;
    rows++;
    total += end - at;
    at = end;
  }
  return { rows, bytes: total };
}

function runAvsc(hand: ByHand, { bytes, offsets }: Events, count: number, dst: Buffer): void {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at > dst.length - 8192) at = 0;
    const text = hand(decode(bytes.subarray(offsets[i]!, offsets[i + 1]!)));
    if (text !== undefined) at += dst.write(text, at);
  }
}

function perSecond(count: number, run: () => void): number {
  const start = performance.now();
  run();
  return (count * 1000) / (performance.now() - start);
}

function rate(samples: readonly number[]): Rate {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The rows as a Markdown table. */
export function kernelTable(rows: readonly KernelRow[]): string {
  const shown = (r: Rate): string => [r.min, r.median, r.max].map((v) => `${(v / 1e6).toFixed(2)}M`).join(' / ');
  const lines = rows.map(
    (r) => `| ${r.query} | ${shown(r.kernel)} | ${shown(r.avsc)} | ${r.ratio.toFixed(1)} | ${r.rows} | ${r.bytesOut} |`,
  );
  return [
    '| query | kernel, events/s min / median / max | avsc + JSON.stringify | ratio | rows | bytes out |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

if (import.meta.main) console.log(kernelTable(benchKernel(Number(process.argv[2] ?? 1_000_000))));
