/** `millrace history JOB`: what happened to a job, by whom and why; with `--follow`, as it happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { HistoryEntry, HistoryPage } from '../../contracts/history.ts';
import { limits } from '../../contracts/limits.ts';
import { printData } from '../data.ts';
import { historyHead, historyRow } from '../history-text.ts';
import {
  type ConnectionOptions,
  count,
  outputOption,
  type TenantOptions,
  tenantOf,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { aligned } from '../table.ts';
import { UsageError, type World } from '../world.ts';

interface HistoryOptions extends ConnectionOptions, TenantOptions {
  readonly output: 'table' | 'wide' | 'json' | 'yaml';
  readonly tail: number;
  readonly follow?: boolean;
}

/** Milliseconds between looks at whether something has happened. */
const followMs = 2_000;

export function addHistory(program: Command, world: World): void {
  withConnection(withTenant(program.command('history')))
    .summary('what happened to a job')
    .description(
      'Prints requests and transitions, those that the job made by itself too, the oldest first. Kept for ever, also of jobs that have ended.',
    )
    .argument('<job...>', 'NAME, or job NAME as with the other commands')
    .option('--tail <n>', 'only the newest n entries', count, limits.pageRowsDefault)
    .option('-f, --follow', 'go on with what happens, until Ctrl-C')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml'], 'table'))
    .addHelpText(
      'after',
      `
AFTER is how long the job had been in the state that it left. wide shows plans, requests and positions; json and yaml
have everything. With --follow, json prints one entry a line, yaml one document each.

Examples:
  millrace history job denied -t acme
  millrace history job denied -t acme --tail 10 -o wide
  millrace history job denied -t acme -o json | jq '.items[] | select(.by != "millrace")'
  millrace history job denied -t acme --tail 0 --follow`,
    )
    .action(async (words: readonly string[], options: HistoryOptions) => {
      const job = jobOf(words);
      const tenant = tenantOf(world, options);
      const print = printer(world, options);
      await withClient(world, options, async (client) => {
        const { items, older, newer } = await newest(client, tenant, job, options.tail);
        if (options.follow !== true && items.length === 0 && options.tail > 0) {
          throw new MillraceError(failure('not_found', `There is no history of a job ${tenant}/${job}.`));
        }
        await print(items);
        if (older && options.tail > 0) world.err(`These are the newest ${options.tail}; --tail shows more.\n`);
        if (options.follow !== true) return;
        const signal = world.takeInterrupts();
        for (let cursor = newer; !signal.aborted; ) {
          const page = await client.history(tenant, job, at(cursor));
          if (page.items.length > 0) await print(page.items);
          cursor = page.newer ?? cursor;
          if (page.next === null) await sleep(followMs, undefined, { signal }).catch(() => {});
        }
      });
    });
}

function jobOf(words: readonly string[]): string {
  const [job, ...more] = words.length > 1 && words[0] === 'job' ? words.slice(1) : words;
  if (job === undefined || more.length > 0) throw new UsageError(`"${words.join(' ')}" is not a job: write job NAME.`);
  return job;
}

/** The newest entries, the oldest of them first; whether there may be older ones; and the cursor of what comes next. */
async function newest(
  client: MillraceClientPort,
  tenant: string,
  job: string,
  tail: number,
): Promise<{ items: HistoryEntry[]; older: boolean; newer: string | null }> {
  const items: HistoryEntry[] = [];
  let newer: string | null = null;
  for (let cursor: string | null = null; ; ) {
    const limit = Math.min(limits.pageRowsMax, Math.max(1, tail - items.length));
    const page: HistoryPage = await client.history(tenant, job, { limit, ...at(cursor) });
    newer ??= page.newer;
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null || items.length >= tail)
      return { items: items.slice(0, tail).reverse(), older: cursor !== null, newer };
  }
}

const at = (cursor: string | null) => (cursor === null ? {} : { cursor });

/** Prints entries, and then more of them: rows under one head, or data. */
function printer(world: World, { output, follow }: HistoryOptions): (items: readonly HistoryEntry[]) => Promise<void> {
  if (output === 'json' || output === 'yaml') {
    return async (items) => {
      if (follow !== true) return printData(world, { items }, output);
      for (const item of items) {
        if (output === 'json') world.out(`${JSON.stringify(item)}\n`);
        else {
          world.out('---\n');
          await printData(world, item, output);
        }
      }
    };
  }
  const wide = output === 'wide';
  const lines = aligned();
  let head = [historyHead(wide)];
  return async (items) => {
    world.out(lines([...head, ...items.map((e) => historyRow(e, wide))]));
    head = [];
  };
}
