/** Emits comparisons of two operands; strings are compared as bytes wherever both are still bytes or constants. */
import type { CompareOperator } from '../sql/bound.ts';
import { always, type Code, joined, js, never, not } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Operand } from './operand.ts';
import { compareBytes, compareSlices, compareTexts, decode, equalBytes, equalSlices, lower, upper } from './strings.ts';

type Slice = Operand & { as: 'slice' };

/** A truth value: `value` counts where `null` doesn't hold. */
export interface Truth {
  readonly null: Code;
  readonly value: Code;
}

/** Literals up to so many bytes are compared byte by byte in line. */
const inlineMax = 24;

export function compare(e: Emitter, operator: CompareOperator, a: Operand, b: Operand): Truth {
  const isNull = joined([a.null, b.null], 'or');
  if (isNull === always) return { null: always, value: never };
  return { null: isNull, value: compareValues(e, operator, a, b) };
}

function compareValues(e: Emitter, operator: CompareOperator, a: Operand, b: Operand): Code {
  if ('value' in a && 'value' in b && a.as !== 'text') return scalars(operator, a.value, b.value);
  if (operator === '=') return equal(e, a, b);
  if (operator === '<>') return not(equal(e, a, b));
  return ordered(operator, order(e, a, b), js`0`);
}

/** `==` also where a bigint meets a double: JS compares them exactly. */
function scalars(operator: CompareOperator, a: Code, b: Code): Code {
  if (operator === '=') return js`(${a} == ${b})`;
  if (operator === '<>') return js`(${a} != ${b})`;
  return ordered(operator, a, b);
}

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

function equal(e: Emitter, a: Operand, b: Operand): Code {
  if (isConstant(a) && !isConstant(b)) return equal(e, b, a);
  if (isConstant(b)) {
    if (a.as === 'enum') return js`(${a.index} === ${a.symbols.indexOf(b.literal!)})`;
    if (isPlainSlice(a)) return equalsLiteral(e, a, Buffer.from(b.literal!));
  }
  if (isPlainSlice(a) && isPlainSlice(b))
    return js`${e.bind(equalSlices, 'equalSlices')}(src, ${a.start}, ${a.end}, ${b.start}, ${b.end})`;
  return js`(${text(e, a)} === ${text(e, b)})`;
}

function equalsLiteral(e: Emitter, a: Slice, bytes: Buffer): Code {
  if (bytes.length > inlineMax)
    return js`${e.bind(equalBytes, 'equalBytes')}(src, ${a.start}, ${a.end}, ${e.bind(bytes, 'literal')})`;
  const same = Array.from(bytes, (byte, i) => js`src[${a.start} + ${i}] === ${byte}`);
  return joined([js`${a.end} - ${a.start} === ${bytes.length}`, ...same], 'and');
}

function order(e: Emitter, a: Operand, b: Operand): Code {
  if (isPlainSlice(a) && isConstant(b))
    return js`${e.bind(compareBytes, 'compareBytes')}(src, ${a.start}, ${a.end}, ${e.bind(Buffer.from(b.literal!), 'literal')})`;
  if (isPlainSlice(a) && isPlainSlice(b))
    return js`${e.bind(compareSlices, 'compareSlices')}(src, ${a.start}, ${a.end}, ${b.start}, ${b.end})`;
  return js`${e.bind(compareTexts, 'compareTexts')}(${text(e, a)}, ${text(e, b)})`;
}

const isConstant = (o: Operand): o is Operand & { as: 'text'; literal: string } =>
  o.as === 'text' && o.literal !== undefined;
const isPlainSlice = (o: Operand): o is Slice => o.as === 'slice' && o.fold === undefined;

/** A VARCHAR as a JS string. */
export function text(e: Emitter, o: Operand): Code {
  if (o.as === 'text') return o.value;
  if (o.as === 'enum') return js`${e.bind(o.symbols, 'symbols')}[${o.index}]`;
  if (o.as !== 'slice') throw new TypeError(`a ${o.as} is no text`);
  const decoded = js`${e.bind(decode, 'decode')}(src, ${o.start}, ${o.end})`;
  if (o.fold === undefined) return decoded;
  return js`${o.fold === 'upper' ? e.bind(upper, 'upper') : e.bind(lower, 'lower')}(${decoded})`;
}
