/** Emits x = ANY(array), x < ALL(array) and EXISTS over an array: a loop that ends where the answer is known. */
import type { Bound } from '../sql/bound.ts';
import type { Value } from '../sql/values.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import type { Expressions } from './expression.ts';
import { unboxed } from './held.ts';
import type { Operand } from './operand.ts';

/** ANY is TRUE where one test is, ALL is FALSE where one is; else NULL where a test or the array is. */
export function quantified(x: Expressions, b: Bound & { kind: 'quantified' }): Operand {
  const e = x.emitter;
  const array = x.term(b.array);
  const decisive = b.quantifier === 'any';
  if (array.operand.null === always) return { as: 'boolean', null: always, value: never };
  const [decided, unknown] = [e.local('decided', never), e.local('unknown', never)];
  const { list, item, loop } = elements(x);
  let open = never;
  const inside = e.capture(() => {
    x.bind(b.element, unboxed(b.element.type, item, b.element.nullable));
    const t = x.truth(b.test);
    open = t.null;
    const hit = joined([not(t.null), decisive ? t.value : not(t.value)], 'and');
    e.add(js`if (${hit}) { ${decided} = true; break; }`);
    if (!isNever(open)) e.add(js`if (${open}) ${unknown} = true;`);
  });
  const given = x.present(array);
  e.add(js`${decided} = false; ${unknown} = false;`);
  x.unless(
    array.operand.null,
    js`const ${list} = ${given};
${loop(inside)}`,
  );
  const isNull = joined([array.operand.null, isNever(open) ? never : js`(!${decided} && ${unknown})`], 'or');
  return { as: 'boolean', null: isNull, value: decisive ? decided : js`!${decided}` };
}

/** Whether the test is TRUE for one element; of no array there is none. */
export function exists(x: Expressions, b: Bound & { kind: 'exists' }): Operand {
  const e = x.emitter;
  const array = x.term(b.array);
  if (array.operand.null === always) return { as: 'boolean', null: never, value: never };
  const found = e.local('found', never);
  const { list, item, at, loop } = elements(x);
  const inside = e.capture(() => {
    x.bind(b.element, unboxed(b.element.type, item, b.element.nullable));
    if (b.ordinality !== undefined) x.bind(b.ordinality, unboxed(b.ordinality.type, js`(${at} + 1)`, false));
    e.add(js`if (${x.holds(b.test, true)}) { ${found} = true; break; }`);
  });
  const given = x.present(array);
  const all = b.array.type.kind === 'MAP' ? js`${e.bind(entriesOf, 'entriesOf')}(${given})` : given;
  e.add(js`${found} = false;`);
  x.unless(
    array.operand.null,
    js`const ${list} = ${all};
${loop(inside)}`,
  );
  return { as: 'boolean', null: never, value: found };
}

/** A map's elements are rows of key and value. */
const entriesOf = (map: ReadonlyMap<string, Value | null>): readonly (readonly [string, Value | null])[] => [...map];

interface Elements {
  readonly list: Code;
  readonly item: Code;
  /** Index from 0. */
  readonly at: Code;
  readonly loop: (inside: readonly Code[]) => Code;
}

function elements(x: Expressions): Elements {
  const e = x.emitter;
  const [list, item, at] = [e.fresh('list'), e.fresh('item'), e.fresh('i')];
  return {
    list,
    item,
    at,
    loop: (inside) => js`for (let ${at} = 0; ${at} < ${list}.length; ${at}++) {
const ${item} = ${list}[${at}];
${inside}
}`,
  };
}
