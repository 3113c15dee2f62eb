/**
 * Holds the output topics against the input: every row that the oracle expects is there exactly once and in the order of
 * its input partition, and nothing else is. Reads both by kafkajs (a client that Millrace's data path doesn't use) as a
 * `read_committed` reader, and decodes events by avsc.
 */
import './kafkajs-codecs.ts';
import avsc from 'avsc';
import { Kafka, logLevel } from 'kafkajs';
import { eventSchema } from '../firewall/queries.ts';
import type { DemoJob, FirewallEvent } from './jobs.ts';

export interface Verdict {
  readonly job: string;
  readonly input: number;
  readonly expected: number;
  readonly found: number;
  /** Empty when all is well; else the first differences, in words. */
  readonly differences: readonly string[];
}

const differencesMax = 5;

export async function verifyJob(bootstrap: string, demoJob: DemoJob): Promise<Verdict> {
  const type = avsc.Type.forSchema(JSON.parse(eventSchema));
  const { tenant, name } = demoJob.document.metadata;
  const sink = demoJob.document.spec.sink.kafka;
  const input = await readAll(bootstrap, demoJob.source);
  const output = await readAll(bootstrap, sink.topic);

  const expected = new Map<number, string[]>();
  for (const [partition, values] of input) {
    const rows = values
      .map((v) => demoJob.expected(type.fromBuffer(v) as FirewallEvent))
      .filter((row) => row !== null)
      .map((row) => JSON.stringify(row));
    expected.set(partition, rows);
  }
  const differences: string[] = [];
  for (const partition of new Set([...expected.keys(), ...output.keys()])) {
    compare(
      partition,
      expected.get(partition) ?? [],
      (output.get(partition) ?? []).map((v) => v.toString()),
      differences,
    );
  }
  const total = (m: ReadonlyMap<number, readonly unknown[]>): number =>
    [...m.values()].reduce((n, v) => n + v.length, 0);
  return {
    job: `${tenant}/${name}`,
    input: total(input),
    expected: total(expected),
    found: total(output),
    differences,
  };
}

function compare(partition: number, expected: readonly string[], found: readonly string[], out: string[]): void {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    if (expected[i] === found[i]) continue;
    if (out.length < differencesMax)
      out.push(
        `partition ${partition}, row ${i}: expected ${expected[i] ?? 'nothing'}, found ${found[i] ?? 'nothing'}`,
      );
    return;
  }
}

/** Fetches in a row that bring nothing, after which a topic counts as read: the log's end itself may be a marker, which no consumer is shown. */
const emptyFetches = 20;

/** Every committed value of a topic that nobody writes to any more, by partition. */
async function readAll(bootstrap: string, topic: string): Promise<Map<number, Buffer[]>> {
  const kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
  const values = new Map<number, Buffer[]>();
  const groupId = `demo-verify-${topic}-${process.pid}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let fetchesSinceBatch = 0;
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, (e) => reject(e.payload.error));
    consumer.on(consumer.events.FETCH, () => {
      if (++fetchesSinceBatch > emptyFetches) resolve();
    });
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          fetchesSinceBatch = 0;
          const seen = values.get(batch.partition) ?? [];
          for (const m of batch.messages) if (m.value !== null) seen.push(m.value);
          values.set(batch.partition, seen);
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  return values;
}
