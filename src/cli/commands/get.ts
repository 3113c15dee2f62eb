/** `millrace get jobs|streams [NAME]`: what there is, as a table or as data. */
import { Argument, type Command, Option } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { type JobState, type JobSummary, jobStates, type Page, type StreamStatus } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import {
  type ConnectionOptions,
  collect,
  count,
  outputOption,
  type TenantOptions,
  tenantIfAny,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { age, labelText, table } from '../table.ts';
import { UsageError, type World } from '../world.ts';

interface GetOptions extends ConnectionOptions, TenantOptions {
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly label?: readonly string[];
  readonly state?: JobState;
  readonly stream?: string;
  readonly limit?: number;
  readonly allTenants?: boolean;
}

export function addGet(program: Command, world: World): void {
  withConnection(withTenant(program.command('get')))
    .summary('list jobs or streams')
    .description('Lists jobs or streams, or prints one.')
    .addArgument(new Argument('<what>', 'jobs or streams').choices(['jobs', 'job', 'streams', 'stream']))
    .argument('[name]', 'only this one')
    .option('-A, --all-tenants', 'of every tenant')
    .option('-l, --label <key=value>', 'only those with this label; may be repeated', collect)
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(jobStates))
    .option('--stream <name>', 'only jobs that read this stream')
    .option('--limit <n>', 'at most so many; all by default', count)
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .addHelpText(
      'after',
      `
Examples:
  millrace get jobs -t acme
  millrace get jobs -t acme --state failed -o name
  millrace get jobs -A -l team=soc -o json | jq -r '.items[].name'
  millrace get stream firewall -t acme -o yaml`,
    )
    .action(async (what: string, name: string | undefined, options: GetOptions) => {
      const jobs = what.startsWith('job');
      if (!jobs && (options.label ?? options.state ?? options.stream) !== undefined) {
        throw new UsageError('--label, --state and --stream select jobs.');
      }
      await withClient(world, options, async (client) => {
        if (name !== undefined) return printOne(world, client, jobs, name, options);
        const tenant = options.allTenants === true ? {} : tenantIfAny(world, options);
        if (jobs) {
          const labels = options.label === undefined ? {} : { labels: options.label };
          const state = options.state === undefined ? {} : { state: options.state };
          const stream = options.stream === undefined ? {} : { stream: options.stream };
          const filter = { ...tenant, ...labels, ...state, ...stream };
          const items = await everything(options.limit, (p) => client.listJobs({ ...filter, ...p }));
          return print(world, options, 'job', items, { items }, jobRows);
        }
        const items = await everything(options.limit, (p) => client.listStreams({ ...tenant, ...p }));
        return print(world, options, 'stream', items, { items }, streamRows);
      });
    });
}

async function printOne(
  world: World,
  client: MillraceClientPort,
  jobs: boolean,
  name: string,
  options: GetOptions,
): Promise<void> {
  const tenant = tenantOf(world, options);
  if (jobs) {
    const job = await client.getJob(tenant, name);
    return print(world, options, 'job', [job], job, jobRows);
  }
  const stream = await client.getStream(tenant, name);
  return print(world, options, 'stream', [stream], stream, streamRows);
}

/** Reads page after page. */
async function everything<T>(
  limit: number | undefined,
  read: (page: { limit?: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null && (limit === undefined || items.length < limit)) {
    const size = limit === undefined ? {} : { limit: Math.min(1000, limit - items.length) };
    const page: Page<T> = await read({ ...size, ...(cursor === '' ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

type Rows<T> = (items: readonly T[], wide: boolean) => string;

async function print<T extends { readonly tenant: string; readonly name: string }>(
  world: World,
  { output }: GetOptions,
  kind: string,
  items: readonly T[],
  data: unknown,
  rows: Rows<T>,
): Promise<void> {
  if (output === 'json' || output === 'yaml') return printData(world, data, output);
  if (output === 'name') return world.out(items.map((i) => `${kind}/${i.name}\n`).join(''));
  if (items.length === 0) return world.err(`No ${kind}s found.\n`);
  world.out(rows(items, output === 'wide'));
}

const jobRows: Rows<JobSummary> = (jobs, wide) =>
  table(
    ['TENANT', 'NAME', 'STATE', 'REVISION', 'GENERATION', 'AGE', ...(wide ? ['STREAMS', 'PLAN', 'LABELS'] : [])],
    jobs.map((j) => [
      j.tenant,
      j.name,
      j.state,
      String(j.revision),
      String(j.generation),
      age(Date.now() - Date.parse(j.startedAt)),
      ...(wide ? [j.streams.join(','), j.plan, labelText(j.labels)] : []),
    ]),
  );

const streamRows: Rows<StreamStatus> = (streams, wide) =>
  table(
    ['TENANT', 'NAME', 'REVISION', 'TOPICS', ...(wide ? ['ORDERING', 'LABELS'] : [])],
    streams.map((s) => [
      s.tenant,
      s.name,
      String(s.revision),
      s.spec.topics.map((t) => `${t.cluster}/${t.topic}`).join(','),
      ...(wide ? [s.spec.ordering, labelText(s.labels)] : []),
    ]),
  );
