/** `millrace describe job|stream NAME`: everything that an owner wants to know, on one page. */
import { Argument, type Command } from 'commander';
import type { StreamStatus } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import { jobText } from '../job-text.ts';
import {
  type ConnectionOptions,
  outputOption,
  type TenantOptions,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { type Facts, factText, labelText, section, table } from '../table.ts';
import type { World } from '../world.ts';

interface DescribeOptions extends ConnectionOptions, TenantOptions {
  readonly output: 'text' | 'json' | 'yaml';
}

export function addDescribe(program: Command, world: World): void {
  withConnection(withTenant(program.command('describe')))
    .summary('everything about one job or stream')
    .description(
      'State and since when, progress, tasks and their hosts, counters, lag, last failure, last requests, and what happens next.',
    )
    .addArgument(new Argument('<what>', 'job or stream').choices(['job', 'stream']))
    .argument('<name>')
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace describe job denied -t acme
  millrace describe job denied -t acme -o json | jq .lastFailure`,
    )
    .action(async (what: string, name: string, options: DescribeOptions) => {
      const tenant = tenantOf(world, options);
      await withClient(world, options, async (client) => {
        const status = what === 'job' ? await client.getJob(tenant, name) : await client.getStream(tenant, name);
        if (options.output !== 'text') return printData(world, status, options.output);
        world.out('generation' in status ? jobText(status) : streamText(status));
      });
    });
}

function streamText(s: StreamStatus): string {
  const facts: Facts = [
    ['Stream', `${s.tenant}/${s.name}`],
    ['Revision', String(s.revision)],
    ['Labels', labelText(s.labels)],
    ['Ordering', s.spec.ordering],
  ];
  const topics = table(
    ['CLUSTER', 'TOPIC'],
    s.spec.topics.map((t) => [t.cluster, t.topic]),
  );
  const { avro } = s.spec.schema;
  const schema = typeof avro === 'string' ? avro : JSON.stringify(avro, null, 2);
  return factText(facts) + section('Topics', topics) + section('Schema', `${schema}\n`);
}
