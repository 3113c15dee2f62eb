/** `millrace delete job|stream NAME`: stops a job, or forgets a stream. */
import { Argument, type Command, Option } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { MillraceError } from '../../contracts/failure.ts';
import { progressPrinter } from '../conditions.ts';
import { printData } from '../data.ts';
import {
  type ConnectionOptions,
  count,
  duration,
  outputOption,
  type TenantOptions,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { waitOrDiffer } from '../waiting.ts';
import { UsageError, type World } from '../world.ts';

interface DeleteOptions extends ConnectionOptions, TenantOptions {
  readonly mode?: 'drain' | 'cancel';
  readonly wait?: boolean;
  readonly timeout: number;
  readonly ifRevision?: number;
  readonly ignoreNotFound?: boolean;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addDelete(program: Command, world: World): void {
  withConnection(withTenant(program.command('delete')))
    .summary('stop a job, or forget a stream')
    .description('Stops a job (its committed offsets stay in Kafka), or forgets a stream that no job reads.')
    .addArgument(new Argument('<what>', 'job or stream').choices(['job', 'stream']))
    .argument('<name>')
    .addOption(
      new Option(
        '--mode <mode>',
        'drain: finish and commit what has been read (default). cancel: at once. Both lose nothing',
      ).choices(['drain', 'cancel']),
    )
    .option('--wait', 'until the job has stopped')
    .option('--timeout <duration>', 'how long to wait', duration, 90_000)
    .option('--if-revision <n>', 'only if this is its revision', count)
    .option('--ignore-not-found', 'exit code 0 where there is none')
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace delete job denied -t acme --wait
  millrace delete job denied -t acme --mode cancel
  millrace delete stream firewall -t acme`,
    )
    .action(async (what: string, name: string, options: DeleteOptions) => {
      const tenant = tenantOf(world, options);
      if (what === 'stream' && (options.mode ?? options.wait) !== undefined) {
        throw new UsageError('--mode and --wait are for jobs.');
      }
      try {
        await withClient(world, options, (client) =>
          what === 'job' ? stop(world, client, tenant, name, options) : forget(world, client, tenant, name, options),
        );
      } catch (error) {
        const gone = error instanceof MillraceError && error.failure.code === 'not_found';
        if (!gone || options.ignoreNotFound !== true) throw error;
      }
    });
}

async function stop(
  world: World,
  client: MillraceClientPort,
  tenant: string,
  name: string,
  options: DeleteOptions,
): Promise<void> {
  const outcome = await client.operateJob(
    tenant,
    name,
    { kind: 'stop', mode: options.mode ?? 'drain' },
    revision(options),
  );
  if (options.wait === true) {
    const wait = { timeoutMs: options.timeout, onStatus: progressPrinter(world.err) };
    await waitOrDiffer(
      world,
      client.waitForJob(tenant, name, (s) => s.state === 'stopped', wait),
    );
  }
  if (options.output !== 'text') return printData(world, outcome, options.output);
  world.out(`job/${name} ${options.wait === true ? 'stopped' : 'stopping'}\n`);
}

async function forget(
  world: World,
  client: MillraceClientPort,
  tenant: string,
  name: string,
  options: DeleteOptions,
): Promise<void> {
  await client.deleteStream(tenant, name, revision(options));
  if (options.output !== 'text') return printData(world, { tenant, name, deleted: true }, options.output);
  world.out(`stream/${name} deleted\n`);
}

const revision = ({ ifRevision }: DeleteOptions): { expectedRevision?: number } =>
  ifRevision === undefined ? {} : { expectedRevision: ifRevision };
