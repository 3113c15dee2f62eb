/** `millrace query`: SQL over a file, stdin or a topic, here and now, with the kernels that jobs run. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { MillraceError } from '../../contracts/failure.ts';
import { type FormatOptions, formatFrom, gathered } from '../local-format.ts';
import { count, type KafkaOptions, kafkaOf, withKafka } from '../options.ts';
import { grouped } from '../table.ts';
import { UsageError, type World } from '../world.ts';

interface QueryOptions extends KafkaOptions, FormatOptions {
  readonly sql?: string;
  readonly sqlFile?: string;
  readonly schema?: string;
  readonly input?: string;
  readonly topic?: string;
  readonly from: 'earliest' | 'latest';
  readonly follow?: boolean;
  readonly printKey?: boolean;
  readonly onError: 'fail' | 'skip';
  readonly limit?: number;
}

export function addQuery(program: Command, world: World): void {
  withKafka(program.command('query'))
    .summary('run SQL over a file or a topic, without a server')
    .description(
      'Runs a query here and now, with the code that a job would run, and prints one row per line. FROM may name anything: the input is the stream. The input is an Avro object container file (.avro), length-prefixed bodies (.bin: uint32 big-endian, then the Avro body), or a topic.',
    )
    .option('--sql <text>', 'the query')
    .option('--sql-file <file>', 'the file that holds the query')
    .option('--schema <file>', 'Avro schema (.avsc); needless for container files, which bring theirs')
    .option('--input <file>', 'file to read, or - for stdin (default)')
    .option('--topic <topic>', 'topic to read instead')
    .addOption(
      new Option('--from <where>', 'where to begin in the topic').choices(['earliest', 'latest']).default('earliest'),
    )
    .option('--follow', "go on at the topic's end, until Ctrl-C")
    .addOption(
      new Option('--format <format>', 'what rows look like; avro is a container file')
        .choices(['json', 'avro', 'csv'])
        .default('json'),
    )
    .option('--format-option <name=value>', 'an option of the format, as bigint=string or header=true', gathered, [])
    .option('--print-key', "each row's key before it, and a tab")
    .addOption(
      new Option('--on-error <policy>', 'what a record that is wrong does').choices(['fail', 'skip']).default('fail'),
    )
    .option('--limit <n>', 'end after so many rows', count)
    .addHelpText(
      'after',
      `
Examples:
  millrace query --input events.avro --sql 'SELECT source_ip, geo.country AS country FROM e'
  millrace query --schema event.avsc --input events.bin --sql 'SELECT * FROM e' --limit 5 | jq .
  millrace query --input events.avro --sql 'SELECT source_ip, bytes_sent FROM e' --format csv --format-option header=true
  millrace query --input events.avro --sql 'SELECT * FROM e WHERE rule IS NOT NULL' --format avro > some.avro
  millrace query --schema event.avsc --topic acme.firewall --sql-file denied.sql --follow`,
    )
    .action(async (options: QueryOptions) => {
      if (options.input !== undefined && options.topic !== undefined) {
        throw new UsageError('Give --input or --topic, not both.');
      }
      if (options.printKey && options.format === 'avro') {
        throw new UsageError('--print-key is for lines; a container file (--format avro) has no room for keys.');
      }
      const sql = await sqlOf(options);
      const schemaText = options.schema === undefined ? {} : { schemaText: await readFile(options.schema, 'utf8') };
      const limit = options.limit === undefined ? {} : { limit: options.limit };
      const { runQuery } = await import('../../pipeline/query/run.ts');
      const source =
        options.topic === undefined ? fileSource(world, options) : await topicSource(world, options.topic, options);
      const { printKey = false } = options;
      const onNote = (note: string): void => world.err(`note: ${note}\n`);
      const rows = { format: formatFrom(options), printKey, write: world.outBytes, onNote };
      const done = await runQuery({ sql, ...schemaText, ...limit, ...source, ...rows }).catch(withoutPath);
      const failed = done.failed === 0 ? '' : `, ${grouped(done.failed)} wrong`;
      world.err(`${grouped(done.read)} read, ${grouped(done.written)} written${failed}\n`);
    });
}

/** There is no document here that a pointer could point into. */
export function withoutPath(error: unknown): never {
  if (!(error instanceof MillraceError)) throw error;
  const problems = error.problems.map((p) => ({ ...p, path: '' }));
  throw new MillraceError(error.failure, problems, { cause: error });
}

export async function sqlOf({ sql, sqlFile }: Pick<QueryOptions, 'sql' | 'sqlFile'>): Promise<string> {
  if (sql !== undefined && sqlFile === undefined) return sql;
  if (sql === undefined && sqlFile !== undefined) return readFile(sqlFile, 'utf8');
  throw new UsageError('Give the query: either --sql or --sql-file.');
}

function fileSource(world: World, { input = '-', onError }: QueryOptions) {
  return {
    input,
    errors: onError,
    stdin: world.stdin as AsyncIterable<Buffer>,
    onError: (error: Error, record: number) => world.err(`record ${record}: ${error.message}\n`),
  };
}

async function topicSource(world: World, topic: string, { from, follow = false, onError, ...options }: QueryOptions) {
  const { TopicInput } = await import('../topic-input.ts');
  const access = await kafkaOf(world, options);
  const input = new TopicInput({ ...access, topic, from, follow, signal: world.takeInterrupts() });
  return {
    input: { topic, records: input.records() },
    // Always skip: a record that ends the query does so from here, where its offset is known.
    errors: 'skip' as const,
    onError: (error: Error, record: number) => {
      if (onError === 'fail') throw input.failure(error, record);
      world.err(`${input.failure(error, record).message}\n`);
    },
  };
}
