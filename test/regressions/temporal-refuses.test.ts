/**
 * Temporal that refuses a host, as with a key that has expired: after a minute the SDK's workers give up for good, and the host ended
 * with them, or heard nothing any more and could not even be ended. Its tasks go on, and it asks again until it is heard. A control
 * process, which has nothing to lose, ends, for its supervisor to start it again.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { streams } from '../../examples/demo/jobs.ts';
import { freePort } from '../../src/dev/ports.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { patienceMs, until } from '../support/patience.ts';
import { openRefuser, type Refuser } from '../support/refuser.ts';
import { closeServers, sharedServers } from '../support/servers.ts';
import { Way } from '../support/way.ts';
import { openWorkers, type Workers } from '../support/workers.ts';
import { assertExactlyOnce, deniedJob, isCaughtUp, isGone, load, rowsOf } from '../support/world.ts';

const [acme] = streams as [(typeof streams)[number]];
const job = deniedJob('refused', { tasks: { min: 2, max: 2 } });
const { tenant, name } = job.document.metadata;

let workers: Workers;
let refuser: Refuser;
let way: Way;
let temporalPort: number;
before(async () => {
  workers = await openWorkers();
  refuser = await openRefuser();
  temporalPort = Number((await sharedServers()).temporal.address.split(':').at(-1));
  way = await Way.open(await freePort(), temporalPort);
  await ensureTopics({ bootstrap: workers.bootstrap }, [acme]);
  await workers.start('control');
  await workers.client.applyStream(acme.document);
});
after(async () => {
  await workers.close();
  await way.close();
  refuser.close();
  await closeServers();
});

test('tasks go on while Temporal refuses their host, which is heard again without being started anew', async () => {
  const { bootstrap, client } = workers;
  const host = await workers.start('host', { TEMPORAL_ADDRESS: `127.0.0.1:${way.port}` });
  let said = '';
  host.stderr?.on('data', (text: Buffer) => {
    said += String(text);
  });
  await client.applyJob(job.document);
  await client.waitForJob(tenant, name, isCaughtUp, { timeoutMs: patienceMs });
  let written = 0;
  /** Each batch is seen in the output before the next is written: that is what no gap means. */
  const goesOn = async (): Promise<void> => {
    const before = await rowsOf(bootstrap, job);
    await load(bootstrap, 1_000, written);
    written += 1_000;
    await until('the job goes on', async () => (await rowsOf(bootstrap, job)) > before);
  };
  await goesOn();
  const control = await workers.start('control', { TEMPORAL_ADDRESS: `127.0.0.1:${way.port}` });
  way.lead(refuser.port);
  const givesUp = until('a worker gives up', () => said.includes('refuses this host') || host.exitCode !== null);
  let gaveUp = false;
  void givesUp.finally(() => {
    gaveUp = true;
  });
  while (!gaveUp) {
    await goesOn();
    await sleep(1_000);
  }
  await givesUp;
  for (let n = 0; n < 3; n++) await goesOn();
  assert.deepEqual([host.exitCode, host.signalCode], [null, null], 'its process lives');
  await until('the control process ends', () => control.exitCode !== null);
  assert.equal(control.exitCode, 1);
  way.lead(temporalPort);
  await client.waitForJob(tenant, name, isCaughtUp, { timeoutMs: patienceMs });
  await client.operateJob(tenant, name, { kind: 'stop', mode: 'drain' });
  await client.waitForJob(tenant, name, isGone, { timeoutMs: patienceMs });
  await assertExactlyOnce({ bootstrap }, job, written);
});
