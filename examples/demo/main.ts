/**
 * `npm run demo`: the whole system on this machine, firewall events of two tenants, three jobs deployed through the REST API,
 * and a live table. Ctrl-C drains the jobs and ends everything. `--exit` makes the tour by itself: it lets events flow for a
 * while, drains, checks that every output row is there exactly once and in order, prints a summary and exits 0 (1 where not).
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { JobStatus } from '../../src/contracts/status.ts';
import { type System, startSystem } from '../../src/dev/system.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { Feed } from './feed.ts';
import { type DemoJob, jobs, streams } from './jobs.ts';
import { NotNow, Rest } from './rest.ts';
import { LiveTable } from './table.ts';
import { verifyJob } from './verify.ts';

const { values: options } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '15' },
  },
});

/** Milliseconds between two rows of figures, on a terminal and where there is none. */
const drawEveryMs = process.stdout.isTTY ? 1_000 : 5_000;
const patienceMs = 60_000;

const stop = Promise.withResolvers<'interrupted'>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.resolve('interrupted'));

/** Polls until every job's status passes, drawing on the way. Throws when that takes longer than it ever should. */
async function until(
  rest: Rest,
  table: LiveTable,
  footer: string,
  holds: (s: JobStatus | null) => boolean,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const statuses = await look(rest, table, footer);
    if (statuses.length > 0 && statuses.every(holds)) return;
    const stuck = statuses.find((s) => s?.state === 'failed' && s.retryAt === null);
    if (stuck) throw new Error(`${stuck.tenant}/${stuck.name} failed: ${stuck.lastFailure?.message}`);
    if (performance.now() > deadline)
      throw new Error(`the jobs did not get there: ${JSON.stringify(statuses, null, 1)}`);
    await sleep(Math.min(drawEveryMs, 500));
  }
}

/** Asks for every job's status and draws them. None where the answer is to ask again later. */
async function look(rest: Rest, table: LiveTable, footer: string): Promise<readonly (JobStatus | null)[]> {
  try {
    const statuses = await Promise.all(jobs.map((j) => rest.job(j.document)));
    table.draw(
      statuses.filter((s) => s !== null),
      footer,
    );
    return statuses;
  } catch (error) {
    if (error instanceof NotNow) return [];
    throw error;
  }
}

async function verify(bootstrap: string, feed: Feed): Promise<boolean> {
  let ok = true;
  console.log('\nchecking every output row against the input, with another client and another decoder …');
  for (const job of jobs as readonly DemoJob[]) {
    const v = await verifyJob(bootstrap, job);
    const differences = [...v.differences];
    if (v.input !== feed.written.get(job.source))
      differences.push(`${v.input} events read, ${feed.written.get(job.source)} written`);
    ok &&= differences.length === 0;
    const rows = `${v.found.toLocaleString('en-US')} of ${v.expected.toLocaleString('en-US')} rows`;
    console.log(
      `${differences.length === 0 ? '✔' : '✖'} ${v.job.padEnd(22)} ${v.input.toLocaleString('en-US')} events, ${rows}, each once and in order`,
    );
    for (const d of differences) console.log(`    ${d}`);
  }
  return ok;
}

async function tour(system: System): Promise<boolean> {
  const rest = new Rest(system.api.url);
  const table = new LiveTable();
  await ensureTopics({ bootstrap: system.kafka.bootstrap }, streams);
  const feed = new Feed(system.kafka.bootstrap, streams, Number(options.rate));
  for (const s of streams) await rest.putStream(s.document);
  for (const j of jobs) await rest.putJob(j.document);
  const servers = `TEMPORAL_ADDRESS=${system.temporal.address} KAFKA_BOOTSTRAP=${system.kafka.bootstrap}`;
  console.log(`
REST API and its page   ${system.api.url}/docs
Temporal UI             ${system.temporal.ui}
command line            ${servers} bin/millrace.mjs get jobs -A
`);

  const footer = options.exit
    ? `${options.seconds} s of traffic, then drain and check`
    : `Temporal UI ${system.temporal.ui}   ·   Ctrl-C drains the jobs and ends`;
  await until(rest, table, footer, (s) => s?.state === 'running');
  const ends = performance.now() + (options.exit ? Number(options.seconds) * 1000 : Number.POSITIVE_INFINITY);
  while (performance.now() < ends) {
    await look(rest, table, footer);
    if ((await Promise.race([sleep(drawEveryMs), stop.promise])) === 'interrupted') break;
  }

  await feed.stop();
  console.log('\nno more events; waiting until all are through, then draining …');
  // Who looks for a while may have paused or stopped a job: that one isn't waited for.
  const through = (s: JobStatus | null): boolean =>
    s?.state === 'running' ? s.tasks.every((t) => t.report?.lag === 0) : !options.exit;
  await until(rest, new LiveTable(), 'catching up', through);
  for (const j of jobs) await rest.drainJob(j.document);
  await until(rest, new LiveTable(), 'draining', (s) => s === null || s.state === 'stopped');
  return options.exit ? await verify(system.kafka.bootstrap, feed) : true;
}

const system = await startSystem({ hosts: 2 });
let ok = false;
try {
  ok = await tour(system);
} catch (error) {
  console.error(`\nthe demo failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await system.close();
}
console.log(ok ? '\neverything is stopped; nothing is left behind.' : '\nstopped, with differences (above).');
process.exit(ok ? 0 : 1);
