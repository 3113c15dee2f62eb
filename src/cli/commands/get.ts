/** `millrace get jobs|streams|hosts [NAME]`: what there is, as a table or as data. */
import { Argument, type Command, Option } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { documentOf } from '../../contracts/document.ts';
import { limits } from '../../contracts/limits.ts';
import { type JobState, jobStates, type Page } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import { hostRows, jobRows, type Rows, streamRows } from '../list-tables.ts';
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
import { UsageError, type World } from '../world.ts';

interface GetOptions extends ConnectionOptions, TenantOptions {
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name' | 'document';
  readonly label?: readonly string[];
  readonly state?: JobState;
  readonly stream?: string;
  readonly limit?: number;
  readonly allTenants?: boolean;
}

const kinds = { jobs: 'job', job: 'job', streams: 'stream', stream: 'stream', hosts: 'host' } as const;

export function addGet(program: Command, world: World): void {
  withConnection(withTenant(program.command('get')))
    .summary('list jobs, streams or hosts')
    .description('Lists jobs, streams or the hosts that run tasks, or prints one job or stream.')
    .addArgument(new Argument('<what>', 'jobs, streams or hosts').choices(Object.keys(kinds)))
    .argument('[name]', 'only this one')
    .option('-A, --all-tenants', 'of every tenant')
    .option('-l, --label <key=value>', 'only those with this label; may be repeated', collect)
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(jobStates))
    .option('--stream <name>', 'only jobs that read this stream')
    .option('--limit <n>', 'at most so many; all by default', count)
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name', 'document'], 'table'))
    .addHelpText(
      'after',
      `
Examples:
  millrace get jobs -t acme
  millrace get jobs -t acme --state failed -o name
  millrace get jobs -A -l team=soc -o json | jq -r '.items[].name'
  millrace get stream firewall -t acme -o yaml
  millrace get job denied -t acme -o document > denied.yaml   # to change, and to apply again
  millrace get hosts`,
    )
    .action(async (what: keyof typeof kinds, name: string | undefined, options: GetOptions) => {
      const kind = kinds[what];
      if (kind !== 'job' && (options.label ?? options.state ?? options.stream) !== undefined) {
        throw new UsageError('--label, --state and --stream select jobs.');
      }
      if (kind === 'host' && name !== undefined) throw new UsageError('Hosts are listed all together: get hosts.');
      if (options.output === 'document' && name === undefined) {
        throw new UsageError('-o document prints one job or stream: name it.');
      }
      await withClient(world, options, async (client) => {
        if (kind === 'host') return printHosts(world, client, options);
        if (name !== undefined) return printOne(world, client, kind, name, options);
        return kind === 'job' ? printJobs(world, client, options) : printStreams(world, client, options);
      });
    });
}

async function printOne(
  world: World,
  client: MillraceClientPort,
  kind: 'job' | 'stream',
  name: string,
  options: GetOptions,
): Promise<void> {
  const tenant = tenantOf(world, options);
  if (kind === 'job') {
    const job = await client.getJob(tenant, name);
    if (options.output === 'document') return printData(world, documentOf('Job', job), 'yaml');
    return print(world, options, kind, [job], job, jobRows, (j) => j.name);
  }
  const stream = await client.getStream(tenant, name);
  if (options.output === 'document') return printData(world, documentOf('Stream', stream), 'yaml');
  return print(world, options, kind, [stream], stream, streamRows, (s) => s.name);
}

async function printJobs(world: World, client: MillraceClientPort, options: GetOptions): Promise<void> {
  const { label, state, stream } = options;
  const filter = {
    ...tenantOfList(world, options),
    ...(label === undefined ? {} : { labels: label }),
    ...(state === undefined ? {} : { state }),
    ...(stream === undefined ? {} : { stream }),
  };
  const items = await everything(options.limit, (p) => client.listJobs({ ...filter, ...p }));
  return print(world, options, 'job', items, { items }, jobRows, (j) => j.name);
}

async function printStreams(world: World, client: MillraceClientPort, options: GetOptions): Promise<void> {
  const tenant = tenantOfList(world, options);
  const items = await everything(options.limit, (p) => client.listStreams({ ...tenant, ...p }));
  return print(world, options, 'stream', items, { items }, streamRows, (s) => s.name);
}

async function printHosts(world: World, client: MillraceClientPort, options: GetOptions): Promise<void> {
  const items = (await client.listHosts()).slice(0, options.limit);
  return print(world, options, 'host', items, { items }, hostRows, (h) => h.hostId);
}

const tenantOfList = (world: World, options: GetOptions): { tenant?: string } =>
  options.allTenants === true ? {} : tenantIfAny(world, options);

/** Reads page after page, each as large as there are: every one is a request, and the next waits for it. */
async function everything<T>(
  limit: number | undefined,
  read: (page: { limit?: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null && (limit === undefined || items.length < limit)) {
    const size = Math.min(limits.pageRowsMax, (limit ?? Number.POSITIVE_INFINITY) - items.length);
    const page: Page<T> = await read({ limit: size, ...(cursor === '' ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

async function print<T>(
  world: World,
  { output }: GetOptions,
  kind: string,
  items: readonly T[],
  data: unknown,
  rows: Rows<T>,
  nameOf: (item: T) => string,
): Promise<void> {
  if (output === 'json' || output === 'yaml') return printData(world, data, output);
  if (output === 'name') return world.out(items.map((i) => `${kind}/${nameOf(i)}\n`).join(''));
  if (items.length === 0) return world.err(`No ${kind}s found.\n`);
  world.out(rows(items, output === 'wide'));
}
