/** Packed batches beside other clients: what tasks write Kafka's Java client and kafkajs read, and what Kafka's Java client packs tasks read. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import '../../../examples/demo/kafkajs-codecs.ts';
import { type Compression, compressions } from '../../../src/contracts/compression.ts';
import { kafkaVersion } from '../../../src/dev/kafka-node.ts';
import { jars } from '../../../src/dev/maven.ts';
import { fetch } from '../../../src/pipeline/kafka/api/fetch.ts';
import { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import { codecOf } from '../../../src/pipeline/kafka/codec.ts';
import { layout } from '../../../src/pipeline/kafka/record-batch.ts';
import kafkajs from '../../support/kafkajs.ts';
import { until } from '../../support/patience.ts';
import { assertExactlyOnce, JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();
const records = 3_000;
const values = Array.from({ length: records }, (_, n) => `+${n}`);

/** Reads input of the job to its end, and the lines of its output's values. */
async function run(job: JobUnderTest, count: number): Promise<void> {
  const runner = job.runner();
  const task = job.identity(1);
  const end = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  await until('everything is committed', async () => {
    return [...(await job.committed()).values()].reduce((sum, offset) => sum + offset, 0) >= count;
  });
  runner.drain(task, 'order');
  assert.equal((await end).kind, 'drained');
  await runner.close();
}

const toolJars = {
  name: `kafka-tools-${kafkaVersion}`,
  artifacts: [{ group: 'org.apache.kafka', artifact: 'kafka-tools', version: kafkaVersion }],
  instead: 'leave the test out',
  onProgress: () => {},
};

/** A tool of Kafka's own distribution, with this input; answers its output. Throws where it fails. */
async function kafkaTool(main: string, args: readonly string[], input = ''): Promise<string> {
  const libs = join(await jars(toolJars), 'libs', '*');
  const child = spawn('java', ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', libs, main, ...args]);
  let [out, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0, said);
  return out;
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** How the first batch of a partition is packed. */
async function codecIn(topic: string): Promise<string> {
  const cluster = new Cluster({ bootstrap: bootstrap() }, 'test');
  try {
    const link = await cluster.leaderLink(topic, 0, 'fetch');
    const bounds = { maxWaitMs: 0, maxBytes: 65_536, partitionMaxBytes: 65_536 };
    const [found] = await link.request(fetch([{ topic, partition: 0, offset: 0 }], bounds));
    return codecOf(found!.buf.readInt16BE(found!.start + layout.attributes));
  } finally {
    await cluster.close();
  }
}

async function readByKafkajs(topic: string, count: number): Promise<string[]> {
  const kafka = new kafkajs.Kafka({ brokers: [bootstrap()], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `${topic}.kafkajs` });
  const found: string[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void found.push(message.value!.toString()) });
    await until('kafkajs has read everything', () => found.length >= count);
  } finally {
    await consumer.disconnect();
  }
  return found;
}

for (const compression of compressions) {
  test(`output packed by ${compression} is what kafka-console-consumer, kafkajs and Millrace read`, async () => {
    const sink = { kafka: { cluster: 'main', topic: '', partitions: 4, format: 'json', compression } } as const;
    const job = await JobUnderTest.create(bootstrap());
    job.plan = { ...job.plan, sink: { kafka: { ...sink.kafka, topic: job.output } } };
    await job.produce(0, records);
    await run(job, records);
    assertExactlyOnce(await job.read(job.output, records), 0, records);
    assert.equal(await codecIn(job.output), compression);
    const args = ['--bootstrap-server', bootstrap(), '--topic', job.output, '--from-beginning'];
    const isolated = ['--isolation-level', 'read_committed', '--max-messages', String(records)];
    const consumed = lines(
      await kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        ...args,
        ...isolated,
        '--timeout-ms',
        '60000',
      ]),
    );
    assert.deepEqual(consumed.sort(byNumber), values);
    assert.deepEqual((await readByKafkajs(job.output, records)).sort(byNumber), values);
  });
}

for (const codec of compressions.filter((c): c is Exclude<Compression, 'none'> => c !== 'none')) {
  test(`batches that Kafka's Java client packs by ${codec} are read, whatever their size`, async () => {
    const job = await JobUnderTest.create(bootstrap(), {}, 1);
    const common = ['--bootstrap-server', bootstrap(), '--topic', job.input, '--compression-codec', codec];
    const input = values.map((value) => `${value}\n`).join('');
    const batches = ['--producer-property', 'linger.ms=200', '--batch-size', '500000'];
    await kafkaTool('org.apache.kafka.tools.ConsoleProducer', [...common, ...batches], input);
    assert.equal(await codecIn(job.input), codec);
    await run(job, records);
    assertExactlyOnce(await job.read(job.output, records), 0, records);
  });
}
