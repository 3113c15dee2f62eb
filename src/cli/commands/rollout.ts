/** `millrace rollout …`: one action over many jobs. Starting one is in rollout-start.ts. */
import { type Command, Option } from 'commander';
import { limits } from '../../contracts/limits.ts';
import {
  type JobOutcomeKind,
  jobOutcomes,
  type RolloutOperation,
  type RolloutState,
  type RolloutSummary,
  rolloutStates,
} from '../../contracts/rollout-status.ts';
import { printData } from '../data.ts';
import {
  type ConnectionOptions,
  count,
  duration,
  outputOption,
  type RequestFlags,
  requestOf,
  withClient,
  withConnection,
  withRequest,
} from '../options.ts';
import { outcomeHead, outcomeRow, rolloutRows, rolloutText } from '../rollout-text.ts';
import { waitForEnd } from '../rollout-waiting.ts';
import { aligned } from '../table.ts';
import type { World } from '../world.ts';
import { addRolloutStart } from './rollout-start.ts';

export function addRollout(program: Command, world: World): void {
  const group = program
    .command('rollout')
    .summary('do one thing to many jobs, in waves')
    .description('One action over many jobs: a canary first, a few at a time, stopping by itself when too many fail.')
    .addHelpText(
      'after',
      `
Examples:
  millrace rollout start restart -t acme -l team=soc --canary 5 --bake 1m --max-failures 3 --wait
  millrace rollout get
  millrace rollout describe r-3f9ac01b22d4
  millrace rollout outcomes r-3f9ac01b22d4 --outcome failed`,
    );
  addRolloutStart(group, world);
  addGet(group, world);
  addDescribe(group, world);
  addOutcomes(group, world);
  addWait(group, world);
  for (const row of operations) addOperation(group, world, row);
}

interface GetOptions extends ConnectionOptions {
  readonly state?: RolloutState;
  readonly limit: number;
  readonly output: 'table' | 'json' | 'yaml' | 'name';
}

function addGet(group: Command, world: World): void {
  withConnection(group.command('get'))
    .summary('list rollouts')
    .description('Lists rollouts, the latest first; those that have ended too, as long as Temporal keeps them.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(rolloutStates))
    .option('--limit <n>', 'at most so many', count, limits.pageRowsDefault)
    .addOption(outputOption(['table', 'json', 'yaml', 'name'], 'table'))
    .addHelpText('after', '\nExamples:\n  millrace rollout get --state halted -o name')
    .action(async ({ state, limit, output, ...to }: GetOptions) => {
      const items: RolloutSummary[] = [];
      await withClient(world, to, async (client) => {
        for (let cursor: string | null = ''; cursor !== null && items.length < limit; ) {
          const from = cursor === '' ? {} : { cursor };
          const page = await client.rollouts.list({
            limit: Math.min(limits.pageRowsMax, limit - items.length),
            ...(state === undefined ? {} : { state }),
            ...from,
          });
          items.push(...page.items);
          cursor = page.next;
        }
      });
      if (output === 'table') return world.out(rolloutRows(items));
      if (output === 'name') return world.out(items.map((r) => `${r.id}\n`).join(''));
      return printData(world, { items }, output);
    });
}

interface OneOptions extends ConnectionOptions {
  readonly output: 'text' | 'json' | 'yaml';
}

function addDescribe(group: Command, world: World): void {
  withConnection(group.command('describe'))
    .summary('everything about one rollout')
    .description('Its waves, each as a bar, the last failures with their causes, and what happens next.')
    .argument('<id>')
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText('after', '\nExamples:\n  millrace rollout describe r-3f9ac01b22d4')
    .action(async (id: string, options: OneOptions) => {
      const status = await withClient(world, options, (client) => client.rollouts.get(id));
      if (options.output !== 'text') return printData(world, status, options.output);
      world.out(rolloutText(status));
    });
}

interface OutcomesOptions extends ConnectionOptions {
  readonly outcome?: JobOutcomeKind;
  readonly limit?: number;
  readonly output: 'table' | 'json' | 'yaml' | 'name';
}

function addOutcomes(group: Command, world: World): void {
  withConnection(group.command('outcomes'))
    .summary('what became of each job')
    .description(
      'In the order in which they settled, page after page; kept for ever. A job that was done and was found failed after the bake time is there twice: the later counts. json prints one a line.',
    )
    .argument('<id>')
    .addOption(new Option('--outcome <outcome>', 'only these').choices(jobOutcomes))
    .option('--limit <n>', 'at most so many; all by default', count)
    .addOption(outputOption(['table', 'json', 'yaml', 'name'], 'table'))
    .addHelpText('after', '\nExamples:\n  millrace rollout outcomes r-3f9ac01b22d4 --outcome failed -o name')
    .action(async (id: string, { outcome, limit = Infinity, output, ...to }: OutcomesOptions) => {
      const lines = aligned();
      let head = [outcomeHead];
      let left = limit;
      await withClient(world, to, async (client) => {
        for (let cursor: string | null = ''; cursor !== null && left > 0; ) {
          const page = await client.rollouts.outcomes(id, {
            limit: Math.min(limits.pageRowsMax, left),
            ...(outcome === undefined ? {} : { outcome }),
            ...(cursor === '' ? {} : { cursor }),
          });
          left -= page.items.length;
          cursor = page.next;
          if (output === 'name') world.out(page.items.map((o) => `${o.tenant}/${o.name}\n`).join(''));
          else if (output === 'json') world.out(page.items.map((o) => `${JSON.stringify(o)}\n`).join(''));
          else if (output === 'yaml') await printData(world, page.items, 'yaml');
          else world.out(lines([...head, ...page.items.map(outcomeRow)]));
          head = [];
        }
      });
    });
}

interface WaitOptions extends OneOptions {
  readonly timeout: number;
}

function addWait(group: Command, world: World): void {
  withConnection(group.command('wait'))
    .summary('wait until a rollout has ended, or stops by itself')
    .description(
      'With progress on stderr. Exit code 0: finished; 1: it has stopped by itself, or was aborted; 6: time ran out.',
    )
    .argument('<id>')
    .option('--timeout <duration>', 'how long to wait: 30s, 5m, 1h', duration, 3_600_000)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText('after', '\nExamples:\n  millrace rollout wait r-3f9ac01b22d4 --timeout 2h')
    .action(async (id: string, options: WaitOptions) => {
      await withClient(world, options, (client) => waitForEnd(world, client, id, options));
    });
}

interface OperationRow {
  readonly name: RolloutOperation;
  readonly summary: string;
  readonly description: string;
  readonly doing: string;
}

const operations: readonly OperationRow[] = [
  {
    name: 'pause',
    summary: 'begin no further job',
    description: 'No further job is begun; those under way settle. Resumed, it goes on with the next.',
    doing: 'pausing',
  },
  {
    name: 'resume',
    summary: 'go on with a rollout',
    description:
      'One that was paused, or has stopped by itself: failures so far are put up with, counting begins anew.',
    doing: 'resuming',
  },
  {
    name: 'abort',
    summary: 'end a rollout',
    description: 'No further job is begun; those under way settle, the others have not_begun as their outcome.',
    doing: 'aborting',
  },
];

interface OperateOptions extends OneOptions, RequestFlags {}

function addOperation(group: Command, world: World, row: OperationRow): void {
  withRequest(withConnection(group.command(row.name)))
    .summary(row.summary)
    .description(row.description)
    .argument('<id>')
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText('after', `\nExamples:\n  millrace rollout ${row.name} r-3f9ac01b22d4 --why "the canary lags"`)
    .action(async (id: string, options: OperateOptions) => {
      const answer = await withClient(world, options, (client) =>
        client.rollouts.operate(id, row.name, requestOf(options)),
      );
      if (options.output !== 'text') return printData(world, answer, options.output);
      world.out(`rollout/${id} ${answer.outcome === 'accepted' ? row.doing : 'unchanged'}\n`);
    });
}
