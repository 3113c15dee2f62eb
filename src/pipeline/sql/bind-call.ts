/** Calls of functions, checked against the function's row: how many arguments, of which types, brought to which. */

import { RecordError } from '../ports.ts';
import type { Expression, JsonClauses } from './ast.ts';
import { type ExpressionBinder, shown } from './bind-expression.ts';
import type { Bound, Variable } from './bound.ts';
import { type Parameter, type SqlFunction, signature } from './functions/function.ts';
import { otherOnNull } from './functions/json-make.ts';
import { jsonTexts } from './json-texts.ts';
import { boolean, castTo, isAny, literal, make, nothing, once, varchar } from './nodes.ts';
import { refusedAggregates } from './refusals.ts';
import { nearest } from './suggest.ts';
import { synonyms } from './synonyms.ts';
import { typeNamed } from './type-name.ts';
import { isInteger, isNumeric, isTemporal } from './type-rules.ts';
import { plain, type SqlType, type Typed } from './types.ts';
import type { Value } from './values.ts';

type Call = Expression & { kind: 'call' };

export function bindCall(binder: ExpressionBinder, e: Call): Bound {
  const name = e.name.text.toUpperCase();
  const fn = binder.compiler.functions.get(name);
  if (fn === undefined) return unknown(binder, e, name);
  const required = fn.parameters.length - (fn.optional ?? 0);
  if (e.args.length < required || (!fn.variadic && e.args.length > fn.parameters.length)) {
    for (const arg of e.args) if (arg.kind !== 'lambda') binder.bind(arg);
    const given = e.args.length === 1 ? '1 argument' : `${e.args.length} arguments`;
    return binder.wrong(e.span, `${name} was given ${given}`, `write ${signature(fn)}`);
  }
  const args: Bound[] = [];
  for (const [i, arg] of e.args.entries())
    args.push(argument(binder, fn, fn.parameters[Math.min(i, fn.parameters.length - 1)]!, arg, args));
  if (e.json?.onNull !== undefined) return call(binder, otherOnNull.get(name) ?? fn, args, e);
  if (e.json !== undefined) return jsonCall(binder, fn, e, args);
  return call(binder, fn, args, e);
}

function unknown(binder: ExpressionBinder, e: Call, name: string): Bound {
  for (const arg of e.args) if (arg.kind !== 'lambda') binder.bind(arg);
  if (refusedAggregates.has(name)) return binder.wrong(e.name, `the aggregate ${name} is not supported yet`);
  const ours = synonyms.get(name);
  if (ours !== undefined) return binder.wrong(e.name, `no function ${e.name.text}`, ours);
  const near = nearest(name, binder.compiler.functions.keys());
  return binder.wrong(e.name, `no function ${e.name.text}`, near === undefined ? undefined : `did you mean ${near}?`);
}

const known = (b: Bound): Value | null | undefined => (b.kind === 'literal' ? b.value : undefined);
const typed = (b: Bound): Typed => ({ type: b.type, nullable: b.nullable });

function argument(
  binder: ExpressionBinder,
  fn: SqlFunction,
  parameter: Parameter,
  arg: Expression,
  before: readonly Bound[],
): Bound {
  if (parameter.type === 'LAMBDA') return lambda(binder, fn, parameter, arg, before);
  if (parameter.type === 'UNIT') {
    const unit =
      arg.kind === 'unit'
        ? arg.unit
        : arg.kind === 'column' && arg.path.length === 1
          ? arg.path[0]!.text.toUpperCase()
          : undefined;
    return unit === undefined
      ? binder.wrong(arg.span, `${fn.name} wants a unit of time here, such as DAY`)
      : literal(unit, varchar);
  }
  const bound = binder.bind(arg);
  if (bound.type.kind === 'NULL') return bound;
  const wanted = fits(parameter.type, bound.type);
  if (wanted === false)
    return binder.wrong(arg.span, `${fn.name} wants ${inWords[parameter.type]}, but this is ${shown(bound)}`);
  return wanted === true ? bound : castTo(bound, wanted);
}

type PlainParameter = Exclude<Parameter['type'], 'LAMBDA'>;

const inWords: Readonly<Record<PlainParameter, string>> = {
  VARCHAR: 'VARCHAR',
  BYTES: 'BYTES',
  BOOLEAN: 'BOOLEAN',
  INT: 'INT',
  BIGINT: 'INT or BIGINT',
  DOUBLE: 'a number',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  ARRAY: 'an ARRAY',
  MAP: 'a MAP',
  INTEGER: 'INT or BIGINT',
  NUMERIC: 'a number',
  TEMPORAL: 'DATE, TIME or TIMESTAMP',
  UNIT: 'a unit of time',
  ANY: 'anything',
};

/** Whether an argument's type will do: as it is, as another type, or not. */
function fits(parameter: PlainParameter, type: SqlType): boolean | SqlType {
  switch (parameter) {
    case 'ANY':
      return true;
    case 'INTEGER':
      return isInteger(type);
    case 'NUMERIC':
      return isNumeric(type);
    case 'TEMPORAL':
      return isTemporal(type);
    case 'DOUBLE':
      return isNumeric(type) && (type.kind === 'DECIMAL' ? plain('DOUBLE') : isInteger(type) ? plain('DOUBLE') : true);
    case 'BIGINT':
      return isInteger(type);
    case 'INT':
      return isInteger(type) && (type.kind === 'BIGINT' ? plain('INT') : true);
    case 'UNIT':
      return false;
    default:
      return type.kind === parameter;
  }
}

function lambda(
  binder: ExpressionBinder,
  fn: SqlFunction,
  parameter: Parameter & { type: 'LAMBDA' },
  arg: Expression,
  before: readonly Bound[],
): Bound {
  if (arg.kind !== 'lambda') return binder.wrong(arg.span, `${fn.name} wants a lambda here, such as x -> x + 1`);
  if (before.some((b) => b.type.kind === 'NULL')) return nothing;
  const of = parameter.of(before.map(typed));
  if (arg.parameters.length !== of.length)
    return binder.wrong(arg.span, `the lambda of ${fn.name} has ${of.length} parameters, not ${arg.parameters.length}`);
  const parameters = of.map((t, i): Variable => Object.freeze({ name: arg.parameters[i]!.text, ...t }));
  const body = binder.inside(parameters).bind(arg.body);
  return make({ kind: 'lambda', parameters, body }, body.type, body.nullable, body.fallible);
}

function call(binder: ExpressionBinder, fn: SqlFunction, given: readonly Bound[], e: Call): Bound {
  const wrong = given.every((a) => a !== nothing) ? fn.check?.(given.map(typed)) : undefined;
  if (wrong !== undefined) return binder.wrong(e.span, `${fn.name}: ${wrong}`);
  if (fn.body.via === 'form') return form(binder, fn, fn.body.form, given, e);
  const casts = fn.casts?.(given.map(typed), given.map(known)) ?? [];
  for (const [i, type] of casts.entries())
    if (
      type !== undefined &&
      given[i] !== undefined &&
      given[i].type.kind !== 'NULL' &&
      given[i].type !== type &&
      given[i].kind !== 'lambda' &&
      !binder.compiler.castable(given[i].type, type)
    )
      return binder.wrong(
        e.args[i]?.span ?? e.span,
        `${fn.name}: ${shown(given[i])} can't be used as ${shown({ type, nullable: true })}`,
      );
  const args = given.map((arg, i) => (casts[i] === undefined || arg.kind === 'lambda' ? arg : castTo(arg, casts[i])));
  if (fn.nulls === 'strict' && args.some((a) => a.kind === 'literal' && a.value === null)) {
    const type = args.every((a) => a.type.kind !== 'NULL')
      ? fn.result(args.map(typed), args.map(known))
      : resultOfNull(fn, args);
    return castTo(nothing, type);
  }
  const refused = refusalOf(fn, args);
  if (refused !== undefined) return binder.wrong(e.span, refused);
  const type = fn.result(args.map(typed), args.map(known));
  const values = args.filter((a) => a.kind !== 'lambda');
  const isNullable =
    fn.nullable === true ||
    (fn.nulls === 'strict' && isAny(values, 'nullable')) ||
    (fn.nulls === 'own' && fn.nullable !== false && isAny(values, 'nullable'));
  return make({ kind: 'call', fn, args }, type, isNullable, fn.fallible === true || isAny(args, 'fallible'));
}

/** What a function says of literals that it can't be made for: a pattern that is none. */
function refusalOf({ body }: SqlFunction, args: readonly Bound[]): string | undefined {
  if (body.via !== 'made' || !args.some((a) => a.kind === 'literal')) return undefined;
  try {
    body.make(args.map(typed), args.map(known));
    return undefined;
  } catch (cause) {
    if (cause instanceof RecordError) return cause.message;
    throw cause;
  }
}

/** The type of a call that is NULL because an argument is: where the arguments' types decide it, NULL's own. */
function resultOfNull(fn: SqlFunction, args: readonly Bound[]): SqlType {
  try {
    return fn.result(args.map(typed), args.map(known));
  } catch {
    return { kind: 'NULL' };
  }
}

function form(
  binder: ExpressionBinder,
  fn: SqlFunction,
  kind: 'coalesce' | 'nullif' | 'concat' | 'if',
  given: readonly Bound[],
  e: Call,
): Bound {
  const fallible = isAny(given, 'fallible');
  switch (kind) {
    case 'concat':
      return make(
        { kind: 'concat', operands: given.map((a) => castTo(a, varchar)) },
        varchar,
        isAny(given, 'nullable'),
        fallible,
      );
    case 'coalesce': {
      const type = binder.commonOrWrong(given, e.span, fn.name);
      const operands = given.map((a) => castTo(a, type));
      return make(
        { kind: 'coalesce', operands },
        type,
        operands.every((a) => a.nullable),
        isAny(operands, 'fallible'),
      );
    }
    case 'if': {
      const [condition, then, other] = given as readonly [Bound, Bound, Bound];
      const type = binder.commonOrWrong([then, other], e.span, fn.name);
      const [result, otherwise] = [castTo(then, type), castTo(other, type)];
      const shape = { kind: 'case', whens: [{ when: castTo(condition, boolean), result }], otherwise } as const;
      const orNull = result.nullable || otherwise.nullable;
      return make(shape, type, orNull, fallible || result.fallible || otherwise.fallible);
    }
    case 'nullif': {
      const [left, right] = binder.comparison('=', given[0]!, given[1]!, e.span) ?? [nothing, nothing];
      const fails = left.fallible || right.fallible;
      if (left === given[0] && left.type.kind !== 'ROW')
        return make({ kind: 'nullif', left, right }, left.type, true, fails);
      // What is compared has been cast; what comes out is the first as it is.
      const first = once(given[0]!);
      const when = binder.compare('=', first, given[1]!, e.span);
      const whens = [{ when, result: castTo(nothing, first.type) }];
      return make({ kind: 'case', whens, otherwise: first }, first.type, true, fails);
    }
  }
}

/** The SQL/JSON functions: their clauses go on as arguments, and RETURNING is a cast, whose failure is ON ERROR's too. */
function jsonCall(binder: ExpressionBinder, fn: SqlFunction, e: Call, args: readonly Bound[]): Bound {
  const written = e.json!;
  const { returning, onError } = written;
  const otherwise = typeof onError === 'object' ? once(binder.bind(onError)) : undefined;
  const all = [...args, ...clauses(binder, fn.name, written, otherwise)];
  const made = once(make({ kind: 'call', fn, args: all }, fn.result(all.map(typed)), true, true));
  if (returning === undefined) return made;
  const named = typeNamed(returning, binder.mistakes);
  if (named === undefined) return nothing;
  if (fn.name === 'JSON_QUERY' && named.type.kind === 'ARRAY' && named.type.element.type.kind === 'VARCHAR')
    return make({ kind: 'call', fn: jsonTexts, args: [made, literal(word(onError), varchar)] }, named.type, true, true);
  const failsAsWhole = onError === 'error' || named.type.kind === 'VARCHAR';
  const cast = binder.castNamed(made, named, !failsAsWhole, e.span);
  if (failsAsWhole || otherwise === undefined || cast === nothing) return cast;
  const instead = binder.castNamed(otherwise, named, false, e.span);
  // A NULL that the function made isn't one of a cast that failed.
  const when = make({ kind: 'is', test: 'null', operand: made }, boolean, false, made.fallible);
  const whens = [{ when, result: castTo(nothing, cast.type) }];
  const failed = make({ kind: 'case', whens, otherwise: instead }, cast.type, true, true);
  return make({ kind: 'coalesce', operands: [cast, failed] }, cast.type, true, true);
}

function clauses(
  binder: ExpressionBinder,
  name: string,
  { onEmpty, onError, wrapper }: JsonClauses,
  otherwise: Bound | undefined,
): readonly Bound[] {
  if (name === 'JSON_EXISTS') return onError === undefined ? [] : [literal(word(onError), varchar)];
  if (name === 'JSON_QUERY') {
    const modes = [wrapper ?? 'without', word(onEmpty), word(onError)];
    return modes.map((mode) => literal(mode, varchar));
  }
  if (name !== 'JSON_VALUE') return [];
  return [onEmpty, onError].flatMap((clause) => {
    if (typeof clause !== 'object') return [literal(clause ?? 'null', varchar), castTo(nothing, varchar)];
    const value = clause === onError && otherwise !== undefined ? otherwise : binder.bind(clause);
    return [literal('default', varchar), castTo(value, varchar)];
  });
}

/** What a clause says in one word: null, error, or the constant that stands instead. */
function word(clause: JsonClauses['onError']): string {
  if (typeof clause !== 'object') return clause ?? 'null';
  return clause.kind === 'string' || clause.kind === 'boolean' ? String(clause.value) : 'null';
}
