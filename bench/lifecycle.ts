/**
 * A job's changes while events flow: how long its output pauses. Real servers, control process and hosts as processes of
 * their own, one job of the firewall query; a pause is the longest that any output partition stands still for
 * read_committed readers around the change (a steady job's commits are 100 ms apart, so that much is always there).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { eventSchema, q1 } from '../examples/firewall/queries.ts';
import { MillraceClient } from '../src/client/client.ts';
import { devTuning } from '../src/contracts/limits.ts';
import { defaultDeployment, jobWorkflowId } from '../src/contracts/names.ts';
import type { Operation } from '../src/contracts/operation.ts';
import type { JobDocumentInput } from '../src/contracts/spec.ts';
import type { JobStatus } from '../src/contracts/status.ts';
import { type Part, startPart } from '../src/dev/part.ts';
import { removeScratch, scratchDirectory } from '../src/dev/scratch.ts';
import { startServers } from '../src/dev/servers.ts';
import { updateVerdict } from '../src/policies/update-verdict.ts';
import type { BenchOptions } from './support/options.ts';
import { OutputGaps } from './support/output-gaps.ts';
import { percentile } from './support/statistics.ts';
import { SteadyFeed } from './support/steady-feed.ts';
import { createTopics } from './support/topics.ts';

const eventsPerSecond = 50_000;
const partitions = 4;
const input = 'acme.firewall';
const output = 'acme.changing';
/** Changes of each kind for one of `--runs`; kills of a host are slower. */
const changesPerRun = 8;
/** Milliseconds of steady flow between changes. */
const calmMs = 1_000;
const steadyMs = 60_000;
const verdicts = 2_000;

interface Figure {
  readonly what: string;
  readonly bar: string;
  readonly values: number[];
}

export async function lifecycle({ runs }: BenchOptions): Promise<string> {
  const bench = await Bench.open();
  try {
    return await bench.run(runs);
  } finally {
    await bench.close();
  }
}

class Bench {
  readonly #parts: Part[];
  readonly #client: MillraceClient;
  readonly #temporal: string;
  readonly #startHost: () => Promise<Part>;
  readonly #gaps: OutputGaps;
  readonly #end: () => Promise<void>;

  private constructor(
    parts: Part[],
    client: MillraceClient,
    temporal: string,
    startHost: () => Promise<Part>,
    gaps: OutputGaps,
    end: () => Promise<void>,
  ) {
    this.#parts = parts;
    this.#client = client;
    this.#temporal = temporal;
    this.#startHost = startHost;
    this.#gaps = gaps;
    this.#end = end;
  }

  static async open(): Promise<Bench> {
    const logs = await scratchDirectory('bench');
    const servers = await startServers({ dataDir: logs });
    const { bootstrap } = servers.kafka;
    const env = {
      KAFKA_BOOTSTRAP: bootstrap,
      TEMPORAL_ADDRESS: servers.temporal.address,
      MILLRACE_TUNING: 'dev',
    };
    const parts = [await startPart({ name: 'worker', entry: 'worker/control-main', env, logs })];
    let hosts = 0;
    const startHost = async (): Promise<Part> => {
      const name = `host-${++hosts}`;
      const part = await startPart({ name, entry: 'worker/host-main', env: { ...env, MILLRACE_HOST_ID: name }, logs });
      parts.push(part);
      return part;
    };
    await startHost();
    await startHost();
    await createTopics(bootstrap, [input, output], partitions);
    const client = new MillraceClient({ address: servers.temporal.address });
    await client.applyStream({
      apiVersion: 'millrace/v1',
      kind: 'Stream',
      metadata: { tenant: 'acme', name: 'firewall' },
      spec: { topics: [{ topic: input }], schema: { avro: JSON.parse(eventSchema) as Record<string, unknown> } },
    });
    const feed = new SteadyFeed(bootstrap, input, partitions, eventsPerSecond);
    await client.applyJob(job(0));
    await client.waitForJob('acme', 'changing', (s) => s.state === 'running');
    const gaps = await OutputGaps.open(bootstrap, output);
    return new Bench(parts, client, servers.temporal.address, startHost, gaps, async () => {
      await feed.stop();
      await gaps.close();
      await client.close();
      await Promise.all(parts.map((p) => p.process.kill()));
      await servers.close();
      await removeScratch(logs);
    });
  }

  async run(runs: number): Promise<string> {
    const steady: Figure = { what: 'no change: the longest pause in a second of flow', bar: '–', values: [] };
    const flight: Figure = { what: 'in-flight update', bar: 'p50 150, p99 500', values: [] };
    const replace: Figure = { what: 'drain and replace', bar: 'p99 1,500', values: [] };
    const rescale: Figure = { what: 'rescale (1 to 2 tasks and back)', bar: 'p99 500', values: [] };
    const killed: Figure = {
      what: 'recovery after SIGKILL of the host',
      bar: `p99 ${devTuning.heartbeatMs + 1_000}`,
      values: [],
    };
    await sleep(3 * calmMs);
    for (let round = 0; round < runs; round++) {
      for (let i = 0; i < changesPerRun; i++) {
        const n = round * changesPerRun + i + 1;
        const [now, next] = i % 2 === 0 ? (['json', 'csv'] as const) : (['csv', 'json'] as const);
        steady.values.push(await this.#pause(() => sleep(calmMs)));
        flight.values.push(await this.#pause(() => this.#apply(job(n, now))));
        replace.values.push(await this.#pause(() => this.#apply(job(n, next))));
        for (const tasks of [2, 1]) {
          rescale.values.push(await this.#pause(() => this.#operate({ kind: 'rescale', tasks })));
        }
      }
      for (let i = 0; i < 2; i++) killed.values.push(await this.#kill());
      const medians = [flight, replace, rescale, killed].map(
        (f) => `${f.what} ${percentile(f.values, 0.5).toFixed(0)}`,
      );
      console.error(`  after round ${round + 1} of ${runs}, p50 in ms: ${medians.join(', ')}`);
    }
    const grown = await this.#steadyGrowth();
    return [
      '| change, while 50,000 events/s flow | runs | pause p50, ms | p99 | highest | bar |',
      '| --- | --- | --- | --- | --- | --- |',
      ...[steady, flight, replace, rescale, killed].map(row),
      '',
      `Verdict on two plans of that query: p50 ${(await this.#verdictMs(0.5)).toFixed(3)} ms, p99 ${(await this.#verdictMs(0.99)).toFixed(3)} ms (bar 20 ms).`,
      `A steady running job's history grew by ${grown} events in ${steadyMs / 1000} s (bar: 0 an hour).`,
    ].join('\n');
  }

  /** The longest pause around what is done. */
  async #pause(act: () => Promise<unknown>): Promise<number> {
    const from = performance.now();
    await act();
    const to = performance.now();
    await sleep(calmMs);
    return this.#gaps.longest(from, to);
  }

  async #apply(document: JobDocumentInput): Promise<void> {
    const { requestId } = await this.#client.applyJob(document);
    await this.#settled(requestId);
  }

  async #operate(operation: Operation): Promise<void> {
    const { requestId } = await this.#client.operateJob('acme', 'changing', operation);
    await this.#settled(requestId);
  }

  async #settled(requestId: string): Promise<JobStatus> {
    const outcome = (s: JobStatus) => s.requests.find((r) => r.requestId === requestId);
    const s = await this.#client.waitForJob('acme', 'changing', (j) => outcome(j)?.outcome !== 'pending');
    if (outcome(s)?.outcome !== 'deployed') throw new Error(`a change ended as ${JSON.stringify(outcome(s))}`);
    return s;
  }

  /** Kills the host of the job's first task, and measures until every partition's output has gone on. */
  async #kill(): Promise<number> {
    const { tasks, generation } = await this.#client.getJob('acme', 'changing');
    const host = this.#parts.find((p) => p.process.name === tasks[0]?.hostId);
    if (host === undefined) throw new Error('the job runs nowhere');
    const at = performance.now();
    process.kill(host.process.pid, 'SIGKILL');
    await this.#client.waitForJob('acme', 'changing', (s) => s.generation > generation && s.state === 'running');
    await sleep(calmMs);
    const pause = this.#gaps.longest(at, performance.now());
    await this.#startHost();
    return pause;
  }

  async #verdictMs(share: number): Promise<number> {
    const [a, b] = await Promise.all([job(1), job(2)].map((document) => this.#client.planJob(document)));
    const { spec } = await this.#client.getJob('acme', 'changing');
    if (a?.plan == null || b?.plan == null) throw new Error('a query of the bench does not compile');
    const took: number[] = [];
    for (let i = 0; i < verdicts; i++) {
      const began = performance.now();
      updateVerdict({ spec, labels: {}, plan: a.plan }, { spec, labels: {}, plan: b.plan });
      took.push(performance.now() - began);
    }
    return percentile(took, share);
  }

  async #steadyGrowth(): Promise<number> {
    const before = await this.#events();
    await sleep(steadyMs);
    return (await this.#events()) - before;
  }

  async #events(): Promise<number> {
    const connection = await Connection.connect({ address: this.#temporal });
    const handle = new Client({ connection }).workflow.getHandle(jobWorkflowId(defaultDeployment, 'acme', 'changing'));
    const { historyLength } = await handle.describe();
    await connection.close();
    return historyLength;
  }

  close(): Promise<void> {
    return this.#end();
  }
}

const row = ({ what, bar, values }: Figure): string => {
  const ms = (share: number): string => percentile(values, share).toFixed(0);
  return `| ${what} | ${values.length} | ${ms(0.5)} | ${ms(0.99)} | ${ms(1)} | ${bar} |`;
};

/** A job of the firewall query, each number another filter. */
function job(n: number, format: 'json' | 'csv' = 'json'): JobDocumentInput {
  return {
    apiVersion: 'millrace/v1',
    kind: 'Job',
    metadata: { tenant: 'acme', name: 'changing' },
    spec: {
      sql: `${q1} AND bytes_sent >= ${n}`,
      sink: { kafka: { topic: output, partitions, format } },
      start: 'latest',
      tasks: { min: 1, max: 2 },
    },
  };
}
