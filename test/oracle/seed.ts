/** How many cases a test makes, `ORACLE_TIMES` as many when that is set, and the seed that makes them again: `ORACLE_SEED` sets it. */
import type { TestContext } from 'node:test';

export function announced(t: TestContext, runs: number): { readonly numRuns: number; readonly seed: number } {
  const given = process.env['ORACLE_SEED'];
  const seed = given === undefined ? Date.now() | 0 : Number(given);
  const numRuns = runs * Number(process.env['ORACLE_TIMES'] ?? 1);
  t.diagnostic(`${numRuns} cases of ORACLE_SEED=${seed}`);
  return { numRuns, seed };
}
