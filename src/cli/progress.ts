/** How far something is that is waited for: one line that is rewritten on a terminal, else a line for every change of state. */
import { clipped } from '../contracts/clipped.ts';
import type { JobStatus } from '../contracts/status.ts';
import { lagOf } from './conditions.ts';
import { grouped } from './table.ts';
import type { World } from './world.ts';

export interface ProgressLine<S> {
  readonly show: (status: S) => void;
  /** Leaves a terminal's line empty, for what is printed next. */
  readonly end: () => void;
}

/** Erases from the cursor to the end of the line (ECMA-48). */
const eraseLine = '\u001b[K';

/** How a status reads, and what of it has to change to be worth a line. */
export interface Told<S> {
  readonly text: (status: S) => string;
  readonly key: (status: S) => string;
}

export function progressLine<S>({ err, terminal }: World, { text: textOf, key: keyOf }: Told<S>): ProgressLine<S> {
  const begun = Date.now();
  let last = '';
  if (terminal === null) {
    const show = (s: S): void => {
      const key = keyOf(s);
      if (key !== last) err(`${textOf(s)}\n`);
      last = key;
    };
    return { show, end: () => {} };
  }
  return {
    show: (s) => {
      const text = `${textOf(s)} ${Math.floor((Date.now() - begun) / 1_000)}s`;
      const width = Math.max(1, terminal.columns() - 1);
      last = clipped(text, width);
      err(`\r${last}${eraseLine}`);
    },
    end: () => {
      if (last !== '') err(`\r${eraseLine}`);
    },
  };
}

/** Of one wait: a failure that was there before it is no news, unless it explains the state. */
export function jobProgress(): Told<JobStatus> {
  let known: string | null | undefined;
  return {
    text: (s) => {
      known = known === undefined ? (s.lastFailure?.at ?? null) : known;
      const isNews = s.lastFailure !== null && (s.state === 'failed' || s.lastFailure.at !== known);
      return `${progressText(s)}${isNews ? `: ${s.lastFailure?.message}` : ''}`;
    },
    key: (s) => `${s.state} ${s.generation} ${s.progress?.doing} ${s.lastFailure?.at}`,
  };
}

function progressText(s: JobStatus): string {
  const on = s.tasks.filter((t) => t.hostId !== null).length;
  const lag = lagOf(s);
  const parts = [
    `generation ${s.generation}`,
    ...(s.progress === null ? [] : [progressOf(s.progress)]),
    ...(s.progress !== null || s.tasks.length === 0 ? [] : [`${on}/${s.tasks.length} tasks`]),
    ...(lag === null ? [] : [`lag ${grouped(lag)}`]),
  ];
  return `job ${s.tenant}/${s.name}: ${s.state} (${parts.join(', ')})`;
}

export const progressOf = ({ doing, done, of }: NonNullable<JobStatus['progress']>): string => `${doing} ${done}/${of}`;
