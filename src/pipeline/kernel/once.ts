/**
 * Emits what has one value however often it is used, though evaluating it again would give another: columns of chance and
 * of the clock. A column is evaluated where it is first needed, which may be one of several places, and kept for its row;
 * where its row comes from an UNNEST, the next turn forgets it.
 */
import { type Bound, type Branch, childrenOf, type Once, type Step } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { always, type Code, isNever, js, never } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions } from './expression.ts';
import { type Held, heldAs, initial, type Simple } from './held.ts';
import type { Operand } from './operand.ts';
import { boundsOf } from './uses.ts';

/** The locals of one column. */
interface Slot {
  readonly isMade: Code;
  readonly isNull: Code;
  readonly value: Code;
  readonly as: Held;
}

export class OncePerRow {
  readonly #e: Emitter;
  readonly #slots = new Map<Once, Slot>();
  /** Columns by the UNNEST whose turns make their rows. */
  readonly #ofTurns = new Map<Step, Set<Slot>>();
  constructor(emitter: Emitter) {
    this.#e = emitter;
  }

  /** Declares the columns of these branches: asked before any code that may use them, in the function around all of it. */
  expect(branches: readonly Branch[]): void {
    for (const branch of branches) {
      const unnests = branch.steps.filter((step) => step.kind === 'unnest');
      const seen = new Set<Bound>();
      const visit = (b: Bound): void => {
        if (seen.has(b)) return;
        seen.add(b);
        if (b.kind === 'once' && b.of.unnests !== undefined) this.#declare(b.of, b.type, unnests[b.of.unnests - 1]);
        for (const child of childrenOf(b)) visit(child);
      };
      for (const b of boundsOf(branch)) visit(b);
    }
  }

  /** At the beginning of a turn of an UNNEST. */
  forget(step: Step): void {
    for (const { isMade } of this.#ofTurns.get(step) ?? []) this.#e.add(js`${isMade} = false;`);
  }

  slot(of: Once): Slot | undefined {
    return this.#slots.get(of);
  }

  #declare(of: Once, type: SqlType, turns: Step | undefined): void {
    const e = this.#e;
    const as = heldAs(type);
    const slot = this.#slots.get(of) ?? {
      isMade: e.local('isMade', never),
      isNull: e.local('isNull', always),
      value: e.local('once', initial(as)),
      as,
    };
    this.#slots.set(of, slot);
    if (turns === undefined) return;
    const others = this.#ofTurns.get(turns) ?? new Set();
    this.#ofTurns.set(turns, others.add(slot));
  }
}

/** Without a slot it is kept as any other expression is: where it has surely been evaluated. */
export function once(x: Expressions, b: Bound & { kind: 'once' }): Operand {
  const slot = x.once.slot(b.of);
  if (slot === undefined) return x.term(b.operand).operand;
  const e = x.emitter;
  const { isMade, isNull, value, as } = slot;
  let mayBeNull = b.nullable;
  const inside = e.capture(() => {
    const term = x.term(b.operand);
    const { operand } = term;
    mayBeNull ||= !isNever(operand.null);
    if (mayBeNull) e.add(js`${isNull} = ${operand.null};`);
    if (operand.null !== always) {
      const given = x.present(term);
      // An integer stands for a DOUBLE as it is; the local always holds the same kind of number.
      x.unless(
        operand.null,
        js`${value} = ${as === 'double' && operand.as === 'long' ? js`Number(${given})` : given};`,
      );
    }
    e.add(js`${isMade} = true;`);
  });
  e.add(js`if (!${isMade}) {
${inside}
}`);
  return { as, null: mayBeNull ? isNull : never, value } as Simple;
}
