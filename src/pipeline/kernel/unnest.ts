/**
 * Emits UNNEST: a loop over a list's elements, with the rest of the branch in it. An array or map that is still on the wire
 * is walked there, element by element; any other is a JavaScript value. How often the loops of one record turn is bounded:
 * lists within each other multiply.
 */
import { limits } from '../../contracts/limits.ts';
import { same } from '../avro/resolve.ts';
import { RecordError } from '../ports.ts';
import type { Branch, Step } from '../sql/bound.ts';
import { always, type Code, joined, js, never, not } from './code.ts';
import type { Columns } from './columns.ts';
import { decodeInto } from './decode.ts';
import { elementColumn, elementPath } from './element.ts';
import { unboxed } from './held.ts';
import type { Kit } from './kit.ts';
import { landingFor } from './landing.ts';
import type { Operand } from './operand.ts';
import { walkRecord } from './record.ts';
import { usesOf } from './uses.ts';
import { pathKey, planElement, type Walk } from './walk.ts';
import { listOnWire, type WireList } from './wire-list.ts';

type Unnest = Step & { readonly kind: 'unnest' };
/** Emits what is done with each element; `row` is the label of the block that it stands in. */
export type Body = (row: Code) => void;

/** `branch`: what comes after the step, which says what is read of an element. */
export function unnest(kit: Kit, step: Unnest, branch: Branch, body: Body): void {
  const list = kit.expressions.operand(step.operand);
  const inPlace = list.as === 'place' ? listOnWire(list.reading) : undefined;
  kit.reader.check();
  if (list.as === 'place' && inPlace !== undefined) overWire(kit, step, branch, list, inPlace, body);
  else overValue(kit, step, body);
}

/** Thrown where a record's lists make more rows than anyone can have meant. */
function tooMuch(): never {
  const { unnestTurnsMax: turns, recordOutputBytesMax: bytes } = limits;
  throw new RecordError('sql', `UNNEST makes more than ${turns} rows or ${bytes} bytes of this record`);
}

/** The inside of a loop: the body in a block of its own. */
function turn({ emitter, reader, loops, expressions }: Kit, step: Unnest, body: Body): void {
  const row = emitter.fresh('row');
  const inside = emitter.capture(() => {
    expressions.once.forget(step);
    body(row);
    reader.settle();
  });
  emitter.add(js`if (++${loops.turns} > ${limits.unnestTurnsMax} || at - ${loops.first} > ${limits.recordOutputBytesMax}) ${emitter.bind(tooMuch, 'tooMuch')}();
${row}: {
${inside}
}`);
}

/** The code of one UNNEST's loop over the wire. */
interface Loop {
  /** Statements that read the element at `p`. */
  readonly read: readonly Code[];
  /** Statements that make everything NULL of which a turn may read nothing. */
  readonly resets: readonly Code[];
  readonly ordinal: Code | undefined;
}

function overWire(
  kit: Kit,
  step: Unnest,
  branch: Branch,
  list: Operand & { as: 'place' },
  on: WireList,
  body: Body,
): void {
  const { emitter: e, reader: r } = kit;
  const { outer } = step;
  const [count, none, gone] = [e.fresh('count'), e.fresh('none'), e.fresh('gone')];
  const { read, resets, ordinal } = elementLoop(kit, step, branch, on, gone);
  const next = js`${count} = ${r.count(on.writer)}; p = ${r.wire}.at;`;
  const one = js`${read}
${count}--;`;
  const loop = e.capture(() => {
    e.add(...resets);
    // `gone`: OUTER's one turn for a list without elements.
    if (outer)
      e.add(js`if (!${gone} && ${count} === 0) {
${next}
if (${count} === 0) { if (!${none}) break; ${gone} = true; }
}
if (!${gone}) {
${one}
}
${none} = false;`);
    else
      e.add(js`if (${count} === 0) {
${next}
if (${count} === 0) break;
}
${one}`);
    turn(kit, step, body);
    if (outer) e.add(js`if (${gone}) break;`);
  });
  const whole = e.capture(() =>
    r.elsewhere(list.at, () => {
      if (on.inUnion) whereThere(kit, outer ? not(list.null) : always, () => r.length());
      // The walk stepped over blocks that told their size: these must be the bytes that their items take.
      e.add(js`for (;;) {
${loop}
}
if (${joined([not(list.null), js`p !== ${list.end}`], 'and')}) throw ${r.fault};`);
      r.moved();
    }),
  );
  if (ordinal !== undefined) e.add(js`${ordinal} = 0;`);
  const declared = js`let ${count} = 0${outer ? js`, ${none} = true, ${gone} = ${list.null}` : js``};`;
  whereThere(kit, outer ? always : not(list.null), () => e.add(declared, ...whole));
}

/** Reads what the branch wants of each element, and binds it. */
function elementLoop(kit: Kit, step: Unnest, branch: Branch, on: WireList, gone: Code): Loop {
  const { emitter: e, reader: r, expressions } = kit;
  const { outer } = step;
  const key = step.key === undefined ? undefined : landingFor(e, same({ kind: 'string' }), outer);
  if (step.key !== undefined) expressions.bind(step.key, key!.operand);
  const ordinal = step.ordinality === undefined ? undefined : e.local('ordinal', js`0`);
  if (step.ordinality !== undefined)
    expressions.bind(step.ordinality, { ...unboxed(step.ordinality.type, ordinal!), null: outer ? gone : never });
  const { columns, walk } = elementColumns(kit, step, branch, on);
  const read = e.capture(() => {
    if (key !== undefined) decodeInto(r, key, same({ kind: 'string' }));
    r.moved();
    walkRecord(r, columns, walk, { advance: () => {}, writes: () => false });
    r.check();
    if (ordinal !== undefined) e.add(js`${ordinal}++;`);
  });
  const keyReset = key?.isNull === undefined ? [] : [js`${key.isNull} = true;`];
  return { read, resets: [...keyReset, ...columns.resets], ordinal };
}

function elementColumns(kit: Kit, step: Unnest, branch: Branch, on: WireList): { columns: Columns; walk: Walk } {
  const paths = new Map<string, readonly string[]>();
  const uses = usesOf([branch], (b) => {
    const found = elementPath(b);
    if (found?.variable !== step.element) return undefined;
    const key = pathKey(found.path);
    paths.set(key, found.path);
    return key;
  });
  const { reader } = on.item;
  const wanted = new Map([...paths].map(([key, path]) => [key, elementColumn(reader, path)]));
  const { walk, sites } = planElement(on.item, wanted.values(), step.outer);
  return { columns: kit.element(step.element, { columns: wanted, sites, uses }), walk };
}

/** Adds what `emit` does where `condition` holds. */
function whereThere({ emitter }: Kit, condition: Code, emit: () => void): void {
  const inside = emitter.capture(emit);
  emitter.add(
    condition === always
      ? js`${inside}`
      : js`if (${condition}) {
${inside}
}`,
  );
}

function overValue(kit: Kit, step: Unnest, body: Body): void {
  const { emitter: e, expressions } = kit;
  const { outer } = step;
  const [list, size, i, item] = [e.fresh('list'), e.fresh('size'), e.fresh('i'), e.fresh('item')];
  const isMap = step.operand.type.kind === 'MAP';
  const value = expressions.value(step.operand);
  e.add(
    js`const ${list} = ${isMap ? e.bind(entriesOf, 'entriesOf') : e.bind(itemsOf, 'itemsOf')}(${value}), ${size} = ${list}.length;`,
  );
  const there = (code: Code): Code => (outer ? js`(${i} < ${size} ? ${code} : null)` : code);
  const element = e.fresh('element');
  const inside = e.capture(() => {
    e.add(js`const ${item} = ${list}[${i}];`);
    if (step.key !== undefined) {
      const key = e.fresh('key');
      e.add(js`const ${key} = ${there(js`${item}[0]`)};`);
      expressions.bind(step.key, unboxed(step.key.type, key, outer));
    }
    e.add(js`const ${element} = ${there(isMap ? js`${item}[1]` : item)};`);
    expressions.bind(step.element, unboxed(step.element.type, element));
    if (step.ordinality !== undefined) {
      const ordinal = unboxed(step.ordinality.type, js`(${i} + 1)`);
      expressions.bind(step.ordinality, { ...ordinal, null: outer ? js`(${i} >= ${size})` : never });
    }
    turn(kit, step, body);
  });
  e.add(js`for (let ${i} = 0; ${i} < ${outer ? js`(${size} || 1)` : size}; ${i}++) {
${inside}
}`);
}

const itemsOf = (list: readonly unknown[] | null): readonly unknown[] => list ?? [];
const entriesOf = (map: ReadonlyMap<string, unknown> | null): readonly unknown[] => (map === null ? [] : [...map]);
