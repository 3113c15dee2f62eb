/**
 * Many small jobs on one host, as a GitOps loop has them: how long it takes until all of them run, what it costs to apply each
 * again unchanged, and how long everything takes to stop where its data are kept, so that hosts drain. `node bench/many.ts [jobs]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { deniedJob, streams } from '../examples/demo/jobs.ts';
import { Rest } from '../examples/demo/rest.ts';
import { devTuning } from '../src/contracts/limits.ts';
import { defaultDeployment, jobWorkflowId } from '../src/contracts/names.ts';
import type { JobDocumentInput } from '../src/contracts/spec.ts';
import { removeScratch, scratchDirectory } from '../src/dev/scratch.ts';
import { type System, startSystem } from '../src/dev/system.ts';
import { insistently } from './support/insistently.ts';
import { percentile } from './support/statistics.ts';
import { createTopics } from './support/topics.ts';

const rounds = 3;
const pollMs = 250;
const calmMs = 2_000;
/** Requests at once, as a loop over files has them. */
const atOnce = 8;

export async function many(count: number): Promise<string> {
  const dataDir = await scratchDirectory('many');
  Object.assign(process.env, {
    // At development's tuning a server that is short of time loses tasks, whose recoveries would be counted with what applies cost.
    MILLRACE_TUNING: 'production',
    MILLRACE_HEALTH_MS: String(devTuning.healthMs),
    // One task each, and some to spare: a job that is deployed anew has two for a while.
    MILLRACE_SLOTS: String(Math.ceil(1.1 * count)),
  });
  const system = await startSystem({ hosts: 1, dataDir });
  let measured: string;
  let asked = 0;
  try {
    measured = await deployAndRepeat(system, count);
  } finally {
    asked = performance.now();
    await system.close();
  }
  const stopped = Math.round((performance.now() - asked) / 1_000);
  await removeScratch(dataDir);
  return `${measured}; stopped, drained, after ${stopped} s`;
}

async function deployAndRepeat(system: System, count: number): Promise<string> {
  const [stream] = streams;
  await createTopics(system.kafka.bootstrap, [stream!.topic], stream!.partitions);
  const rest = new Rest(system.api.url);
  await rest.putStream(stream!.document);
  const documents = Array.from({ length: count }, (_, n) => small(`many-${n}`));
  const began = performance.now();
  await each(documents, (document) => insistently(() => rest.putJob(document)));
  await each(documents, (document) => untilRunning(rest, document));
  const running = Math.round((performance.now() - began) / 1_000);
  // The last of their deploys' own history is still being written.
  let before = -1;
  for (let seen = await eventsOf(system, documents); seen !== before; seen = await eventsOf(system, documents)) {
    before = seen;
    await sleep(calmMs);
  }
  const took: number[] = [];
  for (let n = 0; n < rounds; n++) {
    await each(documents, async (document) => {
      const asked = performance.now();
      await rest.putJob(document);
      took.push(performance.now() - asked);
    });
  }
  const grown = (await eventsOf(system, documents)) - before;
  const [half, most] = [percentile(took, 0.5), percentile(took, 0.99)].map(Math.round);
  return (
    `${count} jobs: all ran after ${running} s; ${took.length} unchanged applies, ${atOnce} at once: ` +
    `median ${half} ms, 99 % ${most} ms, ${grown} events of history`
  );
}

const small = (name: string): JobDocumentInput =>
  deniedJob(name, {
    sink: { kafka: { topic: `acme.${name}`, partitions: 1, format: 'json' } },
    tasks: { min: 1, max: 1 },
  }).document;

async function untilRunning(rest: Rest, document: JobDocumentInput): Promise<void> {
  // While all of them are deployed an answer may take longer than the API waits for it.
  const isRunning = (): Promise<boolean> =>
    rest.job(document).then(
      (job) => job?.state === 'running',
      () => false,
    );
  while (!(await isRunning())) await sleep(pollMs);
}

/** Events in the histories of all their workflows. */
async function eventsOf({ temporal }: System, documents: readonly JobDocumentInput[]): Promise<number> {
  const connection = await Connection.connect({ address: temporal.address });
  const { workflow } = new Client({ connection, namespace: temporal.namespace });
  let sum = 0;
  try {
    await each(documents, async ({ metadata: { tenant, name } }) => {
      sum += (await workflow.getHandle(jobWorkflowId(defaultDeployment, tenant, name)).describe()).historyLength;
    });
  } finally {
    await connection.close();
  }
  return sum;
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const hands = Array.from({ length: atOnce }, async () => {
    for (const item of rest) await work(item);
  });
  await Promise.all(hands);
}

if (import.meta.main) {
  console.log(await many(Number(process.argv[2] ?? 100)));
  process.exit(0);
}
