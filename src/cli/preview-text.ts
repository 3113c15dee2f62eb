/** A preview as people read it: the verdict, every reason with its remedy, then what differs, as a diff. */
import type { Problem } from '../contracts/failure.ts';
import type { VerdictReason } from '../contracts/verdict.ts';
import type { SourceFile } from './documents.ts';
import type { Preview } from './planning.ts';
import { problemText } from './report.ts';

/** Lines around a difference that are shown, as in a unified diff. */
const contextLines = 3;

const heads: Readonly<Record<Preview['verdict'], string>> = {
  none: 'no change',
  create: 'create',
  change: 'change',
  in_flight: 'change in flight',
  drain_replace: 'change by drain and replace',
  refused: 'refused',
};

const meanings: Readonly<Partial<Record<Preview['verdict'], string>>> = {
  in_flight: 'a new generation takes over, and nothing is stopped before it is ready',
  drain_replace: 'intake stops, what was read is finished and committed, then the new plan starts under the same name',
  refused: 'the job stays as it is',
};

/** A verdict's kind in words: of a reason, and of an accepted change. */
export const kindText: Readonly<Record<VerdictReason['kind'], string>> = {
  none: 'no change',
  in_flight: 'in flight',
  drain_replace: 'drain and replace',
  refused: 'refused',
};

export function previewText(p: Preview, source?: SourceFile): string {
  const revision = p.revision === 0 || p.verdict === 'none' ? '' : ` (revision ${p.revision})`;
  const meaning = meanings[p.verdict] === undefined ? '' : `: ${meanings[p.verdict]}`;
  const head = `${p.kind.toLowerCase()} ${p.tenant}/${p.name}: ${heads[p.verdict]}${revision}${meaning}\n`;
  const note = p.note === undefined ? '' : `  ${p.note}\n`;
  // What can't be compiled has its places in the text, with carets; each has become a reason.
  const problems = p.mistake?.problems ?? [];
  const reasons = p.reasons.map((r, i) => reasonText(r, problems[i], source));
  const rest = problems.slice(p.reasons.length).map((m) => problemText(m, source));
  return [head, note, ...reasons, ...rest, ...p.changes.map(changeText)].join('');
}

function reasonText({ path, kind, what, why, remedy }: VerdictReason, problem?: Problem, source?: SourceFile): string {
  const place = problem === undefined || source === undefined ? '' : ` at ${source.locate(problem)}`;
  const marked = problem?.excerpt?.split('\n') ?? [];
  const below = [...marked, why, ...(remedy === '' ? [] : [`→ ${remedy}`])];
  return [`  ${kindText[kind]}: ${what} (${path}${place})`, ...below.map((l) => `      ${l}`)]
    .map((l) => `${l}\n`)
    .join('');
}

function changeText({ path, from, to }: Preview['changes'][number]): string {
  const before = lines(from);
  const after = lines(to);
  let top = 0;
  while (top < before.length && top < after.length && before[top] === after[top]) top++;
  let bottom = 0;
  while (
    bottom < before.length - top &&
    bottom < after.length - top &&
    before.at(-1 - bottom) === after.at(-1 - bottom)
  ) {
    bottom++;
  }
  const above = before.slice(0, top);
  const below = after.slice(after.length - bottom);
  const marked = [
    ...(above.length > contextLines ? ['      …'] : []),
    ...above.slice(-contextLines).map((l) => `      ${l}`),
    ...before.slice(top, before.length - bottom).map((l) => `    - ${l}`),
    ...after.slice(top, after.length - bottom).map((l) => `    + ${l}`),
    ...below.slice(0, contextLines).map((l) => `      ${l}`),
    ...(below.length > contextLines ? ['      …'] : []),
  ];
  return `  ${path}\n${marked.map((l) => `${l}\n`).join('')}`;
}

function lines(value: unknown): string[] {
  if (value === undefined) return [];
  return (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}
