/**
 * A job that is stopped and applied again goes on at the offsets of its earlier life, whatever its `start` says. The plan, the
 * answer and the history say so, and what to do.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceClient } from '../../src/client/client.ts';
import type { HistoryEntry } from '../../src/contracts/history.ts';
import { until } from '../support/patience.ts';
import { deniedJob, drain, isCaughtUp, load, openWorld, statusWhen, type World } from '../support/world.ts';

let world: World;
let client: MillraceClient;
before(async () => {
  world = await openWorld({ hosts: 1 });
  client = new MillraceClient({ address: world.system.temporal.address });
});
after(async () => {
  await client.close();
  await world.system.close();
});

const told =
  /goes on where an earlier life of acme\/again ended.*acme\.firewall.*start: earliest.*millrace rewind job again --to earliest/s;

async function asked(name: string): Promise<HistoryEntry[]> {
  const { items } = await client.history('acme', name);
  return items.filter((e) => e.kind === 'request' && e.asked.kind === 'apply');
}

test('the plan, the answer and the history say that it goes on where its earlier life ended', async () => {
  const job = deniedJob('again', { start: 'earliest' });
  assert.equal((await client.planJob(job.document)).note, undefined, 'nothing to tell of a first life');
  assert.equal((await client.applyJob(job.document)).note, undefined);
  await load(world.bootstrap, 400);
  await statusWhen(world, job, 'caught up', isCaughtUp);
  assert.equal((await client.planJob(job.document)).note, undefined, 'nor of one that is there');
  await drain(world, job);
  await statusWhen(world, job, 'gone', (s) => s === null);

  assert.match((await client.planJob(job.document)).note ?? '', told);
  const answer = await client.applyJob(job.document, { requestId: 'second' });
  assert.match(answer.note ?? '', told);
  const status = await statusWhen(world, job, 'caught up', isCaughtUp);
  assert.match(status!.requests.find((r) => r.requestId === 'second')?.note ?? '', told);
  await until('both lives are written down', async () => (await asked('again')).length === 2);
  const [second, first] = await asked('again');
  assert.match((second?.kind === 'request' && second.note) || '', told);
  assert.equal(first?.kind === 'request' && first.note, undefined);
  await drain(world, job);
});
