/**
 * Emits a branch of a query, once its record has been read: filters, UNNESTs as loops, and the row in the innermost. A
 * row that a filter rejects leaves the block in which it is made.
 */
import type { Bound, Branch, Step } from '../sql/bound.ts';
import { always, type Code, js, not } from './code.ts';
import type { Kit } from './kit.ts';
import { rowSteps } from './row.ts';
import { unnest } from './unnest.ts';

export function emitBranch(kit: Kit, branch: Branch, steps: readonly Step[]): void {
  const { emitter, reader } = kit;
  const label = emitter.fresh('branch');
  const inside = emitter.capture(() => {
    emitSteps(kit, branch, steps, label);
    reader.settle();
  });
  emitter.add(js`${label}: {
${inside}
}`);
}

function emitSteps(kit: Kit, branch: Branch, steps: readonly Step[], label: Code): void {
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'filter') {
      leaveUnless(kit, step.test, js`break ${label};`);
      continue;
    }
    const rest = steps.slice(i + 1);
    unnest(kit, step, { ...branch, steps: rest }, (inner) => emitSteps(kit, branch, rest, inner));
    return;
  }
  for (const one of rowSteps(kit, branch)) one.emit();
}

/** Emits the test of a predicate: where it isn't TRUE the record, or the row, ends there. */
export function leaveUnless({ emitter, expressions, reader }: Kit, test: Bound, leave: Code): void {
  reader.check();
  const holds = expressions.holds(test, true);
  if (holds !== always) emitter.add(js`if (${not(holds)}) ${leave}`);
}
