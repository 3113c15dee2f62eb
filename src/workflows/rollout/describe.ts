/** A rollout in words: its status, the operator's Markdown, its search attributes and memo. Pure functions of the rollout's data. */
import { rolloutWorkflowId } from '../../contracts/names.ts';
import type { RolloutStatus } from '../../contracts/rollout-status.ts';
import type { Next } from './decide.ts';
import type { RolloutMemo } from './messages.ts';
import type { RolloutData } from './state.ts';
import { settled, sum } from './tally.ts';

export function statusOf(rollout: RolloutData, next: Next, underWay: number): RolloutStatus {
  const { phase, order, asker, list } = rollout;
  return {
    id: rollout.id,
    state: phase.state,
    action: order.action.kind,
    total: list?.total ?? null,
    counts: sum(rollout.waves.map((w) => w.counts)),
    by: asker.by,
    why: asker.why,
    startedAt: rollout.startedAt,
    order,
    since: iso(rollout.since),
    wave: rollout.wave,
    waves: rollout.waves,
    underWay,
    failures: rollout.failures,
    cause: causeOf(rollout),
    requests: rollout.requests,
    logOffset: list?.offset ?? null,
    next: nextInWords(rollout, next),
  };
}

function causeOf({ phase }: RolloutData): RolloutStatus['cause'] {
  if (phase.state === 'draining') return phase.for.kind === 'halt' ? phase.for.cause : null;
  return 'cause' in phase ? phase.cause : null;
}

/** Of the values of contracts/names.ts `searchAttributes` those that a rollout has. */
export function attributesOf({ order, phase }: RolloutData) {
  const { selector } = order;
  const tenants = 'jobs' in selector ? [...new Set(selector.jobs.map((j) => j.tenant))] : [selector.tenant];
  return { MillraceTenant: tenants.length === 1 ? String(tenants[0]) : '*', MillraceState: phase.state };
}

export function memoOf(rollout: RolloutData): RolloutMemo {
  const { order, asker, startedAt, list, waves } = rollout;
  const progress = { total: list?.total ?? null, counts: sum(waves.map((w) => w.counts)) };
  const { requestId, by, why } = asker;
  return { requestId, action: order.action.kind, by, why, startedAt, progress };
}

/** What the Temporal UI shows at the top of the workflow. */
export function markdownOf(rollout: RolloutData, next: Next, underWay: number): string {
  const s = statusOf(rollout, next, underWay);
  const rows = s.waves.map(
    ({ size, counts: c }, i) =>
      `| ${i + 1} | ${settled(c)} of ${size} | ${c.done} | ${c.unchanged} | ${c.skipped} | ${c.failed} | ${c.rolled_back} |`,
  );
  return [
    `### ${rolloutWorkflowId(rollout.deployment, s.id)}: **${s.state}**`,
    `${s.action}, asked by ${s.by}${s.why === null ? '' : `: ${s.why}`}`,
    '',
    '| wave | settled | done | unchanged | skipped | failed | rolled back |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(s.cause === null ? [] : ['', `**Cause** (\`${s.cause.code}\`): ${s.cause.message}`]),
    '',
    `**Next**: ${s.next}`,
  ].join('\n');
}

function nextInWords(rollout: RolloutData, next: Next): string {
  const { phase } = rollout;
  switch (phase.state) {
    case 'selecting':
      return 'List the jobs.';
    case 'rolling':
      return next.do === 'continue_as_new'
        ? 'The workflow goes on in a new run.'
        : 'Act on the jobs, as many at once as was asked.';
    case 'baking':
      return `Wait until ${iso(phase.until)}, look at the jobs of the wave again, and go on with the next if they are well.`;
    case 'draining':
      return 'No further job is begun; those under way are waited for.';
    case 'paused':
      return 'Nothing: it is paused. Resumed, it goes on with the next job.';
    case 'halted':
      return 'Nothing: it has stopped by itself. Resume it to put up with what has failed, or abort it.';
    case 'closing':
      return 'The jobs that were not begun get that as their outcome; then it ends.';
    case 'aborted':
      return 'Nothing: it was aborted.';
    case 'finished':
      return 'Nothing: every job has its outcome.';
    default:
      return phase satisfies never;
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
