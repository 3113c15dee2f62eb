import type { Positions } from '../contracts/task.ts';
export function rewindEffect(_f: Positions, _t: Positions, _d: string): string {
  return 'effect';
}
