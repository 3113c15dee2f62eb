/**
 * What a job's history must tell, whatever went wrong: every entry once, each transition from where the one before led, and
 * positions that are handed on without gap or overlap. Pure.
 */
import type { HistoryEntry, TransitionEntry } from '../../src/contracts/history.ts';
import type { Positions } from '../../src/contracts/positions.ts';

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
const unseen: readonly string[] = ['lost', 'broken', 'left', 'retried', 'undone'];

/** Where a partition stands, as last told, and whether the next generation can only begin at exactly that. */
interface Place {
  /** The topic's: another one's offsets mean other records. */
  readonly id: string;
  readonly offset: string;
  readonly exact: boolean;
}

function handovers(transitions: readonly TransitionEntry[], input: string): string[] {
  const found: string[] = [];
  const places = new Map<string, Place>();
  const see = ({ seq, event }: TransitionEntry, what: 'ended' | 'began', positions: Positions | null): void => {
    const { id, offsets } = positions?.[input] ?? { id: '', offsets: {} };
    for (const [p, offset] of Object.entries(offsets)) {
      const known = places.get(p);
      const before = known?.id === id ? known : undefined;
      const mustBe = what === 'began' && before?.exact === true;
      if (before !== undefined && (Number(offset) < Number(before.offset) || (mustBe && offset !== before.offset)))
        found.push(`entry ${seq} (${event}) ${what} at ${p}/${offset}, and the job was at ${p}/${before.offset}`);
      places.set(p, { id, offset, exact: what === 'ended' });
    }
  };
  for (const entry of transitions) {
    if (unseen.includes(entry.event)) for (const [p, place] of places) places.set(p, { ...place, exact: false });
    see(entry, 'ended', entry.ended);
    see(entry, 'began', entry.began);
  }
  return found;
}
