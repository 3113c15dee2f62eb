/**
 * Throughput end to end: a million firewall events from a real broker through Q1 (a filter and ten columns) to JSON,
 * exactly once. The host is a process of its own; the broker runs on the same cores. Prints medians with their spread.
 *
 *   node bench/throughput.ts [events] [runs]
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventSchema, q1 } from '../examples/firewall/queries.ts';
import type { Plan } from '../src/contracts/plan.ts';
import { startKafka } from '../src/dev/kafka.ts';
import type { HostResult, HostWork } from './support/host.ts';
import type { PeerResult, PeerWork } from './support/peer.ts';
import { show, spread } from './support/statistics.ts';
import { createTopics, fill, watchOutput } from './support/topics.ts';

const PARTITIONS = 4;

export interface ThroughputRow {
  readonly name: string;
  readonly eventsPerSecond: readonly number[];
  readonly secondHalf: readonly number[];
  /** From the first fetch on: what a host that runs for months does. */
  readonly eventsPerCpuSecondRunning: readonly number[];
  /** With the start of the process and the compilation of its code. */
  readonly eventsPerCpuSecond: readonly number[];
  readonly peakRssMb: readonly number[];
}

const planFor = (input: string, output: string): Plan => ({
  hash: 'bench-q1',
  sql: q1,
  source: { stream: 'firewall', topics: [{ cluster: 'main', topic: input }], writerSchema: eventSchema },
  readColumns: [],
  output: [],
  sink: { kafka: { cluster: 'main', topic: output, partitions: PARTITIONS, format: 'json' } },
  delivery: 'exactly_once',
  errors: { policy: 'fail' },
  start: 'earliest',
});

/** Runs `bench/support/<name>.ts` as a process of its own; answers with the line of JSON that it prints. */
function runChild<T>(name: 'host' | 'peer', work: HostWork | PeerWork): Promise<T> {
  const file = fileURLToPath(new URL(`./support/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', file], {
    env: { ...process.env, WORK: JSON.stringify(work) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (d: Buffer) => {
      out += d.toString();
    });
    child.on('close', (code) => {
      if (code === 0 && out !== '') resolve(JSON.parse(out) as T);
      else reject(new Error(`The ${name} ended with code ${code}.`));
    });
  });
}

interface Setup {
  readonly bootstrap: string;
  readonly input: string;
  readonly events: number;
}

async function measure(setup: Setup, tasks: number, threads: number, runs: number): Promise<ThroughputRow> {
  const row = {
    eventsPerSecond: [] as number[],
    secondHalf: [] as number[],
    running: [] as number[],
    cpu: [] as number[],
    rss: [] as number[],
  };
  for (let run = 0; run < runs; run++) {
    const job = `q1-${tasks}-${threads}-${run}-${process.pid}`;
    const output = `${job}.out`;
    await createTopics(setup.bootstrap, [output], PARTITIONS);
    const plan = planFor(setup.input, output);
    const host = runChild<HostResult>('host', {
      bootstrap: setup.bootstrap,
      job,
      plan,
      tasks,
      threads,
      records: setup.events,
    });
    const watched = await watchOutput(setup.bootstrap, output, PARTITIONS, host);
    const result = await host;
    if (result.counters.recordsIn !== setup.events) throw new Error(`Read ${result.counters.recordsIn} events.`);
    const rate = (a: { at: number; end: number }, b: { at: number; end: number }): number =>
      ((b.end - a.end) / b.end) * setup.events * (1000 / Math.max(1, b.at - a.at));
    row.eventsPerSecond.push(rate(watched.first, watched.last));
    row.secondHalf.push(rate(watched.half, watched.last));
    row.running.push(setup.events / result.cpuSecondsRunning);
    row.cpu.push(setup.events / result.cpuSeconds);
    row.rss.push(result.peakRssMb);
    console.error(`  run ${run + 1}: ${JSON.stringify(result)}`);
  }
  return {
    name: `Millrace, ${tasks} task(s), ${threads} thread(s), exactly once`,
    eventsPerSecond: row.eventsPerSecond,
    secondHalf: row.secondHalf,
    eventsPerCpuSecondRunning: row.running,
    eventsPerCpuSecond: row.cpu,
    peakRssMb: row.rss,
  };
}

/** kafkajs + avsc over a part of the events: it is that much slower. */
async function measurePeer({ bootstrap, input, events }: Setup, runs: number): Promise<ThroughputRow> {
  const records = Math.ceil(events / 5);
  const results: PeerResult[] = [];
  for (let run = 0; run < runs; run++) {
    const output = `bench-peer-${run}-${process.pid}`;
    await createTopics(bootstrap, [output], PARTITIONS);
    results.push(await runChild<PeerResult>('peer', { bootstrap, input, output, records }));
  }
  const eventsPerSecond = results.map((r) => r.eventsPerSecond);
  return {
    name: 'kafkajs + avsc + JSON.stringify, at least once',
    eventsPerSecond,
    secondHalf: eventsPerSecond,
    eventsPerCpuSecondRunning: results.map((r) => records / r.cpuSecondsRunning),
    eventsPerCpuSecond: results.map((r) => records / r.cpuSeconds),
    peakRssMb: results.map((r) => r.peakRssMb),
  };
}

/** Runs the benchmark and answers with its rows. */
export async function throughput(events: number, runs: number): Promise<ThroughputRow[]> {
  const given = process.env['KAFKA_BOOTSTRAP'];
  const kafka = given === undefined ? await startKafka() : null;
  try {
    const bootstrap = given ?? kafka!.bootstrap;
    const input = `bench-in-${process.pid}`;
    await createTopics(bootstrap, [input], PARTITIONS);
    const began = performance.now();
    const bytes = await fill(bootstrap, input, events, PARTITIONS);
    console.error(
      `${events} events, ${Math.round(bytes / events)} bytes each, written in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
    const setup = { bootstrap, input, events };
    const rows = [await measure(setup, 1, 1, runs), await measure(setup, 2, 2, runs)];
    rows.push(await measurePeer(setup, Math.min(runs, 3)));
    return rows;
  } finally {
    await kafka?.close();
  }
}

if (import.meta.main) {
  for (const r of await throughput(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3))) {
    console.log(r.name);
    console.log(`  events/s, first to last output   ${show(spread(r.eventsPerSecond))}`);
    console.log(`  events/s, second half of it      ${show(spread(r.secondHalf))}`);
    console.log(`  events per CPU-second, running   ${show(spread(r.eventsPerCpuSecondRunning))}`);
    console.log(`  events per CPU-second with start ${show(spread(r.eventsPerCpuSecond))}`);
    console.log(`  peak RSS, MB                     ${show(spread(r.peakRssMb))}`);
  }
}
