/**
 * A host as its own process for benchmarks, so that its CPU time and memory are its own: one engine, one job, no Temporal.
 * Reads its work as JSON from the environment variable WORK, runs until it has read everything, drains, and prints one
 * line of JSON about itself.
 */
import { readFileSync } from 'node:fs';
import type { Plan } from '../../src/contracts/plan.ts';
import type { TaskCounters, TaskReport } from '../../src/contracts/task.ts';
import { Engine } from '../../src/pipeline/runtime/engine.ts';

export interface HostWork {
  readonly bootstrap: string;
  readonly job: string;
  readonly plan: Plan;
  readonly tasks: number;
  readonly threads: number;
  /** Ends when so many records are read and committed. */
  readonly records: number;
}

export interface HostResult {
  /** CPU seconds of the whole process, its start included, and those from `run` to the end. */
  readonly cpuSeconds: number;
  readonly cpuSecondsRunning: number;
  readonly peakRssMb: number;
  readonly counters: TaskCounters;
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const work = JSON.parse(process.env['WORK'] ?? '{}') as HostWork;
const engine = new Engine({ hostId: 'bench', clusters: { main: work.bootstrap }, threads: work.threads });
const identities = Array.from({ length: work.tasks }, (_, index) => ({
  tenant: 'bench',
  job: work.job,
  generation: 1,
  index,
  tasks: work.tasks,
}));
const producers = await Promise.all(identities.map((task) => engine.prepare({ task, plan: work.plan })));
const before = cpu();
const seen: TaskReport[] = [];
const runs = identities.map((task, i) =>
  engine.run({ task, plan: work.plan, producer: producers[i]!, fence: [], keptPositions: {} }, (report) => {
    seen[i] = report;
  }),
);
const watch = setInterval(() => {
  const read = seen.reduce((sum, r) => sum + (r?.counters.recordsIn ?? 0), 0);
  if (read >= work.records) for (const task of identities) void engine.drain(task, 'order');
}, 50);
const ends = await Promise.all(runs);
clearInterval(watch);
const failed = ends.find((e) => e.kind !== 'drained');
if (failed !== undefined) console.error(JSON.stringify(failed));
const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
const counters = ends
  .map((e) => e.counters)
  .reduce((a, b) => ({
    recordsIn: a.recordsIn + b.recordsIn,
    recordsOut: a.recordsOut + b.recordsOut,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    recordsFailed: a.recordsFailed + b.recordsFailed,
    transactions: a.transactions + b.transactions,
    busyMs: a.busyMs + b.busyMs,
  }));
const result: HostResult = { cpuSeconds: cpu(), cpuSecondsRunning: cpu() - before, peakRssMb: peakKb / 1024, counters };
console.log(JSON.stringify(result));
await engine.close();
