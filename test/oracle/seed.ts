/** How many cases a test makes, and the seed that makes them again: `ORACLE_SEED` sets it. */
import type { TestContext } from 'node:test';

export function announced(t: TestContext, runs: number): { readonly numRuns: number; readonly seed: number } {
  const given = process.env['ORACLE_SEED'];
  const seed = given === undefined ? Date.now() | 0 : Number(given);
  t.diagnostic(`${runs} cases of ORACLE_SEED=${seed}`);
  return { numRuns: runs, seed };
}
