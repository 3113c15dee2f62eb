/**
 * Temporal away from a fleet, at production's tuning: 20 jobs of 10 tasks each, to which records come all the time. What is
 * measured is the longest pause of any job's output meanwhile and afterwards, and whether any job has begun another
 * generation, which none should. `node bench/away.ts [seconds …]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { deniedJob, streams } from '../examples/demo/jobs.ts';
import { Rest } from '../examples/demo/rest.ts';
import { devTuning, productionTuning } from '../src/contracts/limits.ts';
import type { JobDocumentInput } from '../src/contracts/spec.ts';
import type { JobStatus } from '../src/contracts/status.ts';
import { startKafka } from '../src/dev/kafka.ts';
import { startSystem } from '../src/dev/system.ts';
import { startTemporal } from '../src/dev/temporal.ts';
import { insistently } from './support/insistently.ts';
import { OutputGaps } from './support/output-gaps.ts';
import { SteadyFeed } from './support/steady-feed.ts';
import { createTopics } from './support/topics.ts';

const jobsOf = { count: 20, tasks: 10 } as const;
/** So many that each second every job has rows: a fourth of the events pass. */
const eventsPerSecond = 200;
const lookMs = 100;
const calmMs = 5_000;
/** After Temporal is back: workers find it again within 12 s, and a task that were given up would have begun anew. */
const afterwardsMs = productionTuning.heartbeatMs + 15_000;
/** Seconds: within every timeout, beyond a connection's, beyond a heartbeat's. */
export const absences: readonly number[] = [10, 40, 120];

export async function away(seconds: readonly number[]): Promise<string> {
  // The health window stays that of development, so that the deploys take less of the time.
  Object.assign(process.env, { MILLRACE_TUNING: 'production', MILLRACE_HEALTH_MS: String(devTuning.healthMs) });
  const [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  const config = { kafkaBootstrap: kafka.bootstrap, temporalAddress: temporal.address, namespace: temporal.namespace };
  const system = await startSystem({ hosts: 2, config });
  const [stream] = streams;
  await createTopics(kafka.bootstrap, [stream!.topic], jobsOf.tasks);
  const rest = new Rest(system.api.url);
  await rest.putStream(stream!.document);
  const documents = Array.from({ length: jobsOf.count }, (_, n) => wide(`away-${n}`));
  for (const document of documents) {
    await rest.putJob(document);
    while ((await statusOf(rest, document))?.state !== 'running') await sleep(lookMs);
  }
  const feed = new SteadyFeed(kafka.bootstrap, stream!.topic, jobsOf.tasks, eventsPerSecond);
  const gaps = await Promise.all(
    documents.map((document) => OutputGaps.open(kafka.bootstrap, document.spec.sink.kafka.topic, lookMs)),
  );
  const longest = (from: number): number => Math.max(...gaps.map((g) => g.longest(from, performance.now())));
  await sleep(calmMs);
  const begun = performance.now();
  await sleep(calmMs);
  const rows = [
    `| Temporal away | longest pause of any of ${jobsOf.count} outputs, ms | jobs that are not as they were |`,
    '| --- | --- | --- |',
    `| not | ${Math.round(longest(begun))} | – |`,
  ];
  for (const s of seconds) {
    const before = await statuses(rest, documents);
    const from = performance.now();
    await temporal.kill();
    await sleep(s * 1_000);
    await temporal.restart();
    await sleep(afterwardsMs);
    const pause = longest(from);
    const after = await statuses(rest, documents);
    const others = after.filter((status, i) => status !== before[i]);
    rows.push(`| ${s} s | ${Math.round(pause)} | ${others.length} |`);
    console.error([rows.at(-1), ...others].map((line) => `  ${line}`).join('\n'));
  }
  await feed.stop();
  await Promise.all(gaps.map((g) => g.close()));
  await system.close();
  await Promise.all([kafka.close(), temporal.close()]);
  return rows.join('\n');
}

const wide = (name: string): JobDocumentInput =>
  deniedJob(name, {
    sink: { kafka: { topic: `acme.${name}`, partitions: 1, format: 'json' } },
    tasks: { min: jobsOf.tasks, max: jobsOf.tasks },
  }).document;

/** Of each job: what it is doing, in which generation, and how it last failed. */
const statuses = (rest: Rest, documents: readonly JobDocumentInput[]): Promise<string[]> =>
  Promise.all(
    documents.map(async (document) => {
      const status = await statusOf(rest, document);
      return JSON.stringify([status?.name, status?.state, status?.generation, status?.lastFailure]);
    }),
  );

const statusOf = (rest: Rest, document: JobDocumentInput): Promise<JobStatus | null> =>
  insistently(() => rest.job(document));

if (import.meta.main) {
  const given = process.argv.slice(2).map(Number);
  console.log(await away(given.length === 0 ? absences : given));
  process.exit(0);
}
