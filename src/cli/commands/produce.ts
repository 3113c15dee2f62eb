/** `millrace produce TOPIC`: JSON lines on stdin → Avro records; or events made up, at a pace. */

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { at } from '../../contracts/by-name.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RawProducer } from '../../pipeline/kafka/index.ts';
import { partitionOfKey } from '../../pipeline/kafka/murmur2.ts';
import { printData } from '../data.ts';
import { count, type KafkaOptions, kafkaOf, outputOption, withKafka } from '../options.ts';
import { UsageError, type World } from '../world.ts';

interface ProduceOptions extends KafkaOptions {
  readonly schema?: string;
  readonly key?: string;
  readonly create?: number;
  readonly generate?: 'firewall';
  readonly rate?: number;
  readonly limit?: number;
  readonly output: 'text' | 'json' | 'yaml';
}

interface Line {
  readonly key: Buffer | null;
  readonly value: Buffer;
}

export function addProduce(program: Command, world: World): void {
  withKafka(program.command('produce'))
    .summary('write JSON lines to a topic, as Avro, or events made up')
    .description(
      'Reads one JSON value per line from stdin and writes each as one record: as Avro with --schema, else as it is. Unions are written plainly, missing fields take their defaults, bytes are base64, timestamps may be ISO 8601. Ends at the first line that is wrong; what stands before it is written. With --generate it makes up events instead, until --limit or Ctrl-C.',
    )
    .argument('<topic>')
    .option('--schema <file>', 'Avro schema (.avsc) to write with')
    .option('--key <field>', 'top-level field whose text is the key, placed as Kafka places it')
    .option('--create <partitions>', 'create the topic with so many partitions where it does not exist', partitionCount)
    .addOption(
      new Option('--generate <kind>', 'make up events instead: firewall logs, as Avro of 35 fields').choices([
        'firewall',
      ]),
    )
    .option('--rate <n>', 'with --generate: so many a second; as fast as can be by default', eventsPerSecond)
    .option('--limit <n>', 'with --generate: end after so many; at Ctrl-C by default', count)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace produce acme.firewall --schema event.avsc --create 4 < events.jsonl
  echo '{"user": "ann", "amount": 3}' | millrace produce orders --schema order.avsc --key user
  millrace produce acme.firewall --generate firewall --rate 1000 --limit 60000

Generated events go on where the topic ends: their ids and times rise from run to run, and are the same on every machine.`,
    )
    .action(async (topic: string, options: ProduceOptions) => {
      checkGenerate(options);
      const encode = await encoder(options);
      const access = await kafkaOf(world, options);
      if (options.create !== undefined) {
        await (await import('../create-topic.ts')).createTopic(access, topic, options.create);
      }
      const { RawProducer } = await import('../../pipeline/kafka/index.ts');
      const { kafkaError } = await import('../../pipeline/kafka/broker-error.ts');
      let producer: RawProducer | null = null;
      let records: number;
      try {
        producer = await RawProducer.open(access);
        records =
          options.generate === undefined
            ? await writeAll(world, producer, topic, encode)
            : await writeGenerated(world, producer, topic, options);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw kafkaError(error, access.bootstrap);
      } finally {
        await producer?.close();
      }
      if (options.output !== 'text') return printData(world, { topic, records }, options.output);
      world.out(`${records} records written to ${topic}\n`);
    });
}

function partitionCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= limits.topicPartitionsMax) return count;
  throw new UsageError(`--create ${text}: give the number of partitions, 1 to ${limits.topicPartitionsMax}.`);
}

function eventsPerSecond(text: string): number {
  const rate = count(text);
  if (rate >= 1 && rate <= limits.generatedPerSecondMax) return rate;
  throw new UsageError(`--rate ${text}: give events a second, 1 to ${limits.generatedPerSecondMax}.`);
}

/** What is made up has a schema and no key, and stdin isn't read. */
function checkGenerate({ generate, schema, key, rate, limit }: ProduceOptions): void {
  if (generate === undefined && (rate ?? limit) !== undefined)
    throw new UsageError('--rate and --limit are for --generate.');
  if (generate !== undefined && (schema ?? key) !== undefined)
    throw new UsageError('--generate makes the records by itself: leave out --schema and --key.');
}

/** Ctrl-C ends it in good order: what was added is written, and counted. */
async function writeGenerated(
  world: World,
  producer: RawProducer,
  topic: string,
  { rate, limit }: ProduceOptions,
): Promise<number> {
  const { generateEvents } = await import('../generate/firewall.ts');
  const { paced } = await import('../generate/paced.ts');
  const partitions = await producer.partitions(topic);
  const first = await producer.ended(topic);
  let n = first;
  const pace = { perSecond: rate ?? null, stop: world.takeInterrupts(), ...(limit === undefined ? {} : { limit }) };
  for await (const due of paced(pace)) {
    for (const value of generateEvents({ seed: 1, count: due, from: n })) {
      if (producer.append(topic, n++ % partitions, { value })) await producer.flush();
    }
    await producer.flush();
  }
  return n - first;
}

async function encoder({ schema, key }: ProduceOptions): Promise<(line: string) => Line> {
  const keyOf = (line: string): Buffer | null => (key === undefined ? null : keyBytes(line, key));
  if (schema === undefined) return (line) => ({ key: keyOf(line), value: Buffer.from(line) });
  const { jsonToAvro } = await import('../avro-json.ts');
  const avro = jsonToAvro(await readFile(schema, 'utf8'));
  if (key !== undefined && !avro.fields.includes(key)) {
    throw new UsageError(`--key ${key}: the schema has no such field. Fields: ${avro.fields.join(', ')}.`);
  }
  return (line) => ({ value: avro.encode(line), key: keyOf(line) });
}

function keyBytes(line: string, field: string): Buffer | null {
  let value: unknown;
  try {
    value = at((JSON.parse(line) ?? {}) as Record<string, unknown>, field);
  } catch (error) {
    throw new MillraceError(failure('bad_record', `It is not JSON: ${(error as Error).message}.`));
  }
  if (value === undefined || value === null) return null;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Everything before a wrong line is written, so that the rest can be sent again from that line. */
async function writeAll(
  world: World,
  producer: RawProducer,
  topic: string,
  encode: (line: string) => Line,
): Promise<number> {
  const partitions = await producer.partitions(topic);
  let records = 0;
  let lineNumber = 0;
  for await (const line of createInterface({
    input: Readable.from(world.stdin),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    lineNumber++;
    if (line.trim() === '') continue;
    let record: Line;
    try {
      record = encode(line);
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      await producer.flush();
      const message = `Line ${lineNumber}: ${error.failure.message} The ${records} records before it are written.`;
      throw new MillraceError({ ...error.failure, message }, error.problems, { cause: error });
    }
    const partition =
      record.key === null ? records % partitions : partitionOfKey(record.key, 0, record.key.length, partitions);
    records++;
    if (producer.append(topic, partition, record)) await producer.flush();
  }
  await producer.flush();
  return records;
}
