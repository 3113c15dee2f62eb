/** Topics for benchmarks: made, filled with firewall events, and watched from outside of the system under test. */
import kafkajs from 'kafkajs';
import { generateEvents } from '../../examples/firewall/generate.ts';
import { LATEST, listOffsets } from '../../src/pipeline/kafka/api/list-offsets.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { RawProducer } from '../../src/pipeline/kafka/index.ts';

export async function createTopics(bootstrap: string, topics: readonly string[], numPartitions: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions })), waitForLeaders: true });
  await admin.disconnect();
}

/** Writes events round robin, uncompressed. Answers with the bytes of their bodies. */
export async function fill(bootstrap: string, topic: string, count: number, partitions: number): Promise<number> {
  const producer = await RawProducer.open({ bootstrap });
  let n = 0;
  let bytes = 0;
  for (const value of generateEvents({ seed: 1, count })) {
    bytes += value.length;
    if (producer.append(topic, n++ % partitions, { value })) await producer.flush();
  }
  await producer.flush();
  await producer.close();
  return bytes;
}

/** Records that read_committed readers see in a topic that nothing is deleted from (control records count too). */
export interface OutputWatch {
  /** Milliseconds and end of the first sight of output, and of the last growth. */
  readonly first: { readonly at: number; readonly end: number };
  readonly last: { readonly at: number; readonly end: number };
  /** performance.now() at which the end first reached each tenth of the last end. */
  readonly half: { readonly at: number; readonly end: number };
}

/** Watches the output's end every few milliseconds until `done` resolves. */
export async function watchOutput(
  bootstrap: string,
  topic: string,
  partitions: number,
  done: Promise<unknown>,
): Promise<OutputWatch> {
  const cluster = new Cluster(bootstrap, 'bench-watch');
  const all = Array.from({ length: partitions }, (_, p) => p);
  await cluster.partitions(topic);
  const growth: { at: number; end: number }[] = [];
  let running = true;
  void done.finally(() => {
    running = false;
  });
  while (running) {
    const link = await cluster.leaderLink(topic, 0, 'produce');
    const ends = await link.request(listOffsets(topic, all, LATEST));
    const end = [...ends.values()].reduce((a, b) => a + b, 0);
    if (end > (growth.at(-1)?.end ?? 0)) growth.push({ at: performance.now(), end });
    await new Promise((r) => setTimeout(r, 20));
  }
  await cluster.close();
  const last = growth.at(-1) ?? { at: 0, end: 0 };
  const half = growth.find((g) => g.end >= last.end / 2) ?? last;
  return { first: growth[0] ?? last, last, half };
}
