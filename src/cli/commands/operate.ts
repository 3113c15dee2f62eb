/** `millrace pause|resume|… job NAME`: one shape for every operation of operations.ts. */
import { Argument, type Command } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import type { RequestOutcome } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import { exit } from '../exit.ts';
import { type OperationCommand, operationCommands } from '../operations.ts';
import {
  type ChangeFlags,
  type ConnectionOptions,
  changeOf,
  outputOption,
  type TenantOptions,
  tenantOf,
  type WaitFlags,
  withChange,
  withClient,
  withConnection,
  withTenant,
  withWaiting,
} from '../options.ts';
import { follow, type JobName, wentWell } from '../waiting.ts';
import { Exit, type World } from '../world.ts';

export interface OperateOptions extends ConnectionOptions, TenantOptions, ChangeFlags, WaitFlags {
  readonly output: 'text' | 'json' | 'yaml';
}

export function addOperations(program: Command, world: World): void {
  for (const row of operationCommands) {
    const command = withConnection(withTenant(program.command(row.name)))
      .summary(row.summary)
      .description(row.description)
      .addArgument(new Argument('<what>', 'job').choices(['job']))
      .argument('<name>');
    withChange(withWaiting(row.options?.(command) ?? command, 'it is known how it went'))
      .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
      .addHelpText('after', `\nExamples:\n${row.examples.map((e) => `  millrace ${e}`).join('\n')}`)
      .action(async (_what: string, name: string, options: OperateOptions) => {
        const job = { tenant: tenantOf(world, options), name };
        // The row's own options are among them: they were read by the row.
        const flags = options as OperateOptions & never;
        await withClient(world, options, (client) => operate(world, client, row, job, flags));
      });
  }
}

/** Sends it, waits if asked, and prints how it stands. */
export async function operate<F>(
  world: World,
  client: MillraceClientPort,
  row: OperationCommand<F>,
  job: JobName,
  flags: OperateOptions & F,
): Promise<void> {
  const accepted = await row.send(client, job, flags, changeOf(flags));
  const outcome = flags.wait === true ? await follow(world, client, job, accepted, flags.timeout) : accepted;
  const well = wentWell(world, job, outcome);
  if (flags.output !== 'text') await printData(world, outcome, flags.output);
  else {
    world.out(`job/${job.name} ${outcomeText(row, flags, outcome)}\n`);
    if (outcome.note !== undefined) world.out(`  ${outcome.note}\n`);
  }
  if (!well) throw new Exit(exit.differs);
}

function outcomeText<F>({ name, doing, done }: OperationCommand<F>, flags: F, { outcome }: RequestOutcome): string {
  switch (outcome) {
    case 'pending':
      return doing;
    case 'unchanged':
      return 'unchanged';
    case 'deployed':
    case 'stopped':
      return done(flags);
    case 'paused':
      return name === 'pause' ? done(flags) : 'is as asked, and paused';
    case 'rolled_back':
      return `${name} did not go well: rolled back to what ran before`;
    case 'failed':
      return `${name} failed`;
    case 'replaced':
      return `${name} was replaced by a later request`;
    default:
      return outcome satisfies never;
  }
}
