/** The peer in the same run: kafkajs and avsc, one object per record, at least once. What a straightforward program does. */
import avsc from 'avsc';
import kafkajs from 'kafkajs';
import { eventSchema } from '../../examples/firewall/queries.ts';
import type { ThroughputRow } from '../throughput.ts';

interface FirewallEvent {
  readonly [column: string]: unknown;
  readonly action: string;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly geo: { readonly country: string | null };
  readonly rule: string;
}

interface Input {
  readonly bootstrap: string;
  readonly input: string;
}

export async function runPeer(setup: Input, events: number, runs: number): Promise<ThroughputRow> {
  const row = {
    name: 'kafkajs + avsc + JSON.stringify, at least once',
    eventsPerSecond: [] as number[],
    eventsPerCpuSecond: [] as number[],
    peakRssMb: [] as number[],
  };
  for (let run = 0; run < runs; run++) {
    const cpu = process.cpuUsage();
    row.eventsPerSecond.push(await once(setup, events, `peer-${process.pid}-${run}`));
    const used = process.cpuUsage(cpu);
    row.eventsPerCpuSecond.push(events / ((used.user + used.system) / 1e6));
    row.peakRssMb.push(process.memoryUsage().rss / 2 ** 20);
  }
  return { ...row, secondHalf: row.eventsPerSecond };
}

async function once(setup: Input, events: number, name: string): Promise<number> {
  const { Kafka, logLevel, CompressionTypes } = kafkajs;
  const type = avsc.Type.forSchema(typeof eventSchema === 'string' ? JSON.parse(eventSchema) : eventSchema);
  const kafka = new Kafka({ brokers: [setup.bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 4 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: name });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: setup.input, fromBeginning: true });
  let seen = 0;
  let began = 0;
  const rate = Promise.withResolvers<number>();
  await consumer.run({
    eachBatch: async ({ batch }) => {
      began ||= performance.now();
      const messages: { value: string }[] = [];
      for (const m of batch.messages) {
        const e = type.fromBuffer(m.value!) as FirewallEvent;
        if (e.action === 'deny' && e.bytes_sent + e.bytes_received > 1000 && e.geo.country !== 'US') {
          messages.push({ value: JSON.stringify({ ...pick(e), country: e.geo.country, rule: e.rule?.toUpperCase() }) });
        }
      }
      for (let i = 0; i < messages.length; i += 700) {
        await producer.send({
          topic: name,
          messages: messages.slice(i, i + 700),
          acks: -1,
          compression: CompressionTypes.None,
        });
      }
      seen += batch.messages.length;
      if (seen >= events) rate.resolve(seen / ((performance.now() - began) / 1000));
    },
  });
  const result = await rate.promise;
  await consumer.disconnect();
  await producer.disconnect();
  return result;
}

const columns = [
  'event_id',
  'time_generated',
  'source_ip',
  'destination_ip',
  'bytes_sent',
  'bytes_received',
  'severity',
  'action',
];
const pick = (e: FirewallEvent): Record<string, unknown> => Object.fromEntries(columns.map((c) => [c, e[c]]));
