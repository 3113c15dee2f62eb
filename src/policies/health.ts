import type { Failure } from '../contracts/failure.ts';
import type { Vitals } from '../contracts/task.ts';
export function judgeHealth(_b: readonly Vitals[] | null, _a: readonly Vitals[]): Failure | null {
  return null;
}
