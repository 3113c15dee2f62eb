/** `millrace apply -f`: makes streams and jobs be as the documents say. */
import type { Command } from 'commander';
import type { MillraceClientPort } from '../../client/port.ts';
import type { RequestOutcome } from '../../contracts/status.ts';
import { printData } from '../data.ts';
import type { Loaded } from '../documents.ts';
import { exit } from '../exit.ts';
import {
  type ChangeFlags,
  type ConnectionOptions,
  changeOf,
  collect,
  outputOption,
  type TenantOptions,
  tenantIfAny,
  type WaitFlags,
  withChange,
  withClient,
  withConnection,
  withTenant,
  withWaiting,
} from '../options.ts';
import { kindText } from '../preview-text.ts';
import { follow, wentWell } from '../waiting.ts';
import { Exit, UsageError, type World } from '../world.ts';

interface ApplyCommandOptions extends ConnectionOptions, TenantOptions, ChangeFlags, WaitFlags {
  readonly file: readonly string[];
  readonly dryRun?: boolean;
  readonly paused?: boolean;
  readonly inFlightOnly?: boolean;
  readonly output: 'text' | 'json' | 'yaml';
}

export function addApply(program: Command, world: World): void {
  const command = withConnection(withTenant(program.command('apply')))
    .summary('create or change jobs and streams')
    .description(
      'Makes streams and jobs be as the documents say. All documents are checked before anything is done; streams go first. Whether a job is changed in flight or drained and replaced is found out by itself: --dry-run, or `plan`, shows it.',
    )
    .requiredOption('-f, --file <path>', 'file, directory, or - for stdin; may be repeated', collect)
    .option('--dry-run', 'only show what would change')
    .option('--paused', 'create jobs paused: they run when they are resumed')
    .option('--in-flight-only', 'refuse a change that would have to drain and replace');
  withChange(withWaiting(command, 'every job runs as asked'))
    .addOption(outputOption(['text', 'json', 'yaml'], 'text'))
    .addHelpText(
      'after',
      `
Examples:
  millrace apply -f stream.yaml -f job.yaml --wait
  millrace apply -f examples/ --dry-run
  sed s/acme/globex/ job.yaml | millrace apply -f - --wait --timeout 60s
  millrace apply -f job.yaml --if-revision 3 --in-flight-only --why "country was missing"
  millrace apply -f job.yaml --paused`,
    )
    .action(async (options: ApplyCommandOptions) => {
      const { loadDocuments } = await import('../documents.ts');
      const loaded = await loadDocuments(world, options.file, tenantIfAny(world, options));
      if ((options.ifRevision ?? options.requestId) !== undefined && loaded.length > 1) {
        throw new UsageError(`--if-revision and --request-id are for one document; there are ${loaded.length}.`);
      }
      const exitCode = await withClient(world, options, async (client) => {
        if (options.dryRun !== true) return applyAll(world, client, loaded, options);
        const { previewAll } = await import('../planned.ts');
        return (await previewAll(world, client, loaded, options)).exitCode;
      });
      if (exitCode !== exit.ok) throw new Exit(exitCode);
    });
}

interface Applied {
  readonly kind: 'Job' | 'Stream';
  readonly tenant: string;
  readonly name: string;
  readonly revision: number;
  readonly outcome: RequestOutcome['outcome'] | 'applied';
  /** Of a job. */
  readonly request?: RequestOutcome;
}

/** One document that fails doesn't keep the others back; the exit code is the first failure's. */
async function applyAll(
  world: World,
  client: MillraceClientPort,
  loaded: readonly Loaded[],
  options: ApplyCommandOptions,
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
      if (job.request === undefined) continue;
      const request = await follow(world, client, job, job.request, options.timeout);
      applied[i] = { ...job, outcome: request.outcome, request };
      if (!wentWell(world, job, request)) exitCode ||= exit.differs;
      if (options.output === 'text') world.out(appliedText(applied[i]));
    }
  }
  if (options.output !== 'text') await printData(world, { items: applied.map(dataOf) }, options.output);
  return exitCode;
}

/** What was applied, and what its request says more, in one object. */
const dataOf = ({ request, ...applied }: Applied) => ({ ...applied, ...request });

async function applyOne(
  client: MillraceClientPort,
  { document }: Loaded,
  options: ApplyCommandOptions,
): Promise<Applied> {
  const { tenant, name } = document.metadata;
  const change = changeOf(options);
  if (document.kind === 'Stream') {
    const { revision } = await client.applyStream(document, change);
    return { kind: 'Stream', tenant, name, revision, outcome: 'applied' };
  }
  const { paused = false, inFlightOnly = false } = options;
  const request = await client.applyJob(document, { ...change, paused, inFlightOnly });
  return { kind: 'Job', tenant, name, revision: request.revision, outcome: request.outcome, request };
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

function appliedText({ kind, tenant, name, outcome, revision, request }: Applied): string {
  const how = outcome === 'pending' && request?.verdict !== undefined ? `, ${kindText[request.verdict.kind]}` : '';
  const note = outcome === 'pending' && request?.note !== undefined ? `  ${request.note}\n` : '';
  return `${kind.toLowerCase()} ${tenant}/${name} ${outcomeText[outcome]} (revision ${revision}${how})\n${note}`;
}
