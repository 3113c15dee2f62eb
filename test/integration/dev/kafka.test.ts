/** The embedded Kafka is a real one: it takes and gives records, has the second version of transactions, and keeps its data. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import kafkajs from '../../support/kafkajs.ts';
import { isRunning } from '../../support/processes.ts';

let kafka: EmbeddedKafka;
const topic = 'kept';

before(async () => {
  kafka = await startKafka();
});
after(() => kafka.close());

function client(): kafkajs.Kafka {
  return new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING });
}

async function ends(): Promise<number[]> {
  const admin = client().admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic)).map((row) => Number(row.high)).sort();
  } finally {
    await admin.disconnect();
  }
}

async function produce(values: readonly string[]): Promise<void> {
  const producer = client().producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
}

async function consume(count: number): Promise<string[]> {
  const consumer = client().consumer({ groupId: `g-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
        if (values.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}

test('records that were produced are consumed', async () => {
  await ensureTopics({ bootstrap: kafka.bootstrap }, [{ topic, partitions: 2 }]);
  await produce(['a', 'b', 'c']);
  assert.deepEqual(await consume(3), ['a', 'b', 'c']);
});

test('transactions are of the second version (KIP-890)', async () => {
  assert.equal(await finalizedLevel('transaction.version'), 2);
});

/** Asks by ApiVersions version 3, whose answer ends with the finalized features: name, highest level, lowest level. */
async function finalizedLevel(feature: string): Promise<number> {
  const header = [0, 18, 0, 3, 0, 0, 0, 1, 0xff, 0xff, 0];
  const body = [2, 0x74, 2, 0x31, 0]; // client software "t", version "1", no tags
  const socket = connect(Number(kafka.bootstrap.split(':')[1]), '127.0.0.1');
  socket.write(Buffer.from([0, 0, 0, header.length + body.length, ...header, ...body]));
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk as Buffer]);
    if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) break;
  }
  return answer.readInt16BE(answer.lastIndexOf(feature) + feature.length);
}

test('a broker stopped in order comes back on the same port with its data', async () => {
  const before = { bootstrap: kafka.bootstrap, pid: kafka.pid(), ends: await ends() };
  await kafka.stop();
  assert.equal(isRunning(before.pid), false);
  await kafka.restart();
  assert.notEqual(kafka.pid(), before.pid);
  assert.deepEqual(await ends(), before.ends);
});

test('a broker killed with SIGKILL comes back with its data', async () => {
  const expected = await ends();
  await kafka.kill();
  await kafka.restart();
  assert.deepEqual(await ends(), expected);
  await produce(['d']);
  assert.deepEqual(await consume(4), ['a', 'b', 'c', 'd']);
});

test('close ends the process and removes its data', async () => {
  const { dataDir } = kafka;
  const pid = kafka.pid();
  await kafka.close();
  assert.equal(isRunning(pid), false);
  assert.equal(existsSync(dataDir), false);
});
