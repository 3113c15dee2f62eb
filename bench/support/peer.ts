/**
 * The peer of the same run, as its own process like the host: kafkajs and avsc, one object per record, at least once. What a
 * straightforward program does. Reads its work from the environment variable WORK, prints one line of JSON about itself.
 */
import { readFileSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { byHand, decode } from './by-hand.ts';
import type { HostResult } from './host.ts';

export interface PeerWork {
  readonly bootstrap: string;
  readonly input: string;
  /** Exists already. */
  readonly output: string;
  /** Ends when so many records are read. */
  readonly records: number;
}

export type PeerResult = Omit<HostResult, 'counters'> & { readonly eventsPerSecond: number };

const { Kafka, logLevel } = kafkajs;
/** kafkajs puts one send to a partition into one record batch, which the broker bounds by bytes. */
const sendMessagesMax = 700;

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const work = JSON.parse(process.env['WORK'] ?? '{}') as PeerWork;
const kafka = new Kafka({ brokers: [work.bootstrap], logLevel: logLevel.NOTHING });
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: work.output });
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: work.input, fromBeginning: true });
let seen = 0;
let began = 0;
let cpuBefore = 0;
const done = Promise.withResolvers<void>();
await consumer.run({
  eachBatch: async ({ batch }) => {
    if (began === 0) [began, cpuBefore] = [performance.now(), cpu()];
    const messages: { value: string }[] = [];
    for (const m of batch.messages) {
      const value = byHand.q1(decode(m.value!));
      if (value !== undefined) messages.push({ value });
    }
    for (let i = 0; i < messages.length; i += sendMessagesMax) {
      await producer.send({ topic: work.output, messages: messages.slice(i, i + sendMessagesMax) });
    }
    seen += batch.messages.length;
    if (seen >= work.records) done.resolve();
  },
});
await done.promise;
const eventsPerSecond = seen / ((performance.now() - began) / 1000);
const cpuSeconds = cpu();
const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
const result: PeerResult = {
  eventsPerSecond,
  cpuSeconds,
  cpuSecondsRunning: cpuSeconds - cpuBefore,
  peakRssMb: peakKb / 1024,
};
console.log(JSON.stringify(result));
await consumer.disconnect();
await producer.disconnect();
