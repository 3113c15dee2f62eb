/**
 * What a job's history must tell, whatever went wrong: every entry once, each transition from where the one before led, and
 * positions that are handed on without gap or overlap. Pure.
 */
import type { HistoryEntry, TransitionEntry } from '../../src/contracts/history.ts';
import type { Positions } from '../../src/contracts/task.ts';

/** What is wrong with a history, the oldest entry first, of a job that has stopped; in words. */
export function findMistakes(entries: readonly HistoryEntry[], input: string): string[] {
  const lives = Map.groupBy(entries, (e) => e.life);
  const transitions = entries.filter((e) => e.kind === 'transition');
  return [
    ...[...lives.values()].flatMap(numbering),
    ...[...lives.values()].flatMap((life) => chain(life.filter((e) => e.kind === 'transition'))),
    ...handovers(transitions, input),
  ];
}

function numbering(life: readonly HistoryEntry[]): string[] {
  const numbers = life.map((e) => e.seq);
  const told = numbers.every((n, i) => n === i + 1);
  return told ? [] : [`the history's numbers are ${numbers.join(' ')}`];
}

function chain(life: readonly TransitionEntry[]): string[] {
  const found: string[] = [];
  let at: string | null = null;
  for (const { from, to, event, seq } of life) {
    if (from !== at) found.push(`entry ${seq} (${event}) leads from ${from}, and the job was ${at}`);
    at = to;
  }
  if (at !== 'stopped') found.push(`the history ends in ${at}`);
  return found;
}

/** Events in between which a generation that wasn't confirmed may have got on. */
const unseen: readonly string[] = ['lost', 'broken', 'left', 'retried'];

/** By partition, where the last told positions are, and whether a generation can only begin at exactly them. */
function handovers(transitions: readonly TransitionEntry[], input: string): string[] {
  const found: string[] = [];
  let at: Readonly<Record<number, string>> = {};
  let exact = false;
  const see = (entry: TransitionEntry, what: 'ended' | 'began', positions: Positions | null, mustBe: boolean): void => {
    const told = positions?.[input] ?? {};
    for (const [p, offset] of Object.entries(told)) {
      const before = at[Number(p)];
      if (before === undefined) continue;
      const wrong = Number(offset) < Number(before) || (mustBe && offset !== before);
      if (wrong)
        found.push(`entry ${entry.seq} (${entry.event}) ${what} at ${p}/${offset}, and the job was at ${p}/${before}`);
    }
    at = { ...at, ...told };
  };
  for (const entry of transitions) {
    if (unseen.includes(entry.event)) exact = false;
    see(entry, 'ended', entry.ended, false);
    if (entry.ended !== null) exact = true;
    see(entry, 'began', entry.began, exact);
    if (entry.began !== null) exact = false;
  }
  return found;
}
