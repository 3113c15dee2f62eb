/** Emits + - * / % of two values that are not NULL. What overflows or divides by zero is a record's error (exact.ts). */
import type { ArithmeticOperator } from '../sql/bound.ts';
import { type Code, joined, js } from './code.ts';
import type { Emitter } from './emitter.ts';
import { divisionByZero, exactArithmetic, intOverflow } from './exact.ts';
import { asKind } from './held.ts';
import type { Operand } from './operand.ts';

/** The statements that put `left operator right` into `result`: exact, or the record's error. */
export function calculation(
  e: Emitter,
  operator: ArithmeticOperator,
  as: 'int' | 'long' | 'double',
  left: Operand & { value: Code },
  right: Operand & { value: Code },
  result: Code,
): Code {
  const [a, b] = [asKind(left, as), asKind(right, as)];
  if (as === 'double') return js`${result} = ${plain(operator, a, b)};`;
  const zero =
    operator === '/' || operator === '%'
      ? js`if (${b} === 0) ${e.bind(divisionByZero, 'divisionByZero')}(${operator});`
      : js``;
  const quotient = operator === '/' ? js`Math.trunc(${plain(operator, a, b)})` : plain(operator, a, b);
  if (as === 'int')
    return js`${zero}
${result} = ${quotient};
if ((${result} | 0) !== ${result}) { if (${result} === 0) ${result} = 0; else ${e.bind(intOverflow, 'intOverflow')}(${operator}, ${a}, ${b}); }`;
  const numbers = joined(
    [left, right].filter((o) => o.as === 'long').map((o) => js`typeof ${o.value} === 'number'`),
    'and',
  );
  return js`${zero}
${result} = ${numbers} ? ${quotient} : NaN;
if (!(${result} >= -9007199254740991 && ${result} <= 9007199254740991)) ${result} = ${e.bind(exactArithmetic[operator], 'exact')}(${a}, ${b});`;
}

function plain(operator: ArithmeticOperator, a: Code, b: Code): Code {
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
