/** One rule of the update verdict, and how the values of a change are shown. The rules themselves: query.ts, output.ts, sink.ts, job.ts. */
import { clipped } from '../../contracts/clipped.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { JobSpec } from '../../contracts/spec.ts';
import type { VerdictKind } from '../../contracts/verdict.ts';
import type { ColumnChanges } from './columns.ts';

/** What a job is to be: an accepted revision's spec and labels, and the plan that the spec was compiled to. */
export interface Desired {
  readonly spec: JobSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: Plan;
}

/** What the rules look at. */
export interface Change {
  readonly from: Desired;
  readonly to: Desired;
  readonly columns: ColumnChanges;
}

/** Where in the document a change stands, and what it is in one sentence. */
export interface Found {
  readonly path: string;
  readonly what: string;
}

/** A row of docs/updates.md. `why` and `remedy` are the same whatever the values: only `what` shows them. */
export interface UpdateRule {
  readonly name: string;
  /** The change, as the docs call it. */
  readonly change: string;
  readonly kind: Exclude<VerdictKind, 'none'>;
  readonly why: string;
  readonly remedy: string;
  readonly find: (change: Change) => Found | null;
}

/** Names of one list, and characters of one value, that a sentence shows. */
const shownMax = 5;
const charsMax = 80;

export const clip = (text: string): string => clipped(text, charsMax);

/** A value in a sentence: texts as they are, others as JSON. */
export const shown = (value: unknown): string => clip(typeof value === 'string' ? value : JSON.stringify(value));

export function listed(items: readonly string[]): string {
  const some = items.slice(0, shownMax).map(clip).join(', ');
  return items.length > shownMax ? `${some} and ${items.length - shownMax} more` : some;
}

export const pointerTo = (base: string, key: string): string =>
  `${base}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
