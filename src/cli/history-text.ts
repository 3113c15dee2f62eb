/** A job's history as rows of a table. */
import type { HistoryEntry, RequestEntry, TransitionEntry } from '../contracts/history.ts';
import type { RewindTarget } from '../contracts/operation.ts';
import type { Positions } from '../contracts/positions.ts';
import { took } from './table.ts';

/** Partitions of a topic that a row shows; `-o yaml` has all that the entry tells. */
const partitionsShownMax = 8;

export function historyHead(wide: boolean): string[] {
  const more = wide ? ['PLAN', 'REQUEST', 'ENDED', 'BEGAN'] : [];
  return ['TIME', 'WHO', 'WHAT', 'REVISION', 'GENERATION', 'AFTER', ...more, 'WHY'];
}

export function historyRow(entry: HistoryEntry, wide: boolean): string[] {
  const moved = entry.kind === 'transition' ? entry : null;
  const { ended = 0, began = 0 } = moved?.untold ?? {};
  const positions = [positionText(moved?.ended ?? null, ended), positionText(moved?.began ?? null, began)];
  const cells = [
    entry.at,
    entry.by,
    whatText(entry),
    String(entry.revision),
    String(entry.generation),
    moved === null || moved.from === null ? '-' : took(moved.durationMs),
    ...(wide ? [entry.plan, entry.requestId ?? '-', ...positions] : []),
    reasons(entry),
  ];
  return cells.map(oneLine);
}

function whatText(entry: HistoryEntry): string {
  switch (entry.kind) {
    case 'request':
      return requestText(entry);
    case 'transition':
      return transitionText(entry);
    case 'lost':
      return `${entry.entries} transitions since ${entry.since} are not told`;
    default:
      return entry satisfies never;
  }
}

function requestText({ asked, verdict }: RequestEntry): string {
  switch (asked.kind) {
    case 'apply':
      return verdict === null ? 'apply' : `apply (${verdict.kind})`;
    case 'stop':
      return `stop (${asked.mode})`;
    case 'rescale':
      return `rescale to ${asked.tasks} ${asked.tasks === 1 ? 'task' : 'tasks'}`;
    case 'rewind':
      return `rewind to ${targetText(asked.to)}`;
    case 'upgrade':
      return `upgrade to ${asked.release}`;
    default:
      return asked.kind;
  }
}

function targetText(to: RewindTarget): string {
  if (typeof to === 'string') return to;
  return 'timestamp' in to ? to.timestamp : 'named offsets';
}

const transitionText = ({ from, to, event }: TransitionEntry): string =>
  from === null ? `created → ${to}` : `${from} → ${to} (${event})`;

/** What the asker said, what the change is about, and what went wrong. */
function reasons(entry: HistoryEntry): string {
  const changes = entry.kind === 'request' ? (entry.verdict?.reasons ?? []).map((r) => r.what) : [];
  const cause =
    entry.kind === 'transition' && entry.cause !== null ? [`${entry.cause.code}: ${entry.cause.message}`] : [];
  const note = entry.kind === 'request' && entry.note !== undefined ? [entry.note] : [];
  return [...(entry.why === null ? [] : [entry.why]), ...changes, ...note, ...cause].join('; ');
}

/** `topic 0:12 1:7`, several with commas between them, and how many partitions more there were. */
function positionText(positions: Positions | null, untold: number): string {
  if (positions === null) return '-';
  const topics = Object.entries(positions).map(([topic, { offsets }]) => {
    const all = Object.entries(offsets).map(([partition, offset]) => `${partition}:${offset}`);
    const more = all.length > partitionsShownMax ? [`and ${all.length - partitionsShownMax} more`] : [];
    return [topic, ...all.slice(0, partitionsShownMax), ...more].join(' ');
  });
  if (untold > 0) topics.push(`and ${untold} partitions more`);
  return topics.length === 0 ? '-' : topics.join(', ');
}

/** What people wrote may hold line breaks and whatever else a terminal obeys. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
