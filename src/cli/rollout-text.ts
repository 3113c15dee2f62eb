/** Rollouts as text: lists, one on a page, and how far one is, with a bar per wave. */

import type { RolloutPreview } from '../client/rollouts-port.ts';
import type { Failure } from '../contracts/failure.ts';
import type { RolloutAction, RolloutSelector } from '../contracts/rollout.ts';
import type { Counts, JobOutcome, RolloutStatus, RolloutSummary, WaveStatus } from '../contracts/rollout-status.ts';
import type { Told } from './progress.ts';
import { ageSince, factText, grouped, labelText, section, table } from './table.ts';

const barWidth = 30;
const signs = { well: '█', failed: '▒', left: '·' } as const;

/** Jobs that went well, that failed, and that have no outcome or were not begun, each as its share of the width. */
export function bar({ size, counts }: WaveStatus, width = barWidth): string {
  const failed = failures(counts);
  const well = counts.done + counts.unchanged + counts.skipped;
  const cells = (jobs: number): number => (size === 0 ? 0 : Math.floor((jobs * width) / size));
  // One failure is seen in any wave, and only a wave that is through looks full.
  const bad = failed === 0 ? 0 : Math.max(1, cells(failed));
  const good = well + failed === size ? width - bad : Math.min(width - bad, cells(well));
  return signs.well.repeat(good) + signs.failed.repeat(bad) + signs.left.repeat(width - good - bad);
}

const failures = (c: Counts): number => c.failed + c.rolled_back;
const settled = (c: Counts): number => c.done + c.unchanged + c.skipped + failures(c) + c.not_begun;

const words = { rolled_back: 'rolled back', not_begun: 'not begun' } as const;

function countsText(counts: Counts, underWay = 0): string {
  const parts = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${grouped(n)} ${words[kind as keyof typeof words] ?? kind}`);
  if (underWay > 0) parts.push(`${grouped(underWay)} under way`);
  return parts.join(', ');
}

export const rolloutProgress: Told<RolloutStatus> = {
  text: (s) => {
    const wave = s.waves[s.wave];
    const where =
      wave === undefined
        ? ''
        : ` wave ${s.wave + 1} of ${s.waves.length} ${bar(wave, 20)} ${settled(wave.counts)}/${wave.size}`;
    const failed = failures(s.counts);
    const more = [
      ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
      ...(s.underWay > 0 ? [`${grouped(s.underWay)} under way`] : []),
    ];
    const cause = s.cause === null ? '' : `: ${s.cause.message}`;
    return `rollout ${s.id}: ${s.state}${where}${more.length > 0 ? ` (${more.join(', ')})` : ''}${cause}`;
  },
  // A line for each tenth of a wave where there is no terminal.
  key: (s) => {
    const wave = s.waves[s.wave];
    const tenths = wave === undefined ? 0 : Math.floor((10 * settled(wave.counts)) / wave.size);
    return `${s.state} ${s.wave} ${tenths} ${failures(s.counts)}`;
  },
};

export function rolloutRows(items: readonly RolloutSummary[]): string {
  return table(
    ['ID', 'ACTION', 'STATE', 'JOBS', 'FAILED', 'BY', 'AGE'],
    items.map((r) => [
      r.id,
      r.action,
      r.state,
      r.total === null ? '-' : `${settled(r.counts)}/${r.total}`,
      String(failures(r.counts)),
      r.by,
      ageSince(r.startedAt),
    ]),
  );
}

export function rolloutText(s: RolloutStatus): string {
  const { action, selector, strategy } = s.order;
  const facts = [
    ['Rollout', s.id],
    ['Action', actionText(action)],
    ['Jobs', `${s.total === null ? 'being listed' : grouped(s.total)}: ${selectorText(selector)}`],
    ['State', `${s.state} for ${ageSince(s.since)}`],
    ...(s.cause === null ? [] : [['Cause', causeText(s.cause)]]),
    ['Next', s.next],
    ['Asked by', `${s.by}${s.why === null ? '' : `: ${s.why}`}`],
    ['Started', s.startedAt],
    ['Limits', `${strategy.concurrency} at once, ${failuresAllowed(s)}`],
  ] as const;
  const waves = s.waves.map((w, i) => [
    String(i + 1),
    bar(w),
    `${settled(w.counts)}/${w.size}`,
    countsText(w.counts, i === s.wave ? s.underWay : 0),
  ]);
  return [
    factText(facts.map(([k, v]) => [k ?? '', v ?? ''])),
    s.waves.length === 0 ? '' : section('Waves', table(['WAVE', '', 'JOBS', ''], waves)),
    s.failures.length === 0 ? '' : section('Last failures', outcomeRows(s.failures)),
    s.requests.length === 0
      ? ''
      : section(
          'Requests',
          table(
            ['ASKED', 'OUTCOME', 'REQUEST'],
            s.requests.map((r) => [r.asked, r.outcome, r.requestId]),
          ),
        ),
  ].join('');
}

const causeText = (f: Failure): string => `${f.message} [${f.code}]`;

function failuresAllowed({ order, waves }: RolloutStatus): string {
  const { maxFailures } = order.strategy;
  const rest =
    typeof maxFailures === 'number' ? `at most ${maxFailures} failures` : `at most ${maxFailures} of a wave fail`;
  return waves.length > 1 ? `${rest}, none in the first wave` : rest;
}

function actionText(action: RolloutAction): string {
  switch (action.kind) {
    case 'upgrade':
      return `upgrade to release ${action.release}`;
    case 'rescale':
      return `rescale to ${action.tasks} tasks`;
    case 'patch':
      return `patch ${JSON.stringify(action.patch)}`;
    default:
      return action.kind;
  }
}

function selectorText(selector: RolloutSelector): string {
  if ('jobs' in selector) return selector.jobs.map((j) => `${j.tenant}/${j.name}`).join(', ');
  const { tenant, labels, state, stream } = selector;
  return [
    tenant === '*' ? 'of every tenant' : `of ${tenant}`,
    ...(Object.keys(labels).length > 0 ? [`with ${labelText(labels)}`] : []),
    ...(state === undefined ? [] : [`in state ${state}`]),
    ...(stream === undefined ? [] : [`reading ${stream}`]),
  ].join(', ');
}

export const outcomeHead = ['TENANT', 'JOB', 'OUTCOME', 'REVISION', 'AT', 'CAUSE'];
export const outcomeRow = (o: JobOutcome): string[] => [
  o.tenant,
  o.name,
  o.outcome,
  o.revision === 0 ? '-' : String(o.revision),
  o.at,
  o.cause === null ? '' : causeText(o.cause).replaceAll('\n', ' '),
];
const outcomeRows = (items: readonly JobOutcome[]): string => table(outcomeHead, items.map(outcomeRow));

export const previewHead = ['TENANT', 'JOB', 'STATE', 'REVISION', 'CHANGE', 'WHY'];
export function previewRow({ tenant, name, state, revision, change }: RolloutPreview): string[] {
  const paths = change?.changes.map((c) => c.path).join(', ') ?? '';
  const why = change?.reasons.filter((r) => r.kind === change.verdict).map((r) => `${r.what}: ${r.why}`) ?? [];
  return [tenant, name, state ?? 'missing', String(revision), change?.verdict ?? '-', why.join('; ') || paths];
}
