/**
 * Millrace under the contract of ../peers/README.md: one engine in a process of its own, one job, no Temporal, so that its
 * CPU time and memory are its own.
 */
import { q1, q2 } from '../../examples/firewall/queries.ts';
import type { Compression } from '../../src/contracts/compression.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { TaskReport } from '../../src/contracts/task.ts';
import { Engine } from '../../src/pipeline/runtime/engine.ts';
import { givenWork, sayDone, type Work } from '../peers/work.ts';

export interface HostWork extends Work {
  readonly tasks: number;
  readonly threads: number;
  /** Of the rows: Avro JSON text. */
  readonly outputSchema: string;
  readonly compression: Compression;
}

const lookMs = 20;

const work = givenWork<HostWork>();
const plan: Plan = {
  hash: `bench-${work.query}`,
  sql: { q1, q2 }[work.query],
  sources: [{ stream: 'firewall', topics: [{ cluster: 'main', topic: work.input }], writerSchema: work.schema }],
  readColumns: [],
  output: [],
  outputSchema: work.outputSchema,
  keyed: false,
  sink: {
    kafka: { cluster: 'main', topic: work.output, partitions: 4, format: 'json', compression: work.compression },
  },
  delivery: work.delivery,
  errors: { policy: 'fail' },
  start: 'earliest',
};
const engine = new Engine({
  hostId: 'bench',
  clusters: { main: { bootstrap: work.bootstrap } },
  threads: work.threads,
});
const tasks = Array.from({ length: work.tasks }, (_, index) => ({
  deployment: 'millrace',
  tenant: 'bench',
  job: work.output,
  generation: 1,
  index,
  tasks: work.tasks,
}));
const producers = await Promise.all(tasks.map((task) => engine.prepare({ task, plan })));
const seen: TaskReport[] = [];
const runs = tasks.map((task, i) =>
  engine.run({ task, plan, producer: producers[i]!, fence: [], keptPositions: {} }, (report) => {
    seen[i] = report;
  }),
);
const watch = setInterval(() => {
  const read = seen.reduce((sum, r) => sum + (r?.counters.recordsIn ?? 0), 0);
  if (read >= work.records) for (const task of tasks) void engine.drain(task, 'order');
}, lookMs);
const ends = await Promise.all(runs);
clearInterval(watch);
for (const end of ends) if (end.kind !== 'drained') throw new Error(JSON.stringify(end));
const sum = (of: 'recordsIn' | 'recordsOut' | 'transactions' | 'busyMs'): number =>
  ends.reduce((total, end) => total + end.counters[of], 0);
await sayDone({
  records: sum('recordsIn'),
  rows: sum('recordsOut'),
  transactions: sum('transactions'),
  busyMs: sum('busyMs'),
});
await engine.close();
process.exit(0);
