/** How much of a benchmark is run. */
export interface BenchOptions {
  readonly events: number;
  /** Rounds of each section; each round runs everything of the section once, so that what is compared is measured in turn. */
  readonly runs: number;
  /** Minutes after which a section begins no further round. It has one at least. */
  readonly minutes: number;
}

/** Calls `round` for each round that there is to be. */
export async function inRounds({ runs, minutes }: BenchOptions, round: () => Promise<void>): Promise<void> {
  const until = performance.now() + minutes * 60_000;
  for (let n = 0, longest = 0; n < runs && (n === 0 || performance.now() + longest < until); n++) {
    const began = performance.now();
    await round();
    longest = Math.max(longest, performance.now() - began);
  }
}
