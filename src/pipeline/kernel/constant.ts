/** Evaluates an expression without columns now, by the very code that would evaluate it for a record. */
import { limits } from '../../contracts/limits.ts';
import { budget } from '../budget.ts';
import type { Bound } from '../sql/bound.ts';
import type { Value } from '../sql/values.ts';
import { type Code, js } from './code.ts';
import { Emitter } from './emitter.ts';
import { Expressions } from './expression.ts';
import { evaluate } from './function.ts';

/** The value, or null for NULL. Throws RecordError where evaluating it would be the record's error. */
export function evaluateConstant(bound: Bound): Value | null {
  const emitter = new Emitter();
  const expressions = new Expressions(emitter, () => undefined);
  const body = emitter.body(() => emitter.add(js`return ${expressions.value(bound)};`));
  const code = js`${emitter.functions as readonly Code[]}
return function constant() {
${body}
};`;
  budget.left = limits.recordValueBytesMax;
  return evaluate<() => Value | null>(code, emitter.bindings)();
}
