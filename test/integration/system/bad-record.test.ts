/**
 * A record that doesn't decode, by the job's error policy: `fail` stops at exactly that record, says where and why, keeps
 * everything before it, and goes on from it once the owner has decided; `dlq` puts the original bytes aside.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { generateEvents } from '../../../examples/firewall/generate.ts';
import { RawProducer, readTopic } from '../../../src/pipeline/index.ts';
import kafkajs from '../../support/kafkajs.ts';
import { deniedJob, drain, isCaughtUp, openWorld, statusWhen, type World } from '../../support/world.ts';

const good = 1_000;
const bad = Buffer.from([0x81, 0xff, 0x00, 0x13, 0x37]);
let world: World;

/** Partition 0 gets 1,000 events, the bad record at offset 1,000, and 1,000 events more. */
before(async () => {
  world = await openWorld({ hosts: 1 });
  const producer = await RawProducer.open({ bootstrap: world.bootstrap });
  for (const value of generateEvents({ seed: 1, count: good })) producer.append('acme.firewall', 0, { value });
  producer.append('acme.firewall', 0, { value: bad });
  for (const value of generateEvents({ seed: 1, count: good, from: good }))
    producer.append('acme.firewall', 0, { value });
  await producer.flush();
  await producer.close();
});
after(() => world.system.close());

async function committed(group: string): Promise<string | undefined> {
  const admin = new kafkajs.Kafka({ brokers: [world.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const offsets = await admin.fetchOffsets({ groupId: group, topics: ['acme.firewall'] });
  await admin.disconnect();
  return offsets[0]?.partitions.find((p) => p.partition === 0)?.offset;
}

async function read(topic: string): Promise<{ value: Buffer | null; headers: string }[]> {
  const found: { value: Buffer | null; headers: string }[] = [];
  for await (const records of readTopic({ bootstrap: world.bootstrap, topic })) {
    for (const r of records) found.push({ value: r.value, headers: r.headers.map(([k, v]) => `${k}=${v}`).join(' ') });
  }
  return found;
}

test('policy fail stops at exactly the bad record and goes on from it when its owner says skip', async () => {
  const job = deniedJob('careful', { errors: { policy: 'fail' } });
  await world.rest.putJob(job.document);
  const failed = await statusWhen(world, job, 'failed', (s) => s?.state === 'failed');
  assert.equal(failed!.retryAt, null, 'it waits for its owner');
  assert.equal(failed!.lastFailure?.code, 'bad_record');
  assert.deepEqual(failed!.lastFailure?.record, { topic: 'acme.firewall', partition: 0, offset: String(good) });
  assert.equal(await committed('millrace.acme.careful'), String(good));
  const before = (await read('acme.careful')).length;
  assert.ok(before > 0, 'everything before it is output');

  const skipping = deniedJob('careful', { errors: { policy: 'skip' } });
  await world.rest.putJob(skipping.document);
  const status = await statusWhen(world, skipping, 'caught up', isCaughtUp);
  assert.equal(
    status!.tasks.reduce((n, t) => n + t.report!.counters.recordsFailed, 0),
    1,
  );
  await drain(world, skipping);
  assert.ok((await read('acme.careful')).length > before, 'what comes after it is output too');
});

test('policy dlq keeps the bad record as it came, with its position and cause', async () => {
  const job = deniedJob('aside', { errors: { policy: 'dlq', topic: 'acme.aside.dlq' } });
  await world.rest.putJob(job.document);
  await statusWhen(world, job, 'caught up', isCaughtUp);
  await drain(world, job);
  const [letter, ...others] = await read('acme.aside.dlq');
  assert.deepEqual(others, []);
  assert.deepEqual(letter!.value, bad);
  for (const part of [
    'millrace.stage=decode',
    'millrace.topic=acme.firewall',
    'millrace.partition=0',
    `millrace.offset=${good}`,
  ]) {
    assert.ok(letter!.headers.includes(part), `${part} in ${letter!.headers}`);
  }
});
