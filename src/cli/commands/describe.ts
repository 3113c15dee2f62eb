/** `millrace describe job|stream NAME`: everything that an owner wants to know, on one page. */
import { Argument, type Command } from 'commander';
import type { JobStatus, StreamStatus, TaskStatus } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import {
  type ConnectionOptions,
  outputOption,
  type TenantOptions,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { grouped, labelText, table } from '../table.ts';
import type { World } from '../world.ts';

interface DescribeOptions extends ConnectionOptions, TenantOptions {
  readonly output: 'text' | 'json' | 'yaml';
}

export function addDescribe(program: Command, world: World): void {
  withConnection(withTenant(program.command('describe')))
    .summary('everything about one job or stream')
    .description('State, tasks and their hosts, counters, lag, last failure, and what happens next.')
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

function jobText(job: JobStatus): string {
  const { kafka } = job.spec.sink;
  const facts: [string, string][] = [
    ['Job', `${job.tenant}/${job.name}`],
    ['State', job.state],
    ['Next', job.next],
    ...(job.retryAt === null ? [] : [['Retry at', job.retryAt] as [string, string]]),
    ['Revision', `${job.revision}, generation ${job.generation}, plan ${job.plan}`],
    ['Labels', labelText(job.labels)],
    ['Reads', job.streams.join(', ')],
    ['Writes', `${kafka.topic} (${kafka.format}, cluster ${kafka.cluster}), ${job.spec.delivery}`],
    ['Bad records', job.spec.errors.policy === 'dlq' ? `to ${job.spec.errors.topic}` : job.spec.errors.policy],
    ['Started', job.startedAt],
  ];
  return [
    factText(facts),
    section('Tasks', job.tasks.length === 0 ? 'none\n' : taskTable(job.tasks)),
    job.lastFailure === null ? '' : section('Last failure', failureText(job.lastFailure)),
    job.requests.length === 0 ? '' : section('Requests', requestTable(job)),
    section('SQL', `${job.spec.sql}\n`),
    job.activePlan === null ? '' : section('Output', outputTable(job)),
  ].join('');
}

function taskTable(tasks: readonly TaskStatus[]): string {
  const head = ['TASK', 'HOST', 'HEALTH', 'IN', 'OUT', 'FAILED', 'LAG', 'BUSY MS', 'WAITING FOR'];
  return table(
    head,
    tasks.map(({ index, hostId, report }) =>
      report === null
        ? [String(index), hostId ?? '-', 'unknown', '-', '-', '-', '-', '-', '']
        : [
            String(index),
            hostId ?? report.hostId,
            report.healthy ? 'healthy' : 'starting',
            grouped(report.counters.recordsIn),
            grouped(report.counters.recordsOut),
            grouped(report.counters.recordsFailed),
            grouped(report.lag),
            grouped(report.counters.busyMs),
            report.stalled ?? '',
          ],
    ),
  );
}

function failureText(f: NonNullable<JobStatus['lastFailure']>): string {
  const record =
    f.record === undefined ? [] : [`at ${f.record.topic}-${f.record.partition}, offset ${f.record.offset}`];
  const stage = f.stage === undefined ? [] : [`in ${f.stage}`];
  return `${[f.code, ...stage, ...record, `(${f.at})`].join(' ')}\n${f.message}\n`;
}

function requestTable(job: JobStatus): string {
  const rows = job.requests.map((r) => [String(r.revision), r.outcome, r.requestId, r.cause?.message ?? '']);
  return table(['REVISION', 'OUTCOME', 'REQUEST', 'CAUSE'], rows);
}

function outputTable(job: JobStatus): string {
  return table(
    ['COLUMN', 'TYPE'],
    (job.activePlan?.output ?? []).map((c) => [c.name, c.type]),
  );
}

function streamText(s: StreamStatus): string {
  const facts: [string, string][] = [
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

const factText = (facts: readonly (readonly [string, string])[]): string =>
  facts.map(([key, value]) => `${key.padEnd(12)} ${value}\n`).join('');

const section = (title: string, body: string): string => `\n${title}\n${body.replace(/^(?=.)/gm, '  ')}`;
