/** Which jobs a rollout is for, and in which waves they go. Pure. */
import { at } from './by-name.ts';
import type { JobRef, RolloutSelector, RolloutStrategy } from './rollout.ts';
import type { JobState } from './status.ts';

/** Jobs that a share stands for. */
export const jobsOf = (s: number | string, of: number): number =>
  typeof s === 'number' ? s : Math.ceil((Number(s.slice(0, -1)) * of) / 100);

/** Sizes of the waves that so many jobs go in; none is empty. */
export function waveSizes(total: number, canary: RolloutStrategy['canary']): number[] {
  let left = total;
  const first = canary.map((s) => {
    const size = Math.min(left, jobsOf(s, total));
    left -= size;
    return size;
  });
  return [...first, left].filter((size) => size > 0);
}

/** A selector that describes its jobs. */
export type Described = Exclude<RolloutSelector, { jobs: unknown }>;

/** Such a selector as conditions of a list of jobs. */
export function conditionsOf({ tenant, labels, state, stream }: Described): {
  readonly tenant?: string;
  readonly state?: JobState;
  readonly stream?: string;
  readonly labels: readonly string[];
} {
  return {
    ...(tenant === '*' ? {} : { tenant }),
    ...(state === undefined ? {} : { state }),
    ...(stream === undefined ? {} : { stream }),
    labels: Object.entries(labels).map(([k, v]) => `${k}=${v}`),
  };
}

/** Jobs as they were named, each once. */
export const namedOnce = (refs: readonly JobRef[]): JobRef[] => [
  ...new Map(refs.map((j) => [`${j.tenant}/${j.name}`, j])).values(),
];

/** Why a job that was listed isn't selected as it is now, or null. */
export function mismatch(
  { state, labels, stream }: Described,
  job: {
    readonly state: JobState;
    readonly labels: Readonly<Record<string, string>>;
    readonly streams: readonly string[];
  },
): string | null {
  if (state !== undefined && job.state !== state) return `it is ${job.state} by now, not ${state}`;
  const lost = Object.entries(labels).find(([k, v]) => at(job.labels, k) !== v);
  if (lost !== undefined) return `it hasn't the label ${lost.join('=')} any more`;
  if (stream !== undefined && !job.streams.includes(stream)) return `it doesn't read the stream ${stream} any more`;
  return null;
}
