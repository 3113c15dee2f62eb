/**
 * The kernel alone: generated code beside a kernel written by hand and avsc, on the same events in memory, in the same run,
 * passes taken in turn. One core. What is compared is checked to write the same bytes first.
 */
import assert from 'node:assert/strict';
import { eventSchema, q1, q2, q3 } from '../examples/firewall/queries.ts';
import { compileQuery } from '../src/pipeline/compile.ts';
import type { Kernel, SourceRecord } from '../src/pipeline/ports.ts';
import { Rows } from '../src/pipeline/rows.ts';
import { byAvsc, decode, projection } from './support/by-avsc.ts';
import { byHandKernels, type HandKernel } from './support/by-hand-kernel.ts';
import { type Events, loadEvents } from './support/events.ts';
import { type BenchOptions, inRounds } from './support/options.ts';
import { type Spread, spread } from './support/statistics.ts';

/** Appends an event's row at `dst[at]`; answers where it ends, negative where the event isn't kept. */
export type Writer = (src: Buffer, start: number, end: number, dst: Buffer, at: number) => number;

interface Contestant {
  readonly name: string;
  readonly write: Writer;
  /** Of all events it takes one in so many: slow ones take fewer. */
  readonly oneIn: number;
}

interface Contest {
  readonly query: string;
  /** The kernel, then what it is compared with. */
  readonly contestants: readonly Contestant[];
}

export interface KernelRow {
  readonly query: string;
  readonly name: string;
  /** Events per second. */
  readonly rate: Spread;
  /** The kernel's median over this one's. */
  readonly ratio: number;
}

/** Of what is written: where less is left, writing begins again at the start of the buffer. */
const roomBytes = 16 * 1024;
const dstBytes = 1 << 20;

/** No kernel here reads it. */
const noRecord: SourceRecord = {
  topic: null,
  partition: null,
  offset: null,
  timestamp: null,
  keyStart: -1,
  keyEnd: -1,
  headerCount: 0,
  eachHeader: () => {},
};

export function generated(kernel: Kernel): Writer {
  const rows = new Rows();
  return (src, start, end, dst, at) => kernel.run(src, start, end, dst, at, rows, noRecord);
}

const hand = (kernel: HandKernel): Contestant => ({ name: 'by hand', write: kernel, oneIn: 1 });

const textOf =
  (row: (typeof byAvsc)['q1']): Writer =>
  (src, start, end, dst, at) => {
    const text = row(decode(src.subarray(start, end)));
    return text === undefined ? -1 : at + dst.write(text, at);
  };
const bytesOf =
  (row: (body: Buffer) => Buffer): Writer =>
  (src, start, end, dst, at) =>
    at + row(src.subarray(start, end)).copy(dst, at);

/** Fresh for each use: what one kernel taught V8 of its callees is then not another's. */
function contests(): readonly Contest[] {
  const compile = (sql: string, format: 'json' | 'avro') =>
    compileQuery({ sql, streams: { firewall: eventSchema }, format });
  const ours = (sql: string, format: 'json' | 'avro' = 'json'): Contestant => {
    const kernel = compile(sql, format).kernel('firewall', eventSchema);
    return { name: 'kernel', write: generated(kernel), oneIn: 1 };
  };
  const json = (name: 'q1' | 'q2'): Contestant => ({
    name: 'avsc + JSON.stringify',
    write: textOf(byAvsc[name]),
    oneIn: 8,
  });
  const avro = projection(compile(q3, 'avro').outputSchema);
  return [
    { query: 'Q1', contestants: [ours(q1), hand(byHandKernels.q1), json('q1')] },
    { query: 'Q2', contestants: [ours(q2), hand(byHandKernels.q2), json('q2')] },
    {
      query: 'Q3',
      contestants: [
        ours(q3, 'avro'),
        hand(byHandKernels.q3),
        { name: 'avsc, decode + encode', write: bytesOf(avro.whole), oneIn: 8 },
        { name: 'avsc, reader schema + encode', write: bytesOf(avro.pushedDown), oneIn: 4 },
      ],
    },
  ];
}

export async function benchKernel(options: BenchOptions): Promise<readonly KernelRow[]> {
  const events = loadEvents(options.events);
  const rows: KernelRow[] = [];
  for (const { query, contestants } of contests()) {
    check(contestants, events);
    const dst = Buffer.alloc(dstBytes);
    const rates = contestants.map((): number[] => []);
    for (const { write, oneIn } of contestants) pass(write, events, Math.min(events.count, 200_000) / oneIn, dst);
    await inRounds(options, async () => {
      for (const [i, { write, oneIn }] of contestants.entries()) rates[i]!.push(perSecond(write, events, oneIn, dst));
    });
    const all = rates.map(spread);
    for (const [i, { name }] of contestants.entries())
      rows.push({ query, name, rate: all[i]!, ratio: all[0]!.median / all[i]!.median });
  }
  return rows;
}

/** That all of them write the same bytes of the first events. */
function check(contestants: readonly Contestant[], { bytes, offsets, count }: Events): void {
  const dst = Buffer.alloc(roomBytes);
  for (let i = 0; i < Math.min(count, 5000); i++) {
    const written = contestants.map(({ write }) => {
      const end = write(bytes, offsets[i]!, offsets[i + 1]!, dst, 0);
      return end < 0 ? undefined : dst.toString('latin1', 0, end);
    });
    for (const [n, other] of written.entries())
      assert.equal(other, written[0], `event ${i}: ${contestants[n]!.name} and the kernel differ`);
  }
}

function pass(write: Writer, { bytes, offsets }: Events, count: number, dst: Buffer): void {
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at > dstBytes - roomBytes) at = 0;
    const end = write(bytes, offsets[i]!, offsets[i + 1]!, dst, at);
    if (end >= 0) at = end;
  }
}

/** By CPU time: what else the machine does meanwhile matters less. */
function perSecond(write: Writer, events: Events, oneIn: number, dst: Buffer): number {
  const count = Math.max(1, Math.floor(events.count / oneIn));
  const before = process.cpuUsage();
  pass(write, events, count, dst);
  const { user, system } = process.cpuUsage(before);
  return (count * 1e6) / (user + system);
}

/** The rows as a Markdown table. */
export function kernelTable(rows: readonly KernelRow[]): string {
  const millions = ({ median, min, max }: Spread): string =>
    `${(median / 1e6).toFixed(2)}M (${(min / 1e6).toFixed(2)}M to ${(max / 1e6).toFixed(2)}M)`;
  return [
    '| query | writer | events per CPU-second | the kernel over it |',
    '| --- | --- | --- | --- |',
    ...rows.map((r) => `| ${r.query} | ${r.name} | ${millions(r.rate)} | ${r.ratio.toFixed(2)} |`),
  ].join('\n');
}
