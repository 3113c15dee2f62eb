/** kafkajs and avsc: one object per record, at least once. What a straightforward program does. The contract is in ../README.md. */
import kafkajs from 'kafkajs';
import { byAvsc, decode } from '../../support/by-avsc.ts';
import { givenWork, sayDone } from '../work.ts';

const { Kafka, logLevel } = kafkajs;
/** kafkajs puts one send to a partition into one record batch, which the broker bounds by bytes. */
const sendMessagesMax = 700;

const work = givenWork();
const row = byAvsc[work.query];
const kafka = new Kafka({ brokers: [work.bootstrap], logLevel: logLevel.NOTHING });
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: work.output });
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: work.input, fromBeginning: true });
let records = 0;
const read = Promise.withResolvers<void>();
await consumer.run({
  eachBatch: async ({ batch }) => {
    const messages: { value: string }[] = [];
    for (const m of batch.messages) {
      const value = row(decode(m.value!));
      if (value !== undefined) messages.push({ value });
    }
    for (let i = 0; i < messages.length; i += sendMessagesMax) {
      await producer.send({ topic: work.output, messages: messages.slice(i, i + sendMessagesMax) });
    }
    records += batch.messages.length;
    if (records >= work.records) read.resolve();
  },
});
await read.promise;
await sayDone({ records });
process.exit(0);
