/**
 * What the system tests share: Millrace as a user has it (each part a process, REST in front), topics full of firewall
 * events, and the check of the output against an oracle that shares nothing with the compiler (examples/demo/jobs.ts).
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DemoJob, streams } from '../../examples/demo/jobs.ts';
import { NotNow, Rest } from '../../examples/demo/rest.ts';
import { verifyJob } from '../../examples/demo/verify.ts';
import { generateEvents } from '../../examples/firewall/generate.ts';
import type { JobStatus } from '../../src/contracts/status.ts';
import { type System, type SystemOptions, startSystem } from '../../src/dev/system.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { RawProducer } from '../../src/pipeline/index.ts';
import { readTopic } from '../../src/pipeline/kafka/index.ts';
import { patienceMs } from './patience.ts';

export { deniedJob } from '../../examples/demo/jobs.ts';

export interface World {
  readonly system: System;
  readonly rest: Rest;
  readonly bootstrap: string;
}

/** Starts everything, with the demo's stream acme/firewall and its topic. */
export async function openWorld(options: SystemOptions): Promise<World> {
  const system = await startSystem({ onProgress: () => {}, ...options });
  const { bootstrap } = system.kafka;
  const [acme] = streams;
  await ensureTopics({ bootstrap }, [acme!]);
  const rest = new Rest(system.api.url);
  await rest.putStream(acme!.document);
  return { system, rest, bootstrap };
}

/** Writes events number `from` … `from + count` to acme.firewall, round robin. */
export async function load(bootstrap: string, count: number, from = 0): Promise<void> {
  const [{ topic, partitions, seed }] = streams as [(typeof streams)[number]];
  const producer = await RawProducer.open({ bootstrap });
  let n = from;
  for (const value of generateEvents({ seed, count, from })) {
    if (producer.append(topic, n++ % partitions, { value })) await producer.flush();
  }
  await producer.flush();
  await producer.close();
}

/** Polls until the status passes; an answer that says to try again later is none. Fails, with the last one, where it never does. */
export async function statusWhen(
  { rest }: World,
  { document }: DemoJob,
  what: string,
  holds: (status: JobStatus | null) => boolean,
): Promise<JobStatus | null> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const status = await rest.job(document).catch(unlessNotNow);
    if (!(status instanceof NotNow) && holds(status)) return status;
    if (Date.now() > deadline) {
      const last = status instanceof NotNow ? status.message : JSON.stringify(status, null, 1);
      assert.fail(`${document.metadata.name} was never ${what}: ${last}`);
    }
    await sleep(100);
  }
}

function unlessNotNow(error: unknown): NotNow {
  if (error instanceof NotNow) return error;
  throw error;
}

export const recordsIn = (status: JobStatus | null): number =>
  status?.tasks.reduce((n, t) => n + (t.report?.counters.recordsIn ?? 0), 0) ?? 0;

export const isRunning = (status: JobStatus | null): boolean => status?.state === 'running';
export const isGone = (status: JobStatus | null): boolean => status === null || status.state === 'stopped';
export const isCaughtUp = (status: JobStatus | null): boolean =>
  isRunning(status) && status!.tasks.every((t) => t.report?.healthy === true && t.report.lag === 0);

/** Drains the job and waits until it is gone. */
export async function drain(world: World, job: DemoJob): Promise<void> {
  await world.rest.drainJob(job.document);
  await statusWhen(world, job, 'stopped', isGone);
}

/** Rows in the job's output. */
export async function rowsOf(bootstrap: string, { document }: DemoJob): Promise<number> {
  let found = 0;
  const { topic } = document.spec.sink.kafka;
  for await (const batch of readTopic({ bootstrap, topic })) found += batch.length;
  return found;
}

/** Every row that the oracle expects of `events` events is in the output exactly once, in order, and nothing else is. */
export async function assertExactlyOnce(
  { bootstrap }: Pick<World, 'bootstrap'>,
  job: DemoJob,
  events: number,
): Promise<void> {
  const verdict = await verifyJob(bootstrap, job);
  assert.deepEqual(verdict.differences, []);
  assert.equal(verdict.input, events);
  assert.equal(verdict.found, verdict.expected);
  assert.ok(verdict.found > 0, 'the query keeps something');
}
