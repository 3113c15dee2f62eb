/**
 * Emits comparisons of two values; texts and bytes are compared as bytes wherever both are still bytes or constants. Arrays,
 * maps and rows are equal when all within them is, where NULL is the same as NULL (as in Flink): see equality.ts.
 */
import type { Bound, CompareOperator } from '../sql/bound.ts';
import { compareValues, equalValues } from '../sql/functions/equality.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions, Term } from './expression.ts';
import type { Truth } from './logic.ts';
import type { Operand } from './operand.ts';
import { compareBytes, compareSlices, compareTexts, decode, equalBytes, equalSlices, lower, upper } from './strings.ts';

export type Slice = Operand & { as: 'slice' };

/** Literals up to so many bytes are compared byte by byte in line. */
const inlineMax = 24;

export function compare(x: Expressions, operator: CompareOperator, a: Term, b: Term): Truth {
  const isNull = joined([a.operand.null, b.operand.null], 'or');
  if (isNull === always) return { null: always, value: never };
  return { null: isNull, value: present(x, operator, a, b) };
}

/** IS DISTINCT FROM. */
export function distinct(x: Expressions, a: Term, b: Term): Code {
  const [noA, noB] = [a.operand.null, b.operand.null];
  if (noA === always || noB === always) return not(noA === always ? noB : noA);
  const differ = not(equal(x, a, b));
  if (isNever(noA) && isNever(noB)) return differ;
  return js`(${noA} ? ${not(noB)} : ${joined([noB, differ], 'or')})`;
}

/** Both are there. */
function present(x: Expressions, operator: CompareOperator, a: Term, b: Term): Code {
  if (operator === '=') return equal(x, a, b);
  if (operator === '<>') return not(equal(x, a, b));
  if (isScalar(a) && isScalar(b)) return ordered(operator, a.operand.value, b.operand.value);
  return ordered(operator, order(x, a, b), js`0`);
}

const isScalar = (t: Term): t is Term & { operand: { as: 'int' | 'long' | 'double' | 'boolean' } } =>
  t.operand.as === 'int' || t.operand.as === 'long' || t.operand.as === 'double' || t.operand.as === 'boolean';

function ordered(operator: CompareOperator, a: Code, b: Code): Code {
  switch (operator) {
    case '<':
      return js`(${a} < ${b})`;
    case '<=':
      return js`(${a} <= ${b})`;
    case '>':
      return js`(${a} > ${b})`;
    default:
      return js`(${a} >= ${b})`;
  }
}

/** Whether two values that are there are equal. `==` also where a bigint meets a double: JS compares them exactly. */
export function equal(x: Expressions, a: Term, b: Term): Code {
  const [left, right] = [a.operand, b.operand];
  if (isScalar(a) && isScalar(b)) return js`(${a.operand.value} == ${b.operand.value})`;
  if (isConstant(left) && !isConstant(right)) return equal(x, b, a);
  const e = x.emitter;
  if (isConstant(right)) {
    if (left.as === 'enum') return js`(${left.index} === ${left.symbols.indexOf(right.literal)})`;
    if (isPlainSlice(left)) return equalsLiteral(e, left, Buffer.from(right.literal));
  }
  if (isPlainSlice(left) && isPlainSlice(right))
    return js`${e.bind(equalSlices, 'equalSlices')}(src, ${left.start}, ${left.end}, ${right.start}, ${right.end})`;
  if (left.as === 'value' && right.as === 'slice') return equal(x, b, a);
  if (left.as === 'slice' && right.as === 'value')
    return js`${e.bind(equalBytes, 'equalBytes')}(src, ${left.start}, ${left.end}, ${right.value})`;
  if (left.as === 'value' && right.as === 'value')
    return js`${e.bind(equalValues, 'equalValues')}(${left.value}, ${right.value})`;
  return js`(${x.text(a)} === ${x.text(b)})`;
}

export function equalsLiteral(e: Emitter, a: Slice, bytes: Buffer): Code {
  if (bytes.length > inlineMax)
    return js`${e.bind(equalBytes, 'equalBytes')}(src, ${a.start}, ${a.end}, ${e.bind(bytes, 'literal')})`;
  return joined([js`${a.end} - ${a.start} === ${bytes.length}`, ...sameBytes(a.start, bytes)], 'and');
}

/** That the bytes from `start` on are these. */
export const sameBytes = (start: Code, bytes: Buffer): readonly Code[] =>
  Array.from(bytes, (byte, i) => js`src[${start} + ${i}] === ${byte}`);

/** Code of a number: negative, 0 or positive, as `a` stands before, with or behind `b`. */
function order(x: Expressions, a: Term, b: Term): Code {
  const [left, right] = [a.operand, b.operand];
  const e = x.emitter;
  if (isPlainSlice(left) && isPlainSlice(right))
    return js`${e.bind(compareSlices, 'compareSlices')}(src, ${left.start}, ${left.end}, ${right.start}, ${right.end})`;
  const bytes = bytesOf(e, right);
  if (isPlainSlice(left) && bytes !== undefined)
    return js`${e.bind(compareBytes, 'compareBytes')}(src, ${left.start}, ${left.end}, ${bytes})`;
  if (isPlainSlice(right) && bytesOf(e, left) !== undefined) return js`-${order(x, b, a)}`;
  if (left.as === 'value' && right.as === 'value')
    return js`${e.bind(compareValues, 'compareValues')}(${left.value}, ${right.value})`;
  return js`${e.bind(compareTexts, 'compareTexts')}(${x.text(a)}, ${x.text(b)})`;
}

/** The bytes of a constant text, or of BYTES that are held as a value. */
function bytesOf(e: Emitter, o: Operand): Code | undefined {
  if (isConstant(o)) return e.bind(Buffer.from(o.literal), 'literal');
  return o.as === 'value' ? o.value : undefined;
}

export const isConstant = (o: Operand): o is Operand & { as: 'text'; literal: string } =>
  o.as === 'text' && o.literal !== undefined;
export const isPlainSlice = (o: Operand): o is Slice => o.as === 'slice' && o.fold === undefined;

/** A VARCHAR as a JS string. */
export function text(e: Emitter, o: Operand): Code {
  if (o.as === 'text') return o.value;
  if (o.as === 'enum') return js`${e.bind(o.symbols, 'symbols')}[${o.index}]`;
  if (o.as !== 'slice') throw new TypeError(`a ${o.as} is no text`);
  const decoded = js`${e.bind(decode, 'decode')}(src, ${o.start}, ${o.end})`;
  if (o.fold === undefined) return decoded;
  return js`${o.fold === 'upper' ? e.bind(upper, 'upper') : e.bind(lower, 'lower')}(${decoded})`;
}

/** Whether two predicates' operands are cheap enough to compare again rather than to remember the answer. */
export const isLeaf = (b: Bound): boolean =>
  b.kind === 'literal' || b.kind === 'column' || b.kind === 'meta' || b.kind === 'variable';
