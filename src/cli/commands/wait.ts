/** `millrace wait job/NAME --for CONDITION`: until it holds, can't come true any more, or time runs out. */
import type { Command } from 'commander';
import { type Condition, parseCondition, progressPrinter } from '../conditions.ts';
import { printData } from '../data.ts';
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
import { waitOrDiffer } from '../waiting.ts';
import { UsageError, type World } from '../world.ts';

interface WaitOptions extends ConnectionOptions, TenantOptions {
  readonly for: Condition;
  readonly timeout: number;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addWait(program: Command, world: World): void {
  withConnection(withTenant(program.command('wait')))
    .summary('wait until a job is as asked')
    .description(
      'Waits until a condition of a job holds. Exit code 1 when it can not come true any more, 6 on timeout.',
    )
    .argument('<job/name>', 'the job, such as job/denied')
    .requiredOption('--for <condition>', 'state=running (or another state), lag=0, revision=3', parseCondition)
    .option('--timeout <duration>', 'give up after 30s, 5m, 1h', duration, 60_000)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace wait job/denied -t acme --for state=running --timeout 60s
  millrace wait job/denied -t acme --for lag=0 && echo caught up`,
    )
    .action(async (target: string, options: WaitOptions) => {
      const name = /^job\/(.+)$/.exec(target)?.[1];
      if (name === undefined) throw new UsageError(`"${target}" is not a job: write job/NAME.`);
      const tenant = tenantOf(world, options);
      await withClient(world, options, async (client) => {
        const onStatus = progressPrinter(world.err);
        const wait = { timeoutMs: options.timeout, onStatus };
        const status = await waitOrDiffer(world, client.waitForJob(tenant, name, options.for.holds, wait));
        if (options.output !== 'text') return printData(world, status, options.output);
        world.out(`job/${name} condition met: ${options.for.text}\n`);
      });
    });
}
