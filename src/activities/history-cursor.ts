/**
 * Where a page of a history ends, as text that its reader gives back: direction, offset, and which entries have been told,
 * so that one that was written twice isn't told again on a later page. Pure.
 */
import { failure, MillraceError } from '../contracts/failure.ts';
import type { HistoryPlace } from '../contracts/history.ts';

export interface Cursor {
  readonly direction: 'older' | 'newer';
  /** Older: read on before it. Newer: from it on. */
  readonly offset: number;
  readonly seen: Seen;
}

/** Numbers of a life's entries, first and last. A life is read in order, so one stretch is all it takes, but for repetitions. */
type Stretch = readonly [life: string, first: number, last: number];
/** The latest last. */
export type Seen = readonly Stretch[];

type Place = Pick<HistoryPlace, 'life' | 'seq'>;

/** Stretches that a cursor remembers: those read last. */
const stretchesMax = 16;

export const isSeen = (seen: Seen, { life, seq }: Place): boolean =>
  seen.some(([l, first, last]) => l === life && first <= seq && seq <= last);

export function withSeen(seen: Seen, { life, seq }: Place): Seen {
  const touching = seen.find(([l, first, last]) => l === life && first - 1 <= seq && seq <= last + 1);
  const grown: Stretch =
    touching === undefined ? [life, seq, seq] : [life, Math.min(touching[1], seq), Math.max(touching[2], seq)];
  return [...seen.filter((s) => s !== touching), grown].slice(-stretchesMax);
}

const letters = { older: 'o', newer: 'n' } as const;

export function cursorOf({ direction, offset, seen }: Cursor): string {
  return Buffer.from(JSON.stringify([letters[direction], offset, seen])).toString('base64url');
}

/** Throws MillraceError `invalid_spec` for a text that is no cursor of ours. */
export function readCursor(text: string): Cursor {
  const [letter, offset, seen] = parse(text);
  const direction = letter === letters.older ? 'older' : 'newer';
  if (letter !== letters[direction] || !isOffset(offset) || !Array.isArray(seen) || !seen.every(isStretch)) {
    const message = 'The cursor is not one of a history: leave it out to begin with the newest entry.';
    throw new MillraceError(failure('invalid_spec', message));
  }
  return { direction, offset, seen };
}

function parse(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

const isOffset = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;
const isStretch = (v: unknown): v is Stretch =>
  Array.isArray(v) && v.length === 3 && typeof v[0] === 'string' && isOffset(v[1]) && isOffset(v[2]);
