/** Emits AND and OR, three-valued and as conditions. What stands behind an operand that decides isn't evaluated. */
import type { Bound } from '../sql/bound.ts';
import { type Code, isNever, joined, js, never, not } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions } from './expression.ts';
import type { Operand } from './operand.ts';

/** A truth value: `value` counts where `null` doesn't hold. */
export interface Truth {
  readonly null: Code;
  readonly value: Code;
}

/** The condition that predicates all hold, or that one of them does, each being TRUE (`wanted`) or FALSE (not `wanted`). */
export function condition(x: Expressions, list: readonly Bound[], wanted: boolean, all: boolean): Code {
  const e = x.emitter;
  let codes = [x.holds(list[0]!, wanted)];
  const decided = (): Code => joined(codes, all ? 'and' : 'or');
  const label = e.fresh('decided');
  const inside = e.capture(() => {
    for (const b of list.slice(1)) {
      let code = never;
      const statements = e.segment(() => {
        code = x.holds(b, wanted);
      });
      if (statements.length > 0) {
        e.add(js`if (${all ? not(decided()) : decided()}) break ${label};`, ...statements);
        codes = [];
      }
      codes.push(code);
    }
  });
  if (inside.length === 0) return decided();
  const held = e.local('held', never);
  e.add(js`${held} = ${!all};
${label}: {
${inside}
${held} = ${decided()};
}`);
  return held;
}

/** AND and OR as a value: NULL where neither TRUE nor FALSE is decided. */
export function connective(x: Expressions, b: Bound & { kind: 'and' | 'or' }): Operand {
  const e = x.emitter;
  const decisive = b.kind === 'or';
  const [decided, unknown] = [e.local('decided', never), e.local('unknown', never)];
  const label = e.fresh('connective');
  const nulls: Code[] = [];
  const inside = e.capture(() => {
    for (const operand of b.operands) {
      const t = x.truth(operand);
      const hit = joined([not(t.null), decisive ? t.value : not(t.value)], 'and');
      e.add(js`if (${hit}) { ${decided} = true; break ${label}; }`);
      if (!isNever(t.null)) e.add(js`if (${t.null}) ${unknown} = true;`);
      nulls.push(t.null);
    }
  });
  e.add(js`${decided} = false; ${unknown} = false;
${label}: {
${inside}
}`);
  const isNull = nulls.every(isNever) ? never : js`(!${decided} && ${unknown})`;
  return { as: 'boolean', null: isNull, value: decisive ? decided : js`!${decided}` };
}

/** AND of two truth values that are there. */
export function both(e: Emitter, a: Truth, b: Truth): Truth {
  const value = joined([a.value, b.value], 'and');
  if (isNever(a.null) && isNever(b.null)) return { null: never, value };
  const isFalse = (t: Truth): Code => joined([not(t.null), not(t.value)], 'and');
  const one = keep(e, { null: joined([a.null, b.null], 'or'), value });
  return { null: joined([one.null, not(isFalse(a)), not(isFalse(b))], 'and'), value: one.value };
}

/** Puts a truth value into constants of the block, so that naming it twice doesn't evaluate it twice. */
export function keep(e: Emitter, truth: Truth): Truth {
  const [isNull, value] = [isNever(truth.null) ? never : e.fresh('isNull'), e.fresh('truth')];
  if (!isNever(isNull)) e.add(js`const ${isNull} = ${truth.null};`);
  e.add(js`const ${value} = ${joined([not(isNull), truth.value], 'and')};`);
  return { null: isNull, value };
}
