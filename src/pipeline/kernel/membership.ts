/** Emits IN: short lists compare one by one, long ones are looked up in a set that is made once. */
import type { Bound } from '../sql/bound.ts';
import type { Value } from '../sql/values.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import { compare, isPlainSlice } from './compare.ts';
import type { Expressions, Term } from './expression.ts';
import { keep, type Truth } from './logic.ts';
import { SliceSet } from './slice-set.ts';

/** Lists of IN longer than this are looked up in a set. */
const inlineListMax = 8;

type Literal = Bound & { kind: 'literal'; value: Value };

const isLiteral = (b: Bound): b is Literal => b.kind === 'literal' && b.value !== null;

export function membership(x: Expressions, b: Bound & { kind: 'in' }): Truth {
  const term = x.term(b.operand);
  const { operand } = term;
  if (operand.null === always) return { null: always, value: never };
  const literals = b.list.filter(isLiteral);
  const looked = literals.length > inlineListMax ? lookup(x, term, literals) : undefined;
  const others = looked === undefined ? b.list : b.list.filter((item) => !isLiteral(item));
  const tests = others.map((item) => compare(x, '=', term, x.term(item)));
  if (looked !== undefined) tests.unshift({ null: operand.null, value: looked });
  const found = joined(
    tests.map((t) => joined([not(t.null), t.value], 'and')),
    'or',
  );
  if (tests.every((t) => isNever(t.null))) return { null: never, value: found };
  if (tests.every((t) => t.null === operand.null)) return { null: operand.null, value: found };
  const open = joined(
    tests.map((t) => t.null),
    'or',
  );
  const kept = keep(x.emitter, { null: never, value: found });
  return { null: joined([not(kept.value), open], 'and'), value: kept.value };
}

/** The code that finds the term's value among the literals; undefined where its type has no set. */
function lookup(x: Expressions, term: Term, literals: readonly Literal[]): Code | undefined {
  const e = x.emitter;
  const { operand } = term;
  const values = literals.map((item) => item.value);
  switch (operand.as) {
    case 'int':
    case 'long':
    case 'double':
    case 'boolean':
      return js`${e.bind(new Set(values.flatMap(forms)), 'list')}.has(${operand.value})`;
    case 'enum':
      return js`${e.bind(
        operand.symbols.map((symbol) => values.includes(symbol)),
        'list',
      )}[${operand.index}]`;
    case 'slice':
      if (!isPlainSlice(operand)) break;
      return js`${e.bind(sliceSet(values), 'list')}.has(src, ${operand.start}, ${operand.end})`;
    case 'value': {
      if (term.bound.type.kind !== 'BYTES') return undefined;
      return js`${e.bind(sliceSet(values), 'list')}.has(${operand.value}, 0, ${operand.value}.length)`;
    }
  }
  return js`${e.bind(new Set(values), 'list')}.has(${x.text(term)})`;
}

const sliceSet = (values: readonly Value[]): SliceSet =>
  new SliceSet(values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))));

/** A set tells 2^60 as a double from 2^60 as a bigint; SQL doesn't. NaN equals nothing, not even itself. */
function forms(value: Value): readonly Value[] {
  if (typeof value === 'bigint') return [value, Number(value)].filter((v) => BigInt(v) === value);
  if (typeof value !== 'number') return [value];
  if (Number.isNaN(value)) return [];
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? [value, BigInt(value)] : [value];
}
