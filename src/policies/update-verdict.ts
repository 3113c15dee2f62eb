/**
 * What becomes of a running job when a changed spec is applied to it. Pure: the workflow, the client and the docs ask the
 * same rules (update/). Owns how several changes make one verdict; each rule owns one change.
 */
import { clipped } from '../contracts/clipped.ts';
import { limits } from '../contracts/limits.ts';
import type { JobSpec } from '../contracts/spec.ts';
import { type Verdict, type VerdictReason, verdictKinds } from '../contracts/verdict.ts';
import { columnChanges } from './update/columns.ts';
import { jobRules, labelsRule } from './update/job.ts';
import { outputRules } from './update/output.ts';
import { queryRules } from './update/query.ts';
import type { Desired, UpdateRule } from './update/rule.ts';
import { exact, same } from './update/same.ts';
import { sinkRules } from './update/sink.ts';

export type { Desired, UpdateRule } from './update/rule.ts';

const bySpecField: { readonly [F in keyof JobSpec]: readonly UpdateRule[] } = {
  sql: [...queryRules, ...outputRules],
  sink: Object.values(sinkRules).flat(),
  ...jobRules,
};

/** Whatever no rule above is about: every difference of plans makes a generation, so that what runs is what is written. */
const wordingRule: UpdateRule = {
  name: 'wording',
  change: 'anything else: the same in other words, or compiled by another release',
  kind: 'in_flight',
  why: 'Nothing changes for who reads the output; the new plan takes over, so that what runs is what is written.',
  remedy: '',
  find: ({ from, to }) =>
    same(meaning(from), meaning(to))
      ? null
      : { path: '/spec', what: `the plan changes from ${from.plan.hash} to ${to.plan.hash}, with the same meaning` },
};

export const updateRules: readonly UpdateRule[] = [...Object.values(bySpecField).flat(), labelsRule, wordingRule];

/** Never throws. None has no reasons, and anything else has at least one. */
export function updateVerdict(from: Desired, to: Desired): Verdict {
  const change = { from, to, columns: columnChanges(from.plan, to.plan) };
  const reasons: VerdictReason[] = [];
  for (const rule of updateRules) {
    const found = rule === wordingRule && reasons.length > 0 ? null : rule.find(change);
    if (found !== null)
      reasons.push({ ...found, what: short(found.what), kind: rule.kind, why: rule.why, remedy: rule.remedy });
  }
  // Reasons of one kind stay in the order of the rules.
  reasons.sort((a, b) => verdictKinds.indexOf(b.kind) - verdictKinds.indexOf(a.kind));
  return { kind: reasons[0]?.kind ?? 'none', reasons };
}

/** A change may name every column of two wide tables, and verdicts are kept. */
const short = (text: string): string => clipped(text, limits.verdictReasonCharsMax);

/** A plan's name depends on how its spec is written, and a schema's text on the order of its keys. */
function meaning({ spec, labels, plan }: Desired): unknown {
  const { hash: _, outputSchema, sources, ...rest } = plan;
  const read = sources.map((s) => ({ ...s, writerSchema: exact(s.writerSchema) }));
  return { spec, labels, plan: { ...rest, outputSchema: exact(outputSchema), sources: read } };
}
