/** Emits calls of functions, lambdas among their arguments, and ||. What functions are: sql/functions/function.ts. */
import { limits } from '../../contracts/limits.ts';
import { spendJoined, spendMade, spendValue } from '../budget.ts';
import { RecordError } from '../ports.ts';
import type { Bound } from '../sql/bound.ts';
import { checkLength } from '../sql/functions/fail.ts';
import type { Implementation } from '../sql/functions/function.ts';
import { always, type Code, isNever, joined, js, never } from './code.ts';
import type { Expressions } from './expression.ts';
import { heldAs, initial, nothing, unboxed } from './held.ts';
import type { Operand } from './operand.ts';

type Call = Bound & { kind: 'call' };

export function call(x: Expressions, b: Call): Operand {
  const { body } = b.fn;
  switch (body.via) {
    case 'form':
      throw new TypeError(`${b.fn.name} is bound as a form of its own`);
    case 'fold':
      return fold(x, b, body.fold);
    case 'call':
      return invoked(x, b, body.fn);
    case 'made': {
      const types = b.args.map(({ type, nullable }) => ({ type, nullable }));
      const known = b.args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
      const make = (): Implementation => orRefusing(() => body.make(types, known));
      return invoked(x, b, x.implementation(b, make));
    }
  }
}

/** What can't be made of its literals refuses every record that comes to it: the binder has refused what stands so in the text. */
function orRefusing(make: () => Implementation): Implementation {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    return () => {
      throw cause;
    };
  }
}

/** A piece of the record stays one: its letters are changed where they are written. */
function fold(x: Expressions, b: Call, to: 'upper' | 'lower'): Operand {
  const term = x.term(b.args[0]!);
  const { operand } = term;
  if (operand.as === 'slice' && operand.fold === undefined) return { ...operand, fold: to };
  return x.strict(b.type, [term], ([text]) =>
    to === 'upper' ? js`${text!}.toUpperCase()` : js`${text!}.toLowerCase()`,
  );
}

function invoked(x: Expressions, b: Call, implementation: Implementation): Operand {
  const e = x.emitter;
  const own = b.fn.nulls === 'own';
  const args = b.args.map((arg) => (arg.kind === 'lambda' ? arg : x.term(arg)));
  const isNull = own
    ? never
    : joined(
        args.flatMap((arg) => ('bound' in arg ? [arg.operand.null] : [])),
        'or',
      );
  if (isNull === always) return nothing(b.type);
  const codes = args.map((arg) => (!('bound' in arg) ? lambda(x, arg) : own ? x.boxed(arg) : x.present(arg)));
  const result = js`${e.bind(implementation, b.fn.name)}(${listed(codes)})`;
  if (!own && b.fn.nullable !== true) {
    const as = heldAs(b.type);
    const value = e.local('result', initial(as));
    x.unless(isNull, js`${value} = ${result};`, ...counted(x, b, value));
    return { as, null: isNull, value } as Operand;
  }
  const value = e.local('result', js`null`);
  if (!isNever(isNull)) e.add(js`${value} = null;`);
  x.unless(isNull, js`${value} = ${result};`, ...counted(x, b, value));
  return unboxed(b.type, value);
}

/** What a call makes counts as made of the record, where it is not of a few bytes anyway. */
function counted(x: Expressions, b: Call, value: Code): readonly Code[] {
  const as = heldAs(b.type);
  if (as !== 'text' && as !== 'value') return [];
  const spend = as === 'text' && b.fn.nulls === 'strict' && b.fn.nullable !== true ? spendMade : spendValue;
  return [js`${x.emitter.bind(spend, 'spend')}(${value}, ${b.fn.name});`];
}

const listed = (codes: readonly Code[]): Code =>
  codes.length === 0 ? js`` : codes.reduce((before, code) => js`${before}, ${code}`);

/** A JavaScript function of values: what the lambda's body means for them. */
function lambda(x: Expressions, b: Bound & { kind: 'lambda' }): Code {
  const e = x.emitter;
  const names = b.parameters.map((p) => e.fresh(p.name));
  for (const [i, parameter] of b.parameters.entries())
    x.bind(parameter, unboxed(parameter.type, names[i]!, parameter.nullable));
  const body = e.closure(() => e.add(js`return ${x.value(b.body)};`));
  return js`((${listed(names)}) => {
${body}
})`;
}

/** Texts one after the other. Names of subqueries can double a text many times over, so its length is bounded. */
export function concat(x: Expressions, b: Bound & { kind: 'concat' | 'coalesce' }): Operand {
  const terms = b.operands.map((operand) => x.term(operand));
  const made = x.strict(b.type, terms, (args) => args.reduce((before, arg) => js`${before} + ${arg}`));
  const tooLong = js`if (${made.value}.length > ${limits.textCharsMax}) ${x.emitter.bind(checkLength, 'checkLength')}(${made.value}.length, ${'||'});`;
  const spent = js`${x.emitter.bind(spendJoined, 'spendJoined')}(${made.value}.length, ${terms.length}, ${'||'});`;
  if (made.null !== always) x.unless(made.null, tooLong, spent);
  return made;
}
