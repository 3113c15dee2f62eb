/** Emits what takes arrays, maps, rows and unions apart, and what makes them. They are the JavaScript values of sql/values.ts. */
import { spendEntries, spendItems } from '../budget.ts';
import { RecordError } from '../ports.ts';
import type { Bound } from '../sql/bound.ts';
import type { Branch, Long, Value } from '../sql/values.ts';
import { always, type Code, isNever, joined, js, never } from './code.ts';
import type { Expressions, Term } from './expression.ts';
import { nothing, type Simple, unboxed } from './held.ts';
import type { Operand } from './operand.ts';

type Held = Value | null;

export function field(x: Expressions, b: Bound & { kind: 'field' }): Operand {
  if (b.operand.kind === 'row') return x.operand(b.operand.items[b.index]!);
  return part(x, b, [x.term(b.operand)], ([row]) => js`${row!}[${b.index}]`);
}

export function branch(x: Expressions, b: Bound & { kind: 'branch' }): Operand {
  const fn = x.emitter.bind(branchOf, 'branchOf');
  return part(x, b, [x.term(b.operand)], ([union]) => js`${fn}(${union!}, ${b.index})`);
}

const branchOf = (union: Branch, index: number): Held => (union.branch === index ? union.value : null);

export function subscript(x: Expressions, b: Bound & { kind: 'subscript' }): Operand {
  const fn = x.emitter.bind(b.operand.type.kind === 'MAP' ? valueAt : elementAt, 'elementAt');
  return part(x, b, [x.term(b.operand), x.term(b.index)], ([of, index]) => js`${fn}(${of!}, ${index!})`);
}

/** From 1; NULL before the first and behind the last. */
const elementAt = (array: readonly Held[], index: Long): Held =>
  index >= 1 && index <= array.length ? array[Number(index) - 1]! : null;

const valueAt = (map: ReadonlyMap<string, Held>, key: string): Held => map.get(key) ?? null;

/** What may be NULL though none of the terms is. */
function part(x: Expressions, b: Bound, terms: readonly Term[], get: (args: readonly Code[]) => Code): Operand {
  const e = x.emitter;
  if (terms.some((t) => t.operand.null === always)) return nothing(b.type);
  const value = e.local('part', js`null`);
  const isNull = joined(
    terms.map((t) => t.operand.null),
    'or',
  );
  const code = js`${value} = ${get(terms.map((t) => x.present(t)))};`;
  if (!isNever(isNull)) e.add(js`${value} = null;`);
  x.unless(isNull, code);
  return unboxed(b.type, value);
}

export function constructed(x: Expressions, b: Bound & { kind: 'row' | 'array' | 'map' }): Simple {
  const e = x.emitter;
  const items = b.kind === 'map' ? b.entries.flatMap(({ key, value }) => [key, value]) : b.items;
  const values = items.map((item) => x.value(item));
  const list = js`[${values.length === 0 ? js`` : values.reduce((before, value) => js`${before}, ${value}`)}]`;
  const value = e.local(b.kind, js`null`);
  const spend = b.kind === 'map' ? spendEntries : spendItems;
  e.add(
    js`${e.bind(spend, 'spend')}(${b.kind === 'map' ? b.entries.length : values.length}, ${b.kind.toUpperCase()});`,
  );
  e.add(js`${value} = ${b.kind === 'map' ? js`${e.bind(mapOf, 'mapOf')}(${list})` : list};`);
  return { as: 'value', null: never, value };
}

/** Keys and values in turn. Of two entries with one key the later one counts. */
function mapOf(entries: readonly Held[]): ReadonlyMap<string, Held> {
  const map = new Map<string, Held>();
  for (let i = 0; i < entries.length; i += 2) {
    const key = entries[i];
    if (typeof key !== 'string') throw new RecordError('sql', 'a key of MAP[…] is NULL: keys must be texts');
    map.set(key, entries[i + 1]!);
  }
  return map;
}
