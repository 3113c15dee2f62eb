/** A job in words: its status, the operator's Markdown, its search attributes. Pure functions of the job's data. */
import { jobWorkflowId, topicKey } from '../../contracts/names.ts';
import { outputTopicsOf, type PlanTopic } from '../../contracts/plan.ts';
import type { Progress } from '../../contracts/status.ts';
import { changeText } from '../../contracts/topic-change.ts';
import type { Next } from './decide.ts';
import type { WorkflowJobStatus } from './messages.ts';
import { desiredRevision } from './requests.ts';
import { confirmedOf, type Generation, type JobData, type Revision } from './state.ts';
import { changesText, changesTold, changesToTakeUp } from './topics.ts';

export function statusOf(job: JobData, next: Next, progress: Progress | null): WorkflowJobStatus {
  const { phase } = job;
  const desired = desiredRevision(job);
  return {
    tenant: job.tenant,
    name: job.name,
    state: phase.state,
    revision: job.revision,
    generation: job.generation,
    plan: phase.revision.plan.hash,
    streams: desired.plan.sources.map((s) => s.stream),
    labels: desired.labels,
    startedAt: job.startedAt,
    spec: desired.spec,
    desiredPlan: desired.plan,
    activePlan: activePlan(job),
    writes: writtenBy(job, desired),
    tasks: (generationOf(job)?.hosts ?? []).map(({ hostId, release }, index) => ({ index, hostId, release })),
    lastFailure: job.failures.at(-1) ?? null,
    retryAt: phase.state === 'failed' && phase.retryAt !== null ? iso(phase.retryAt) : null,
    requests: job.requests,
    since: iso(job.since),
    progress,
    changes: changesTold(job),
    release: desired.release,
    pastRevisions: job.past.map((r) => r.number),
    next: nextInWords(job, next),
  };
}

/** The values of contracts/names.ts `searchAttributes`. */
export function attributesOf(job: JobData) {
  const { plan, labels, release } = job.phase.revision;
  return {
    MillraceTenant: job.tenant,
    MillraceState: job.phase.state,
    MillracePlan: plan.hash,
    MillraceStreams: plan.sources.map((s) => `${job.tenant}/${s.stream}`),
    MillraceTopics: outputTopicsOf(plan).map((t) => topicKey(t.cluster, t.topic)),
    MillraceRelease: generationOf(job)?.hosts[0]?.release ?? release ?? '',
    MillraceLabels: Object.entries(labels).map(([k, v]) => `${k}=${v}`),
    MillraceRevision: job.revision,
    MillraceGeneration: job.generation,
    MillraceSince: new Date(job.since),
  };
}

/** What the Temporal UI shows at the top of the workflow. */
export function markdownOf(job: JobData, next: Next): string {
  const s = statusOf(job, next, null);
  const failed = s.lastFailure;
  return [
    `### ${jobWorkflowId(job.deployment, job.tenant, job.name)}: **${s.state}**`,
    `revision ${s.revision} · generation ${s.generation} · plan \`${s.plan}\` · reads \`${s.streams.join('`, `')}\``,
    '',
    ...s.tasks.map((t) => `- task ${t.index} on \`${t.hostId}\``),
    ...s.changes.map((c) => `- ${changeText(c)}`),
    ...(failed === null ? [] : ['', `**Last cause** (${failed.at}, \`${failed.code}\`): ${failed.message}`]),
    '',
    `**Next**: ${s.next}`,
  ].join('\n');
}

function nextInWords(job: JobData, next: Next): string {
  const { phase } = job;
  switch (next.do) {
    case 'prepare':
      return 'Create missing topics and prepare every task on a host; what runs is not touched yet.';
    case 'drain_previous':
      return 'The new tasks are ready; the old ones finish and commit what they have read, then the new ones begin there.';
    case 'take_over':
      return 'The new tasks fence the old ones, go on from the committed offsets, and must show health.';
    case 'continue_as_new':
      return 'The workflow goes on in a new run.';
    case 'renew':
      return 'The history is long: the same plan takes over as a new generation in a new run.';
    case 'follow':
      return `When it is its turn, the same plan takes up as a new generation what its topics have become: ${changesText(changesToTakeUp(job))}.`;
    case 'recover':
      return 'The same plan goes on as a new generation when it is its turn: many that recover at once go one after another.';
    case 'move_on':
      return 'The same plan goes on as a new generation.';
    case 'give_up':
    case 'halt':
      return 'The remaining tasks finish what they have read; then the job waits for its owner.';
    case 'retry':
      return 'Try again now.';
    case 'stop':
      return phase.state === 'draining' && phase.purpose.kind === 'stop' && phase.purpose.mode === 'cancel'
        ? 'The tasks stop at once, what is not committed is aborted; then the job ends.'
        : 'The tasks finish and commit what they have read; then the job ends.';
    case 'pause':
      return 'The tasks finish and commit what they have read; then the job stands still until it is resumed.';
    case 'rewind':
      return 'The tasks finish and commit what they have read; then the positions are set that were asked for.';
    case 'finish':
      return 'Nothing: the job has ended. Applied again, it resumes where it stopped.';
    case 'keep_positions':
    case 'wait':
      if (phase.state === 'paused') return 'Nothing: it is paused. Resumed, it goes on from where it stopped.';
      if (phase.state !== 'failed') return 'Nothing: it runs until its spec changes or a task ends.';
      return phase.retryAt === null
        ? 'Its owner has to mend the cause and apply the job again, or stop it.'
        : `Try again at ${iso(phase.retryAt)}.`;
    default:
      return next satisfies never;
  }
}

/** The generation whose hosts are worth showing. */
function generationOf(job: JobData): Generation | null {
  const { phase } = job;
  if (phase.state === 'running') return phase.generation;
  if (phase.state === 'updating') return phase.prepared ?? phase.previous;
  return 'prepared' in phase ? phase.prepared : null;
}

function activePlan(job: JobData) {
  if (job.phase.state === 'running') return job.phase.revision.plan;
  return job.phase.state === 'updating' ? confirmedOf(job).revision.plan : null;
}

/** Everything that a task of this job may still write, or that it may begin to write without its owner applying it again. */
function writtenBy({ phase, confirmed, unconfirmed }: JobData, desired: Revision): PlanTopic[] {
  const revisions = [desired, phase.revision, ...(confirmed === null ? [] : [confirmed.revision])];
  const all = [...revisions.flatMap((r) => outputTopicsOf(r.plan)), ...unconfirmed.flatMap((g) => g.writes ?? [])];
  return [...new Map(all.map((t) => [topicKey(t.cluster, t.topic), t])).values()];
}

const iso = (ms: number): string => new Date(ms).toISOString();
