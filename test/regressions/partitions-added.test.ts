/**
 * Topics change under a job that runs: partitions are added to what it reads and to what it writes, and the largest batch that
 * its output takes becomes another. The job says so and takes it up as a new generation, with nobody's help.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DemoJob } from '../../examples/demo/jobs.ts';
import { streams } from '../../examples/demo/jobs.ts';
import { generateEvents } from '../../examples/firewall/generate.ts';
import type { HistoryEntry } from '../../src/contracts/history.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { RawProducer, readTopic } from '../../src/pipeline/index.ts';
import kafkajs from '../support/kafkajs.ts';
import {
  assertExactlyOnce,
  deniedJob,
  drain,
  isCaughtUp,
  openWorld,
  statusWhen,
  type World,
} from '../support/world.ts';

const [acme, globex] = streams as [(typeof streams)[number], (typeof streams)[number]];
let world: World;
let written = 0;

before(async () => {
  world = await openWorld({ hosts: 2 });
  await ensureTopics({ bootstrap: world.bootstrap }, [globex]);
  await world.rest.putStream(globex.document);
});
after(() => world.system.close());

async function admin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const client = new kafkajs.Kafka({ brokers: [world.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.disconnect();
  }
}

const grow = (topic: string, count: number): Promise<boolean> =>
  admin((a) => a.createPartitions({ topicPartitions: [{ topic, count }] }));

/** Writes so many events to each of these partitions of acme's topic. */
async function write(partitions: readonly number[], each = 200): Promise<void> {
  const producer = await RawProducer.open({ bootstrap: world.bootstrap });
  for (const partition of partitions) {
    for (const value of generateEvents({ seed: 7, count: each, from: written })) {
      if (producer.append(acme.topic, partition, { value })) await producer.flush();
    }
    written += each;
  }
  await producer.flush();
  await producer.close();
}

async function historyOf({ document }: DemoJob): Promise<readonly HistoryEntry[]> {
  const { tenant, name } = document.metadata;
  const answer = await fetch(`${world.system.api.url}/v1/tenants/${tenant}/jobs/${name}/history?limit=100`);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { items: HistoryEntry[] }).items;
}

/** One output partition for each of the input's, so that its order is the input's. */
const job = (name: string, more: Parameters<typeof deniedJob>[1] = {}, partitions = 8): DemoJob =>
  deniedJob(name, { sink: { kafka: { topic: `acme.${name}`, partitions, format: 'json' } }, ...more });

/** Waits until the job has taken up what changed: by one new generation, of which its history says why. */
async function followed(of: DemoJob, why: RegExp): Promise<void> {
  await statusWhen(world, of, 'followed', (s) => isCaughtUp(s) && s!.generation > 1 && s!.changes.length === 0);
  const told = (await historyOf(of)).filter((e) => e.kind === 'transition' && e.event === 'followed');
  assert.deepEqual(
    told.map((e) => e.by),
    ['millrace'],
  );
  assert.match(told[0]?.why ?? '', why);
}

test('partitions that are added are read from their beginning with nobody’s help, wherever the job starts', async () => {
  const jobs = [
    job('grown-earliest', { tasks: { min: 2, max: 2 } }),
    job('grown-latest', { start: 'latest', tasks: { min: 2, max: 2 } }),
  ];
  const bystander = deniedJob('bystander');
  Object.assign(bystander.document, { metadata: { tenant: 'globex', name: 'bystander' } });
  Object.assign(bystander.document.spec.sink.kafka, { topic: 'globex.bystander' });
  for (const j of [...jobs, bystander]) await world.rest.putJob(j.document);
  for (const j of [...jobs, bystander]) await statusWhen(world, j, 'caught up', isCaughtUp);
  await write([0, 1, 2, 3]);

  await grow(acme.topic, 6);
  // Before anybody has noticed.
  await write([4, 5, 0]);
  for (const j of jobs) await followed(j, /acme\.firewall grew from 4 to 6 partitions/);
  await write([4, 5, 1]);
  for (const j of jobs) {
    await drain(world, j);
    await assertExactlyOnce(world, j, written);
  }
  assert.equal((await statusWhen(world, bystander, 'as it was', isCaughtUp))!.generation, 1);
  await drain(world, bystander);
});

test('a sink that gets partitions is written to all of them', async () => {
  const j = job('wider', { start: 'latest' }, 1);
  await world.rest.putJob(j.document);
  await statusWhen(world, j, 'caught up', isCaughtUp);
  await grow('acme.wider', 3);
  await followed(j, /acme\.wider grew from 1 to 3 partitions/);
  await write([0, 1, 2]);
  await drain(world, j);
  const found = new Set<number>();
  for await (const batch of readTopic({ bootstrap: world.bootstrap, topic: 'acme.wider' })) {
    for (const { partition } of batch) found.add(partition);
  }
  assert.deepEqual([...found].sort(), [0, 1, 2]);
});

test('the largest batch that the output takes is taken up when it changes', async () => {
  const j = job('larger', { start: 'latest' });
  await world.rest.putJob(j.document);
  await statusWhen(world, j, 'caught up', isCaughtUp);
  await admin((a) =>
    a.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: 'acme.larger',
          configEntries: [{ name: 'max.message.bytes', value: '2000000' }],
        },
      ],
    }),
  );
  await followed(j, /max\.message\.bytes of acme\.larger went from 1048588 to 2000000/);
  await drain(world, j);
});
