/** `millrace apply -f`: makes streams and jobs be as the documents say. */
import type { Command } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import type { RequestOutcome } from '../../contracts/status.ts';
import { progressPrinter, settled } from '../conditions.ts';
import { printData } from '../data.ts';
import type { Loaded } from '../documents.ts';
import { exit } from '../exit.ts';
import {
  type ConnectionOptions,
  collect,
  count,
  duration,
  outputOption,
  type TenantOptions,
  tenantIfAny,
  withClient,
  withConnection,
  withTenant,
} from '../options.ts';
import { waitOrDiffer } from '../waiting.ts';
import { Exit, UsageError, type World } from '../world.ts';

interface ApplyOptions extends ConnectionOptions, TenantOptions {
  readonly file: readonly string[];
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly ifRevision?: number;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addApply(program: Command, world: World): void {
  withConnection(withTenant(program.command('apply')))
    .summary('create or change jobs and streams')
    .description(
      'Makes streams and jobs be as the documents say. All documents are checked before anything is done; streams go first.',
    )
    .requiredOption('-f, --file <path>', 'file, directory, or - for stdin; may be repeated', collect)
    .option('--dry-run', 'only show what would change')
    .option('--wait', 'until every job runs as asked')
    .option('--timeout <duration>', 'how long to wait for each job', duration, 120_000)
    .option('--if-revision <n>', 'only if this is its revision; 0: only if it does not exist', count)
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace apply -f stream.yaml -f job.yaml --wait
  millrace apply -f examples/ --dry-run
  sed s/acme/globex/ job.yaml | millrace apply -f - --wait --timeout 60s
  millrace apply -f job.yaml --if-revision 3`,
    )
    .action(async (options: ApplyOptions) => {
      const { loadDocuments } = await import('../documents.ts');
      const loaded = await loadDocuments(world, options.file, tenantIfAny(world, options));
      if (options.ifRevision !== undefined && loaded.length > 1) {
        throw new UsageError(`--if-revision is for one document; there are ${loaded.length}.`);
      }
      const exitCode = await withClient(world, options, (client) =>
        options.dryRun === true ? show(world, client, loaded, options) : applyAll(world, client, loaded, options),
      );
      if (exitCode !== exit.ok) throw new Exit(exitCode);
    });
}

async function show(
  world: World,
  client: MillraceClientPort,
  loaded: readonly Loaded[],
  options: ApplyOptions,
): Promise<number> {
  const { previewAll } = await import('../planned.ts');
  const { previewText } = await import('../planning.ts');
  const { previews, exitCode } = await previewAll(world, client, loaded);
  if (options.output !== 'text') await printData(world, { items: previews }, options.output);
  else for (const p of previews) world.out(previewText(p));
  return exitCode;
}

interface Applied {
  readonly kind: 'Job' | 'Stream';
  readonly tenant: string;
  readonly name: string;
  readonly revision: number;
  readonly outcome: RequestOutcome['outcome'] | 'applied';
  readonly requestId?: string;
}

/** One document that fails doesn't keep the others back; the exit code is the first failure's. */
async function applyAll(
  world: World,
  client: MillraceClientPort,
  loaded: readonly Loaded[],
  options: ApplyOptions,
): Promise<number> {
  const { reportDocument } = await import('../planned.ts');
  const applied: Applied[] = [];
  let exitCode: number = exit.ok;
  for (const one of loaded) {
    try {
      const result = await applyOne(client, one, options);
      applied.push(result);
      if (options.output === 'text') world.out(appliedText(result));
    } catch (error) {
      exitCode ||= reportDocument(world, one, error);
    }
  }
  if (options.wait === true) {
    for (const [i, job] of applied.entries()) {
      if (job.kind === 'Stream') continue;
      const outcome = await follow(world, client, job, options.timeout);
      applied[i] = { ...job, outcome };
      if (outcome === 'failed' || outcome === 'rolled_back') exitCode ||= exit.differs;
      if (options.output === 'text') world.out(appliedText({ ...job, outcome }));
    }
  }
  if (options.output !== 'text') await printData(world, { items: applied }, options.output);
  return exitCode;
}

async function applyOne(client: MillraceClientPort, { document }: Loaded, options: ApplyOptions): Promise<Applied> {
  const { tenant, name } = document.metadata;
  const change = options.ifRevision === undefined ? {} : { expectedRevision: options.ifRevision };
  if (document.kind === 'Stream') {
    const { revision } = await client.applyStream(document, change);
    return { kind: 'Stream', tenant, name, revision, outcome: 'applied' };
  }
  const { revision, outcome, requestId } = await client.applyJob(document, change);
  return { kind: 'Job', tenant, name, revision, outcome, requestId };
}

/** Until the change is settled, and the job runs if the change went well. */
async function follow(
  world: World,
  client: MillraceClientPort,
  job: Applied,
  timeoutMs: number,
): Promise<RequestOutcome['outcome']> {
  const outcomeOf = (s: Parameters<typeof settled>[0]) =>
    job.outcome === 'pending' ? settled(s, job.requestId ?? '')?.outcome : (job.outcome as RequestOutcome['outcome']);
  const waiting = client.waitForJob(
    job.tenant,
    job.name,
    (s) => {
      const outcome = outcomeOf(s);
      if (outcome === undefined) return false;
      return outcome === 'deployed' || outcome === 'unchanged' ? s.state === 'running' : true;
    },
    { timeoutMs, onStatus: progressPrinter(world.err) },
  );
  const status = await waitOrDiffer(world, waiting);
  const outcome = outcomeOf(status) ?? 'pending';
  const cause = settled(status, job.requestId ?? '')?.cause;
  if (cause !== undefined) world.err(`error: job ${job.tenant}/${job.name}: ${cause.message} [${cause.code}]\n`);
  return outcome;
}

const outcomeText: Readonly<Record<Applied['outcome'], string>> = {
  applied: 'applied',
  pending: 'accepted',
  unchanged: 'unchanged',
  deployed: 'runs as asked',
  rolled_back: 'rolled back to the plan before',
  failed: 'failed',
  paused: 'is as asked, and paused',
  stopped: 'was stopped',
  replaced: 'was replaced by a later change',
};

const appliedText = (a: Applied): string =>
  `${a.kind.toLowerCase()} ${a.tenant}/${a.name} ${outcomeText[a.outcome]} (revision ${a.revision})\n`;
