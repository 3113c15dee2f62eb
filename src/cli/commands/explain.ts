/** `millrace explain`: what a query becomes, without a server: its plan, the columns it reads, its output schema, the generated code. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { printData } from '../data.ts';
import { type FormatOptions, formatFrom, gathered } from '../local-format.ts';
import { outputOption } from '../options.ts';
import type { World } from '../world.ts';
import { sqlOf, withoutPath } from './query.ts';

interface ExplainOptions extends FormatOptions {
  readonly sql?: string;
  readonly sqlFile?: string;
  readonly schema: string;
  readonly code?: boolean;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addExplain(program: Command, world: World): void {
  program
    .command('explain')
    .summary('show what a query becomes')
    .description(
      'Compiles a query for events of a schema and shows its plan, the columns that it reads, the schema of its output, and with --code the function that would run. FROM may name anything.',
    )
    .option('--sql <text>', 'the query')
    .option('--sql-file <file>', 'the file that holds the query')
    .requiredOption('--schema <file>', 'Avro schema of the events (.avsc)')
    .addOption(new Option('--format <format>', 'what the code writes').choices(['json', 'avro', 'csv']).default('json'))
    .option('--format-option <name=value>', 'an option of the format, as bigint=string', gathered, [])
    .option('--code', 'the generated code too')
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace explain --schema event.avsc --sql "SELECT source_ip FROM events WHERE action = 'deny'"
  millrace explain --schema event.avsc --sql-file query.sql --format avro --code`,
    )
    .action(async (options: ExplainOptions) => {
      const sql = await sqlOf(options);
      const schema = await readFile(options.schema, 'utf8');
      const { explainQuery } = await import('../../pipeline/query/explain.ts');
      const explained = await Promise.resolve()
        .then(() => explainQuery(sql, schema, formatFrom(options)))
        .catch(withoutPath);
      const { source, ...rest } = explained;
      if (options.output !== 'text') {
        await printData(world, { ...rest, ...(options.code ? { source } : {}) }, options.output);
        return;
      }
      const width = Math.max(...rest.output.map((c) => c.name.length));
      const parts = [
        ['Plan', rest.plan],
        ['Reads', rest.readColumns.join('\n') || 'no column'],
        ['Output', rest.output.map((c) => `${c.name.padEnd(width)}  ${c.type}`).join('\n')],
        ['Output schema', JSON.stringify(JSON.parse(rest.outputSchema), null, 2)],
        ...(options.code ? [['Code', source]] : []),
      ];
      world.out(`${parts.map(([title, text]) => `${title}:\n${text!.replace(/^/gm, '  ')}`).join('\n\n')}\n`);
    });
}
