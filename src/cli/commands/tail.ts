/** `millrace tail TOPIC`: the records of a topic, decoded, as they come. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { TopicRecord } from '../../pipeline/kafka/index.ts';
import { isTime } from '../../pipeline/record-time.ts';
import { count, type KafkaOptions, kafkaOf, outputOption, withKafka } from '../options.ts';
import { decoder, type ShowValue } from '../payload.ts';
import type { World } from '../world.ts';

interface TailOptions extends KafkaOptions {
  readonly schema?: string;
  readonly from: 'earliest' | 'latest';
  readonly limit?: number;
  readonly follow: boolean;
  readonly output: 'value' | 'json';
}

export function addTail(program: Command, world: World): void {
  withKafka(program.command('tail'))
    .summary('print the records of a topic')
    .description('Prints committed records, one line each, until Ctrl-C. Nothing is committed, and no group is joined.')
    .argument('<topic>')
    .option(
      '--schema <file>',
      'Avro schema (.avsc) of the values; else they are shown as the JSON or text that they are',
    )
    .addOption(new Option('--from <where>', 'where to begin').choices(['earliest', 'latest']).default('latest'))
    .option('--limit <n>', 'end after so many records', count)
    .option('--no-follow', 'end at the present end of the topic')
    .addOption(outputOption(['value', 'json'], 'value'))
    .addHelpText(
      'after',
      `
-o json prints {"partition", "offset", "timestamp", "key", "headers", "value"}.

Examples:
  millrace tail acme.denied --from earliest --limit 10
  millrace tail acme.firewall --schema event.avsc -o json | jq -c '[.offset, .value.source_ip]'
  millrace tail acme.denied --from earliest --no-follow | wc -l`,
    )
    .action(async (topic: string, options: TailOptions) => {
      const show = await decoder(options.schema === undefined ? null : await readFile(options.schema, 'utf8'));
      const access = await kafkaOf(world, options);
      const { readTopic } = await import('../../pipeline/kafka/index.ts');
      const { from, follow, limit = Number.POSITIVE_INFINITY } = options;
      if (limit === 0) return;
      const line = options.output === 'json' ? jsonLine : valueLine;
      let printed = 0;
      for await (const records of readTopic({ ...access, topic, from, follow, signal: world.takeInterrupts() })) {
        const shown = records.slice(0, limit - printed);
        await world.outBytes(Buffer.from(shown.map((r) => `${line(r, show)}\n`).join('')));
        printed += shown.length;
        if (printed >= limit) return;
      }
    });
}

function valueLine(record: TopicRecord, show: ShowValue): string {
  return record.value === null ? 'null' : show(record.value).plain;
}

function jsonLine(record: TopicRecord, show: ShowValue): string {
  const { partition, offset, timestamp } = record;
  const headers = Object.fromEntries(record.headers.map(([k, v]) => [k, v === null ? null : textOf(v)]));
  const key = record.key === null ? null : textOf(record.key);
  const head = JSON.stringify({ partition, offset, timestamp: timeOf(timestamp), key, headers });
  // The value is JSON text already; taking it apart could change its numbers.
  return `${head.slice(0, -1)},"value":${record.value === null ? 'null' : show(record.value).json}}`;
}

/** -1 is Kafka's word for none; what is no date that anyone can write is shown as the number. */
const timeOf = (timestamp: number): string | number | null =>
  timestamp === -1 ? null : isTime(timestamp) ? new Date(timestamp).toISOString() : timestamp;

/** Keys and headers are text by custom; what isn't is shown as base64. */
function textOf(bytes: Buffer): string | { base64: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') };
}
