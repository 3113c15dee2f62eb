import type { Failure, Problem } from '../contracts/failure.ts';
import type { Verdict } from '../contracts/verdict.ts';
export function refusedVerdict(_f: Failure, _p: readonly Problem[]): Verdict {
  return { kind: 'refused', reasons: [] };
}
