/** Medians with their spread, for runs that are never alike. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

export const show = (s: Spread, digits = 0): string => {
  const f = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `${f(s.median)} (${f(s.min)} to ${f(s.max)})`;
};

/** The value that a share (0 … 1) of all is at most: the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
