/** `millrace produce TOPIC`: JSON lines on stdin → Avro records. */

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { at } from '../../contracts/by-name.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RawProducer } from '../../pipeline/kafka/index.ts';
import { partitionOfKey } from '../../pipeline/kafka/murmur2.ts';
import { printData } from '../data.ts';
import { type KafkaOptions, kafkaOf, outputOption, withKafka } from '../options.ts';
import { UsageError, type World } from '../world.ts';

interface ProduceOptions extends KafkaOptions {
  readonly schema?: string;
  readonly key?: string;
  readonly create?: number;
  readonly output: 'text' | 'json' | 'yaml';
}

interface Line {
  readonly key: Buffer | null;
  readonly value: Buffer;
}

export function addProduce(program: Command, world: World): void {
  withKafka(program.command('produce'))
    .summary('write JSON lines to a topic, as Avro')
    .description(
      'Reads one JSON value per line from stdin and writes each as one record: as Avro with --schema, else as it is. Unions are written plainly, missing fields take their defaults, bytes are base64, timestamps may be ISO 8601. Ends at the first line that is wrong; what stands before it is written.',
    )
    .argument('<topic>')
    .option('--schema <file>', 'Avro schema (.avsc) to write with')
    .option('--key <field>', 'top-level field whose text is the key, placed as Kafka places it')
    .option('--create <partitions>', 'create the topic with so many partitions where it does not exist', partitionCount)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace produce acme.firewall --schema event.avsc --create 4 < events.jsonl
  echo '{"user": "ann", "amount": 3}' | millrace produce orders --schema order.avsc --key user`,
    )
    .action(async (topic: string, options: ProduceOptions) => {
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
        records = await writeAll(world, producer, topic, encode);
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
  if (Number.isInteger(count) && count >= 1 && count <= limits.sinkPartitionsMax) return count;
  throw new UsageError(`--create ${text}: give the number of partitions, 1 to ${limits.sinkPartitionsMax}.`);
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
