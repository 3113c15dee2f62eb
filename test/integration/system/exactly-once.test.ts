/**
 * The promise of the whole system, on real servers and through REST: whatever happens to a host, every input record's output
 * is there exactly once and in order. Hosts are killed and frozen in mid-run; the checker is controlled at the end.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawProducer } from '../../../src/pipeline/index.ts';
import {
  assertExactlyOnce,
  deniedJob,
  drain,
  isCaughtUp,
  isRunning,
  load,
  openWorld,
  recordsIn,
  statusWhen,
  type World,
} from '../../support/world.ts';

let world: World;
before(async () => {
  world = await openWorld({ hosts: 3 });
});
after(() => world.system.close());

let written = 0;
async function more(count: number): Promise<void> {
  await load(world.bootstrap, count, written);
  written += count;
}

const hostOf = (id: string) => world.system.hosts.find((h) => h.id === id)!;

test('100,000 events pass exactly once from deploy to drain', async () => {
  const job = deniedJob('steady');
  await more(100_000);
  await world.rest.putJob(job.document);
  await statusWhen(world, job, 'caught up', isCaughtUp);
  await drain(world, job);
  await assertExactlyOnce(world, job, written);
});

test('a host frozen in mid-run and woken after the takeover commits nothing more', async () => {
  const job = deniedJob('frozen', { tasks: { min: 1, max: 1 } });
  await world.rest.putJob(job.document);
  const before = await statusWhen(world, job, 'running', isRunning);
  const frozen = hostOf(before!.tasks[0]!.hostId!);
  const flow = more(150_000);
  await statusWhen(world, job, 'under way', (s) => recordsIn(s) > recordsIn(before));
  process.kill(frozen.pid, 'SIGSTOP');
  try {
    await flow;
    const taken = await statusWhen(world, job, 'taken over', (s) => isRunning(s) && s!.generation > before!.generation);
    assert.notEqual(taken!.tasks[0]!.hostId, frozen.id);
  } finally {
    process.kill(frozen.pid, 'SIGCONT');
  }
  // The woken task still has batches and offsets in hand; more events give both something to do.
  await more(20_000);
  await sleep(2_000);
  await statusWhen(world, job, 'caught up', isCaughtUp);
  await drain(world, job);
  await assertExactlyOnce(world, job, written);
});

test('a host killed in mid-run loses nothing and repeats nothing', async () => {
  const job = deniedJob('killed', { tasks: { min: 2, max: 2 } });
  await world.rest.putJob(job.document);
  const before = await statusWhen(world, job, 'running', isRunning);
  const flow = more(150_000);
  await statusWhen(world, job, 'under way', (s) => recordsIn(s) > recordsIn(before));
  process.kill(hostOf(before!.tasks[0]!.hostId!).pid, 'SIGKILL');
  await flow;
  await statusWhen(world, job, 'recovered', (s) => isCaughtUp(s) && s!.generation > before!.generation);
  await drain(world, job);
  await assertExactlyOnce(world, job, written);
});

test('the checker turns red on a row too many', async () => {
  const job = deniedJob('steady');
  const producer = await RawProducer.open({ bootstrap: world.bootstrap });
  producer.append('acme.steady', 0, { value: Buffer.from('{"event_id":"evt-000000000000"}') });
  await producer.flush();
  await producer.close();
  await assert.rejects(assertExactlyOnce(world, job, written));
});
