/** Topics for benchmarks: made, filled with firewall events, deleted, and what is in them counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { generateEvents } from '../../examples/firewall/generate.ts';
import { fetch } from '../../src/pipeline/kafka/api/fetch.ts';
import { LATEST, listOffsets } from '../../src/pipeline/kafka/api/list-offsets.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { Codec } from '../../src/pipeline/kafka/codec.ts';
import { RawProducer } from '../../src/pipeline/kafka/index.ts';
import { batchEnd, behindBatches, isControl, layout, wholeBatch } from '../../src/pipeline/kafka/record-batch.ts';

type Admin = ReturnType<kafkajs.Kafka['admin']>;

async function asAdmin(bootstrap: string, act: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await act(admin).finally(() => admin.disconnect());
}

/** Milliseconds that a new topic's leaders may take, on a machine that has much else to do. */
const leadersMsMax = 60_000;

/** Resolves when the leader of every partition answers. */
export async function createTopics(bootstrap: string, topics: readonly string[], numPartitions: number): Promise<void> {
  await asAdmin(bootstrap, (admin) =>
    admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions })), waitForLeaders: false }),
  );
  const until = performance.now() + leadersMsMax;
  for (const topic of topics) {
    for (;;) {
      try {
        const end = await TopicEnd.of(bootstrap, topic);
        await end.now().finally(() => end.close());
        break;
      } catch (e) {
        if (performance.now() > until) throw e;
        await sleep(50);
      }
    }
  }
}

export const deleteTopics = (bootstrap: string, topics: readonly string[]): Promise<void> =>
  asAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: [...topics] }));

/** Writes events round robin. Answers with the bytes of their bodies. */
export async function fill(
  bootstrap: string,
  topic: string,
  count: number,
  partitions: number,
  codec: Codec = 'none',
): Promise<number> {
  const producer = await RawProducer.open({ bootstrap, codec });
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

/** Where a topic ends for read_committed readers, added up over its partitions: asked again and again over one connection. */
export class TopicEnd {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #partitions: readonly number[];

  private constructor(cluster: Cluster, topic: string, partitions: number) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#partitions = Array.from({ length: partitions }, (_, p) => p);
  }

  static async of(bootstrap: string, topic: string): Promise<TopicEnd> {
    const cluster = new Cluster({ bootstrap }, 'bench-watch');
    return new TopicEnd(cluster, topic, await cluster.partitions(topic));
  }

  async now(): Promise<number> {
    const link = await this.#cluster.leaderLink(this.#topic, 0, 'control');
    const ends = await link.request(listOffsets(this.#topic, this.#partitions, LATEST));
    return [...ends.values()].reduce((a, b) => a + b, 0);
  }

  /** Records in the topic, by the headers of its batches; what ends transactions is not counted. No aborted ones are expected. */
  async records(): Promise<number> {
    const link = await this.#cluster.leaderLink(this.#topic, 0, 'fetch');
    const ends = await link.request(listOffsets(this.#topic, this.#partitions, LATEST));
    const bounds = { maxWaitMs: 100, maxBytes: 4 << 20, partitionMaxBytes: 2 << 20 };
    let records = 0;
    for (const partition of this.#partitions) {
      for (let offset = 0; offset < ends.get(partition)!; ) {
        const [got] = await link.request(fetch([{ topic: this.#topic, partition, offset }], bounds));
        const { buf, start, end } = got!;
        for (let at = start; wholeBatch(buf, at, end); at = batchEnd(buf, at)) {
          if (!isControl(buf.readInt16BE(at + layout.attributes))) records += buf.readInt32BE(at + layout.recordCount);
        }
        ({ offset } = behindBatches(buf, start, end, { offset, epoch: -1 }));
        got!.release();
      }
    }
    return records;
  }

  close(): Promise<void> {
    return this.#cluster.close();
  }
}
