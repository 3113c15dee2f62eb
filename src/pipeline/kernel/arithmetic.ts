/**
 * Emits + - * / % and the minus sign. What overflows or divides by zero is a record's error. Integers and doubles are
 * computed in line; DECIMALs by decimal.ts; dates, times and intervals by temporal.ts.
 */
import type { ArithmeticOperator, Bound } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { always, type Code, isNever, joined, js, never } from './code.ts';
import { decimalArithmetic, decimalNumber } from './decimal.ts';
import type { Emitter } from './emitter.ts';
import {
  divisionByZero,
  exactArithmetic,
  type IntKind,
  intOverflow,
  intRanges,
  negateInt,
  negateLong,
  negateUnbounded,
} from './exact.ts';
import type { Expressions, Term } from './expression.ts';
import { nothing, type Simple } from './held.ts';
import type { Operand } from './operand.ts';
import { isTemporal, temporalArithmetic } from './temporal.ts';

type Number = Operand & { as: 'int' | 'long' | 'double'; value: Code };

export const arithmetic = (x: Expressions, b: Bound & { kind: 'arithmetic' }): Operand =>
  computed(x, b.operator, x.term(b.left), x.term(b.right), b.type);

/** Step by step, in two locals by turns: thousands of them would take the engine seconds. */
export function chain(x: Expressions, b: Bound & { kind: 'chain' }): Operand {
  const e = x.emitter;
  let left = x.term(b.first);
  let isNull: Code | undefined;
  const turns = new Map<string, readonly [Code, Code]>();
  for (const [i, { operator, operand, type }] of b.steps.entries()) {
    const local: Local = (as, first) => {
      const both = turns.get(as) ?? [e.local('result', first), e.local('result', first)];
      turns.set(as, both);
      return both[i % 2]!;
    };
    const made = computed(x, operator, left, x.term(operand), type, local);
    if (made.null === always) return nothing(b.type);
    // Named at each step, since it would otherwise grow with them.
    if (!isNever(made.null)) {
      isNull ??= e.local('isNull', never);
      e.add(js`${isNull} = ${made.null};`);
    }
    left = { bound: { ...b, type }, operand: { ...made, null: isNull ?? never } };
  }
  return left.operand;
}

/** The local that holds a result. */
type Local = (as: Number['as'], first: Code) => Code;

function computed(
  x: Expressions,
  operator: ArithmeticOperator,
  a: Term,
  b: Term,
  type: SqlType,
  local: Local = (_, first) => x.emitter.local('result', first),
): Number | Simple {
  const e = x.emitter;
  const terms = [a, b] as const;
  const isNull = joined([a.operand.null, b.operand.null], 'or');
  if (isNull === always) return nothing(type);
  const [left, right] = [a.bound.type, b.bound.type];
  const exact =
    isTemporal(left) || isTemporal(right) ? temporalArithmetic : type.kind === 'DECIMAL' && decimalArithmetic;
  if (exact !== false) {
    const fn = e.bind(exact(operator, left, right, type), 'calculate');
    return x.strict(type, terms, ([l, r]) => js`${fn}(${l!}, ${r!})`);
  }
  const as = type.kind === 'BIGINT' ? 'long' : type.kind in intRanges ? 'int' : 'double';
  const result = local(as, as === 'double' ? js`0.5` : js`0`);
  const [l, r] = terms.map((t) => t.operand as Number) as [Number, Number];
  x.unless(
    isNull,
    as === 'int'
      ? ofInts(e, operator, type.kind as IntKind, l.value, r.value, result)
      : as === 'long'
        ? ofLongs(e, operator, l, r, result)
        : js`${result} = ${ofDoubles(e, operator, type, [l, left], [r, right])};`,
  );
  return { as, null: isNull, value: result };
}

/** What would not change a result that is no longer an integer of 32 bits. */
function ofInts(e: Emitter, operator: ArithmeticOperator, type: IntKind, a: Code, b: Code, result: Code): Code {
  const exact = e.fresh('exact');
  const [least, most] = intRanges[type];
  const beyond =
    type === 'INT'
      ? js`(${result} = ${exact} | 0) !== ${exact}`
      : js`(${result} = ${exact} | 0) < ${least} || ${result} > ${most}`;
  return js`${nonZero(e, operator, b)}
const ${exact} = ${quotient(operator, a, b)};
if (${beyond}) ${e.bind(intOverflow, 'intOverflow')}(${type}, ${operator}, ${a}, ${b});`;
}

function ofLongs(e: Emitter, operator: ArithmeticOperator, left: Number, right: Number, result: Code): Code {
  const [a, b] = [left.value, right.value];
  const numbers = joined(
    [left, right].filter((o) => o.as === 'long').map((o) => js`typeof ${o.value} === 'number'`),
    'and',
  );
  // + 0 makes 0 of -0.
  const plain = operator === '+' || operator === '-' ? operation(operator, a, b) : js`${quotient(operator, a, b)} + 0`;
  return js`${nonZero(e, operator, b)}
${result} = ${numbers} ? ${plain} : NaN;
if (!(${result} >= -9007199254740991 && ${result} <= 9007199254740991)) ${result} = ${e.bind(exactArithmetic[operator], 'exact')}(${a}, ${b});`;
}

function ofDoubles(
  e: Emitter,
  operator: ArithmeticOperator,
  type: SqlType,
  ...[[a, left], [b, right]]: readonly [readonly [Number, SqlType], readonly [Number, SqlType]]
): Code {
  const plain = operation(operator, asDouble(e, a, left), asDouble(e, b, right));
  return type.kind === 'FLOAT' ? js`Math.fround(${plain})` : plain;
}

/** A number of any type as a double. */
function asDouble(e: Emitter, o: Number, type: SqlType): Code {
  if (type.kind === 'DECIMAL') return js`${e.bind(decimalNumber, 'decimalNumber')}(${o.value}, ${type.scale})`;
  return o.as === 'long' ? js`Number(${o.value})` : o.value;
}

const nonZero = (e: Emitter, operator: ArithmeticOperator, divisor: Code): Code =>
  operator === '/' || operator === '%'
    ? js`if (${divisor} === 0) ${e.bind(divisionByZero, 'divisionByZero')}(${operator});`
    : js``;

/** Of integers: the quotient is cut off towards zero. */
const quotient = (operator: ArithmeticOperator, a: Code, b: Code): Code =>
  operator === '/' ? js`Math.trunc(${a} / ${b})` : operation(operator, a, b);

function operation(operator: ArithmeticOperator, a: Code, b: Code): Code {
  switch (operator) {
    case '+':
      return js`${a} + ${b}`;
    case '-':
      return js`${a} - ${b}`;
    case '*':
      return js`${a} * ${b}`;
    case '/':
      return js`${a} / ${b}`;
    case '%':
      return js`${a} % ${b}`;
  }
}

export function negate(x: Expressions, b: Bound & { kind: 'negate' }): Operand {
  const e = x.emitter;
  const term = x.term(b.operand);
  const o = term.operand as Simple;
  if (o.null === always) return nothing(b.type);
  if (o.as === 'double') return { ...o, as: 'double', value: js`(-${o.value})` };
  const { kind } = b.type;
  if (o.as === 'int')
    return x.strict(
      b.type,
      [term],
      ([v]) => js`${e.bind(negateInt, 'negate')}(${v!}, ${kind in intRanges ? kind : 'INT'})`,
    );
  return x.strict(
    b.type,
    [term],
    ([v]) => js`${e.bind(kind === 'BIGINT' ? negateLong : negateUnbounded, 'negate')}(${v!})`,
  );
}
