/** `millrace rollout start ACTION`: options → an order, sent or only looked at. */
import { readFile } from 'node:fs/promises';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import { readSource } from '../../client/source.ts';
import { limits } from '../../contracts/limits.ts';
import type { RolloutAction, RolloutOrderInput } from '../../contracts/rollout.ts';
import { type JobState, jobStates } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import { readAll } from '../documents.ts';
import {
  type ConnectionOptions,
  collect,
  count,
  duration,
  outputOption,
  type RequestFlags,
  requestOf,
  type TenantOptions,
  tenantIfAny,
  withClient,
  withConnection,
  withRequest,
  withTenant,
} from '../options.ts';
import { previewHead, previewRow } from '../rollout-text.ts';
import { waitForEnd } from '../rollout-waiting.ts';
import { aligned } from '../table.ts';
import { UsageError, type World } from '../world.ts';

const actions = ['restart', 'upgrade', 'pause', 'resume', 'rescale', 'patch'] as const;
type Action = (typeof actions)[number];

/** What each action needs, and no other may have. */
const needs: Partial<Record<Action, keyof StartFlags>> = { upgrade: 'release', rescale: 'tasks', patch: 'patch' };

interface StartFlags {
  readonly release?: string;
  readonly tasks?: number;
  readonly patch?: string;
  readonly file?: string;
}

interface StartOptions extends StartFlags, ConnectionOptions, TenantOptions, RequestFlags {
  readonly allTenants?: boolean;
  readonly selector?: readonly string[];
  readonly state?: JobState;
  readonly stream?: string;
  readonly job?: readonly string[];
  readonly canary?: readonly (number | string)[];
  readonly bake?: number;
  readonly concurrency?: number;
  readonly maxFailures?: number | string;
  readonly jobTimeout?: number;
  readonly id?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addRolloutStart(group: Command, world: World): void {
  withRequest(withConnection(withTenant(group.command('start'))))
    .summary('begin one')
    .description('Does one thing to each of the jobs that are selected, as they are now.')
    .addArgument(new Argument('<action>', 'what is done to each job').choices(actions))
    .option('--release <release>', 'upgrade: the release of the hosts')
    .option('--tasks <n>', 'rescale: how many tasks', count)
    .option('--patch <json>', 'patch: a JSON merge patch of {"spec": …, "metadata": {"labels": …}}')
    .option('-f, --file <path>', 'patch: a file with it, YAML or JSON; - for stdin')
    .option('-A, --all-tenants', 'jobs of every tenant')
    .option('-l, --selector <key=value,…>', 'jobs with these labels; may be repeated', labelsOf)
    .addOption(new Option('--state <state>', 'jobs in this state').choices(jobStates))
    .option('--stream <name>', 'jobs that read this stream')
    .option('--job <tenant/name>', 'this job; may be repeated, instead of the others', collect)
    .option('--canary <n|n%>', 'size of the wave that goes first; repeated, of each that goes before the rest', shares)
    .option(
      '--bake <duration>',
      'how long to wait after each wave but the last, before it is looked at again',
      duration,
    )
    .option('--concurrency <n>', `jobs under way at once (${limits.rolloutConcurrencyDefault})`, count)
    .option(
      '--max-failures <n|n%>',
      'failures to put up with, in all or of each wave (0); the first wave of several puts up with none',
      share,
    )
    .option('--job-timeout <duration>', `how long one job may take (${limits.rolloutJobMsDefault / 60_000}m)`, duration)
    .option('--id <id>', 'names it; made of the request id otherwise')
    .option('--dry-run', 'only list the jobs, of a patch with the verdict on each')
    .option('--wait', 'until it has ended or stops by itself, with progress on stderr')
    .option('--timeout <duration>', 'how long to wait', duration, 3_600_000)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace rollout start restart -t acme -l team=soc --canary 5 --bake 1m --concurrency 20 --max-failures 3
  millrace rollout start upgrade --release 2.4.0 -A --canary 5 --canary 10% --bake 10m --wait
  millrace rollout start restart --job acme/denied --job acme/allowed
  millrace rollout start patch -A --patch '{"spec": {"tasks": {"max": 8}}}' --dry-run`,
    )
    .action(async (action: Action, options: StartOptions) => {
      const order = await orderOf(world, action, options);
      await withClient(world, options, async (client) => {
        if (options.dryRun === true) return preview(world, client, order, options.output);
        const id = options.id === undefined ? {} : { id: options.id };
        const started = await client.rollouts.start(order, { ...requestOf(options), ...id });
        if (options.wait === true) return waitForEnd(world, client, started.id, options);
        if (options.output !== 'text') return printData(world, started, options.output);
        world.out(`rollout/${started.id} started\n`);
      });
    });
}

async function orderOf(world: World, action: Action, options: StartOptions): Promise<RolloutOrderInput> {
  const { canary, bake, concurrency, maxFailures, jobTimeout } = options;
  return {
    action: await actionOf(world, action, options),
    selector: selectorOf(world, options),
    strategy: {
      ...(canary === undefined ? {} : { canary: [...canary] }),
      ...(bake === undefined ? {} : { bakeMs: bake }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(maxFailures === undefined ? {} : { maxFailures }),
      ...(jobTimeout === undefined ? {} : { jobMsMax: jobTimeout }),
    },
  };
}

async function actionOf(world: World, action: Action, options: StartFlags): Promise<RolloutAction> {
  const given = { ...options, patch: options.patch ?? options.file };
  for (const [other, flag] of Object.entries(needs)) {
    if (action === other && given[flag] === undefined) {
      throw new UsageError(`${action} needs --${flag}${flag === 'patch' ? ' or --file' : ''}.`);
    }
    if (action !== other && given[flag] !== undefined)
      throw new UsageError(`--${flag} is for ${other}, not ${action}.`);
  }
  switch (action) {
    case 'upgrade':
      return { kind: 'upgrade', release: options.release ?? '' };
    case 'rescale':
      return { kind: 'rescale', tasks: options.tasks ?? 0 };
    case 'patch':
      // Whether it is a patch is the client's check, which tells every mistake.
      return { kind: 'patch', patch: (await patchOf(world, options)) as never };
    default:
      return { kind: action };
  }
}

async function patchOf(world: World, { patch, file }: StartFlags): Promise<unknown> {
  if (patch !== undefined && file !== undefined) throw new UsageError('Give --patch or --file, not both.');
  const text = patch ?? (file === '-' ? await readAll(world.stdin) : await readFile(file ?? '', 'utf8'));
  const documents = readSource(text, file?.endsWith('.json') ? 'json' : 'yaml');
  if (documents.length !== 1) throw new UsageError('The patch must be one document.');
  return documents[0]?.value;
}

function selectorOf(world: World, options: StartOptions): RolloutOrderInput['selector'] {
  const { allTenants, selector = [], state, stream, job } = options;
  const tenant = tenantIfAny(world, options).tenant;
  if (job !== undefined) {
    if (allTenants === true || selector.length > 0 || (state ?? stream) !== undefined) {
      throw new UsageError('--job names jobs: -A, --selector, --state and --stream select them instead.');
    }
    return { jobs: job.map((text) => refOf(text, tenant)) };
  }
  if (allTenants !== true && tenant === undefined) {
    throw new UsageError('Whose jobs? Give --tenant, -A for those of every tenant, or --job for each.');
  }
  return {
    tenant: allTenants === true ? '*' : (tenant ?? '*'),
    labels: Object.fromEntries(selector.map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)])),
    ...(state === undefined ? {} : { state }),
    ...(stream === undefined ? {} : { stream }),
  };
}

function refOf(text: string, tenant: string | undefined): { tenant: string; name: string } {
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0 || (second === undefined && tenant === undefined)) {
    throw new UsageError(`"${text}" is not a job: write TENANT/NAME.`);
  }
  return second === undefined ? { tenant: tenant ?? '', name: first } : { tenant: first, name: second };
}

async function preview(
  world: World,
  client: MillraceClientPort,
  order: RolloutOrderInput,
  output: StartOptions['output'],
): Promise<void> {
  const lines = aligned();
  let head = [previewHead];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await client.rollouts.preview(order, cursor === '' ? {} : { cursor });
    if (output !== 'text') await printData(world, page, output);
    else {
      world.out(lines([...head, ...page.items.map(previewRow)]));
      if (page.next === null) world.out(`\n${page.total} jobs, in waves of ${page.waves.join(', ') || 'none'}\n`);
    }
    head = [];
    cursor = page.next;
  }
}

function share(text: string): number | string {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  if (/^(100|[1-9]?\d)%$/.test(text)) return text;
  throw new InvalidArgumentError('Write a number, or a percentage such as 10%.');
}

const shares = (text: string, before: readonly (number | string)[] = []) => [...before, share(text)];

function labelsOf(text: string, before: readonly string[] = []): readonly string[] {
  const pairs = text.split(',');
  if (pairs.some((p) => !/^[^=]+=/.test(p))) throw new InvalidArgumentError('Write key=value, or several with commas.');
  return [...before, ...pairs];
}
