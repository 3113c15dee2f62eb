/** `millrace wait job/NAME --for CONDITION`: until it holds, can't come true any more, or time runs out. */
import type { Command } from 'commander';
import { type Condition, parseCondition } from '../conditions.ts';
import { printData } from '../data.ts';
import { exit } from '../exit.ts';
import {
  type ConnectionOptions,
  duration,
  outputOption,
  type TenantOptions,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { watch, wentWell } from '../waiting.ts';
import { Exit, UsageError, type World } from '../world.ts';

interface WaitOptions extends ConnectionOptions, TenantOptions {
  readonly for: Condition;
  readonly timeout: number;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addWait(program: Command, world: World): void {
  withConnection(withTenant(program.command('wait')))
    .summary('wait until a job is as asked')
    .description(
      'Waits until a condition of a job holds, with progress on stderr. Exit code 1 when it can not come true any more, or the request did not go well; 6 on timeout.',
    )
    .argument('<job/name>', 'the job, such as job/denied')
    .requiredOption(
      '--for <condition>',
      'state=running (or another state), lag=0, revision=3, request=ID',
      parseCondition,
    )
    .option('--timeout <duration>', 'give up after 30s, 5m, 1h', duration, 60_000)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace wait job/denied -t acme --for state=running --timeout 60s
  millrace wait job/denied -t acme --for lag=0 && echo caught up
  millrace pause job denied -t acme --request-id p-1; millrace wait job/denied -t acme --for request=p-1`,
    )
    .action(async (target: string, options: WaitOptions) => {
      const name = /^job\/(.+)$/.exec(target)?.[1];
      if (name === undefined) throw new UsageError(`"${target}" is not a job: write job/NAME.`);
      const job = { tenant: tenantOf(world, options), name };
      const { text, holds, outcome } = options.for;
      await withClient(world, options, async (client) => {
        const status = await watch(world, client, job, holds, options.timeout);
        const request = outcome(status);
        const well = request === null || wentWell(world, job, request);
        if (options.output !== 'text') await printData(world, status, options.output);
        else world.out(`job/${name} condition met: ${text}${request === null ? '' : ` (${request.outcome})`}\n`);
        if (!well) throw new Exit(exit.differs);
      });
    });
}
