/**
 * Emits UNNEST: a loop over a list's elements, with the rest of the branch in it. An array or map that is still on the wire
 * is walked there, element by element; any other is a JavaScript value. How often the loops of one record turn is bounded:
 * lists within each other multiply.
 */
import { limits } from '../../contracts/limits.ts';
import { type Reading, same } from '../avro/resolve.ts';
import type { AvroArray, AvroMap } from '../avro/schema.ts';
import { RecordError } from '../ports.ts';
import type { Step } from '../sql/bound.ts';
import { type Code, isNever, joined, js, never, not } from './code.ts';
import { decodeInto } from './decode.ts';
import { unboxed } from './held.ts';
import type { Kit } from './kit.ts';
import { type Landing, landingFor } from './landing.ts';
import type { Operand } from './operand.ts';

type Unnest = Step & { readonly kind: 'unnest' };
/** Emits what is done with each element; `row` is the label of the block that it stands in. */
export type Body = (row: Code) => void;

export function unnest(kit: Kit, step: Unnest, body: Body): void {
  const list = kit.expressions.operand(step.operand);
  const inPlace = list.as === 'place' ? listOnWire(list.reading) : undefined;
  kit.reader.check();
  if (list.as === 'place' && inPlace !== undefined) overWire(kit, step, list, inPlace, body);
  else overValue(kit, step, body);
}

/** Thrown where a record's lists make more rows than anyone can have meant. */
function tooMuch(): never {
  const { unnestTurnsMax: turns, recordOutputBytesMax: bytes } = limits;
  throw new RecordError('sql', `UNNEST makes more than ${turns} rows or ${bytes} bytes of this record`);
}

/** The inside of a loop: the body in a block of its own. */
function turn({ emitter, reader, loops }: Kit, body: Body): void {
  const row = emitter.fresh('row');
  const inside = emitter.capture(() => {
    body(row);
    reader.settle();
  });
  emitter.add(js`if (++${loops.turns} > ${limits.unnestTurnsMax} || at - ${loops.first} > ${limits.recordOutputBytesMax}) ${emitter.bind(tooMuch, 'tooMuch')}();
${row}: {
${inside}
}`);
}

/** A list that stands on the wire. */
interface WireList {
  /** Whether a union's index stands before it. */
  readonly inUnion: boolean;
  readonly writer: AvroArray | AvroMap;
  readonly item: Reading;
}

function listOnWire(reading: Reading): WireList | undefined {
  switch (reading.kind) {
    case 'array':
      return { inUnion: false, writer: reading.writer, item: reading.items };
    case 'map':
      return { inUnion: false, writer: reading.writer, item: reading.values };
    case 'branch':
      return listOnWire(reading.reading);
    case 'branches':
      return inUnion(reading.branches.filter((_, i) => reading.writer.branches[i]!.kind !== 'null'));
    case 'same': {
      const { writer, reader } = reading;
      if (writer.kind === 'array' && reader.kind === 'array')
        return { inUnion: false, writer, item: { kind: 'same', writer: writer.items, reader: reader.items } };
      if (writer.kind === 'map' && reader.kind === 'map')
        return { inUnion: false, writer, item: { kind: 'same', writer: writer.values, reader: reader.values } };
      if (writer.kind !== 'union' || reader.kind !== 'union') return undefined;
      const inside = writer.branches.map(
        (branch, i) => ({ kind: 'same', writer: branch, reader: reader.branches[i]! }) as const,
      );
      return inUnion(inside.filter((r) => r.writer.kind !== 'null'));
    }
    default:
      return undefined;
  }
}

function inUnion(branches: readonly Reading[]): WireList | undefined {
  const list = branches.length === 1 ? listOnWire(branches[0]!) : undefined;
  return list === undefined ? undefined : { ...list, inUnion: true };
}

/**
 * `gone` (only where OUTER asks for it) says that the list has no elements and the one turn is for the row without any.
 * Locals that are NULL then are made so before the loop: it may be entered again.
 */
function overWire(kit: Kit, step: Unnest, list: Operand & { as: 'place' }, on: WireList, body: Body): void {
  const { emitter: e, reader: r, expressions } = kit;
  const { outer } = step;
  const [count, none, gone] = [e.fresh('count'), e.fresh('none'), e.fresh('gone')];
  const key = step.key === undefined ? undefined : landingFor(e, same({ kind: 'string' }), outer);
  const element = landingFor(e, on.item, outer);
  const landings = [key, element].filter((l): l is Landing => l !== undefined);
  const nulls = landings.flatMap(({ isNull }) => (isNull === undefined ? [] : [js`${isNull} = true;`]));
  const ordinal = step.ordinality === undefined ? undefined : e.local('ordinal', js`0`);
  if (step.key !== undefined) expressions.bind(step.key, key!.operand);
  expressions.bind(step.element, element.operand);
  if (step.ordinality !== undefined)
    expressions.bind(step.ordinality, { ...unboxed(step.ordinality.type, ordinal!), null: outer ? gone : never });

  const read = e.capture(() => {
    if (key !== undefined) decodeInto(r, key, same({ kind: 'string' }));
    decodeInto(r, element, on.item);
    r.check();
    e.add(js`${count}--;`);
    if (ordinal !== undefined) e.add(js`${ordinal}++;`);
  });
  const loop = e.capture(() => {
    const fetch = js`${count} = ${r.count(on.writer.kind === 'map' ? on.writer : on.writer.items)}; p = ${r.wire}.at;`;
    if (outer)
      e.add(js`if (!${gone} && ${count} === 0) {
${fetch}
if (${count} === 0) { if (!${none}) break; ${gone} = true; }
}
if (!${gone}) {
${read}
}
${none} = false;`);
    else
      e.add(
        js`if (${count} === 0) {
${fetch}
if (${count} === 0) break;
}`,
        ...read,
      );
    turn(kit, body);
    if (outer) e.add(js`if (${gone}) break;`);
  });
  const whole = e.capture(() =>
    r.elsewhere(list.at, () => {
      if (on.inUnion) {
        const index = e.capture(() => r.length());
        e.add(
          outer && !isNever(list.null)
            ? js`if (!${gone}) {
${index}
}`
            : js`${index}`,
        );
      }
      // The walk stepped over blocks that told their size: these must be the bytes that their items take.
      e.add(js`for (;;) {
${loop}
}
if (${joined([not(list.null), js`p !== ${list.end}`], 'and')}) throw ${r.fault};`);
      r.moved();
    }),
  );
  e.add(...nulls);
  if (ordinal !== undefined) e.add(js`${ordinal} = 0;`);
  const declared = js`let ${count} = 0${outer ? js`, ${none} = true, ${gone} = ${list.null}` : js``};`;
  e.add(
    outer || isNever(list.null)
      ? js`${declared}
${whole}`
      : js`if (!${list.null}) {
${declared}
${whole}
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
    turn(kit, body);
  });
  e.add(js`for (let ${i} = 0; ${i} < ${outer ? js`(${size} || 1)` : size}; ${i}++) {
${inside}
}`);
}

const itemsOf = (list: readonly unknown[] | null): readonly unknown[] => list ?? [];
const entriesOf = (map: ReadonlyMap<string, unknown> | null): readonly unknown[] => (map === null ? [] : [...map]);
