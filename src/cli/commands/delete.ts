/** `millrace delete job|stream NAME`: stops a job, or forgets a stream. */
import { Argument, type Command } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { MillraceError } from '../../contracts/failure.ts';
import { printData } from '../data.ts';
import { modeOption, stop } from '../operations.ts';
import {
  changeOf,
  outputOption,
  tenantOf,
  withChange,
  withClient,
  withConnection,
  withTenant,
  withWaiting,
} from '../options.ts';
import { UsageError, type World } from '../world.ts';
import { type OperateOptions, operate } from './operate.ts';

interface DeleteOptions extends OperateOptions {
  readonly mode?: 'drain' | 'cancel';
  readonly ignoreNotFound?: boolean;
}

export function addDelete(program: Command, world: World): void {
  const command = withConnection(withTenant(program.command('delete')))
    .summary('stop a job, or forget a stream')
    .description(
      'Stops a job, as `stop job` does (its committed offsets stay in Kafka), or forgets a stream that no job reads.',
    )
    .addArgument(new Argument('<what>', 'job or stream').choices(['job', 'stream']))
    .argument('<name>')
    .addOption(modeOption())
    .option('--ignore-not-found', 'exit code 0 where there is none');
  withChange(withWaiting(command, 'the job has stopped'))
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
      if (what === 'stream' && (options.mode ?? options.wait ?? options.why) !== undefined) {
        throw new UsageError('--mode, --wait and --why are for jobs.');
      }
      try {
        await withClient(world, options, (client) =>
          what === 'job'
            ? operate(world, client, stop, { tenant, name }, { ...options, mode: options.mode ?? 'drain' })
            : forget(world, client, tenant, name, options),
        );
      } catch (error) {
        const gone = error instanceof MillraceError && error.failure.code === 'not_found';
        if (!gone || options.ignoreNotFound !== true) throw error;
      }
    });
}

async function forget(
  world: World,
  client: MillraceClientPort,
  tenant: string,
  name: string,
  options: DeleteOptions,
): Promise<void> {
  await client.deleteStream(tenant, name, changeOf(options));
  if (options.output !== 'text') return printData(world, { tenant, name, deleted: true }, options.output);
  world.out(`stream/${name} deleted\n`);
}
