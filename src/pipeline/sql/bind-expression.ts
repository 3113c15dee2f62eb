/** Types of expressions: operators, predicates and calls, checked and made {@link Bound}. */
import type { BinaryOperator, Expression, Span } from './ast.ts';
import { columnOf, type Scope } from './bind.ts';
import type { ArithmeticOperator, Bound, CompareOperator } from './bound.ts';
import { functions, type Parameter, type SqlFunction, signature } from './functions.ts';
import type { Mistake } from './mistake.ts';
import { refusedAggregates } from './refusals.ts';
import { nearest } from './suggest.ts';
import {
  arithmeticType,
  commonType,
  comparable,
  isInteger,
  isNumeric,
  isOrdered,
  type SqlType,
  scalar,
  typeText,
} from './types.ts';

/** A bound expression without what every one has. */
type Shape = Bound extends infer B ? (B extends Bound ? Omit<B, 'type' | 'nullable' | 'fallible'> : never) : never;

const make = (shape: Shape, type: SqlType, nullable: boolean, fallible: boolean): Bound =>
  Object.freeze({ ...shape, type, nullable, fallible }) as Bound;
const isAny = (list: readonly Bound[], what: 'nullable' | 'fallible'): boolean => list.some((b) => b[what]);
const boolean = scalar('BOOLEAN');
/** What stands in for something wrong: NULL fits everywhere, so that one mistake isn't told twice. */
const unknown = make({ kind: 'literal', value: null }, { kind: 'NULL' }, true, false);
const shown = (b: Bound): string => typeText({ type: b.type, nullable: true });

export class ExpressionBinder {
  readonly #scope: Scope;
  readonly #mistakes: Mistake[];
  constructor(scope: Scope, mistakes: Mistake[]) {
    this.#scope = scope;
    this.#mistakes = mistakes;
  }

  #wrong(span: Span, message: string, remedy?: string): Bound {
    this.#mistakes.push(remedy === undefined ? { span, message } : { span, message, remedy });
    return unknown;
  }

  condition(expression: Expression, where: string): Bound {
    const bound = this.bind(expression);
    if (bound.type.kind === 'BOOLEAN' || bound.type.kind === 'NULL') return bound;
    return this.#wrong(expression.span, `${where} wants a BOOLEAN, but this is ${shown(bound)}`);
  }

  bind(e: Expression): Bound {
    switch (e.kind) {
      case 'column': {
        const found = this.#scope.column(e.path);
        return found === undefined ? unknown : columnOf(found.column, found.nullable);
      }
      case 'string':
        return make({ kind: 'literal', value: e.value }, scalar('VARCHAR'), false, false);
      case 'boolean':
        return make({ kind: 'literal', value: e.value }, boolean, false, false);
      case 'null':
        return unknown;
      case 'number':
        return this.#number(e.text, e.span);
      case 'negate':
        return this.#negate(e.operand, e.span);
      case 'binary':
        return this.#binary(e.operator, e.left, e.right, e.span);
      case 'not': {
        const operand = this.condition(e.operand, 'NOT');
        return make({ kind: 'not', operand }, boolean, operand.nullable, operand.fallible);
      }
      case 'and':
      case 'or': {
        const operands = e.operands.map((o) => this.condition(o, e.kind.toUpperCase()));
        return make({ kind: e.kind, operands }, boolean, isAny(operands, 'nullable'), isAny(operands, 'fallible'));
      }
      case 'concat':
        return this.#concat(e.operands.map((o) => this.#want(o, 'VARCHAR', '||')));
      case 'is':
        return this.#is(e);
      case 'in':
        return this.#in(e);
      case 'like':
        return this.#like(e);
      case 'between':
        return this.#between(e);
      case 'case':
        return this.#case(e);
      case 'call':
        return this.#call(e);
    }
  }

  #number(text: string, span: Span): Bound {
    if (!/^\d+$/.test(text)) {
      const value = Number(text);
      if (!Number.isFinite(value)) return this.#wrong(span, `${text} is beyond DOUBLE`);
      return make({ kind: 'literal', value }, scalar('DOUBLE'), false, false);
    }
    return this.#integer(text.length > 30 ? 10n ** 30n : BigInt(text), span);
  }

  #integer(value: bigint, span: Span): Bound {
    if (BigInt.asIntN(64, value) !== value)
      return this.#wrong(span, 'the number is beyond BIGINT', 'write it with a decimal point for a DOUBLE');
    const type = scalar(BigInt.asIntN(32, value) === value ? 'INT' : 'BIGINT');
    const exact = Number.isSafeInteger(Number(value)) ? Number(value) : value;
    return make({ kind: 'literal', value: exact }, type, false, false);
  }

  #negate(e: Expression, span: Span): Bound {
    if (e.kind === 'number' && /^\d{1,30}$/.test(e.text)) return this.#integer(-BigInt(e.text), span);
    const operand = this.#want(e, 'NUMERIC', '-');
    const type = operand.type.kind === 'NULL' ? scalar('INT') : operand.type;
    return make({ kind: 'negate', operand }, type, operand.nullable, true);
  }

  #binary(operator: BinaryOperator, l: Expression, r: Expression, span: Span): Bound {
    const [left, right] = [this.bind(l), this.bind(r)];
    const nullable = left.nullable || right.nullable;
    const fallible = left.fallible || right.fallible;
    if ('+-*/%'.includes(operator)) {
      for (const [side, e] of [
        [left, l],
        [right, r],
      ] as const)
        if (!isNumeric(side.type) && side.type.kind !== 'NULL')
          return this.#wrong(
            e.span,
            `${operator} wants numbers, but this is ${shown(side)}`,
            operator === '+' && side.type.kind === 'VARCHAR' ? 'join texts with ||' : undefined,
          );
      const type = arithmeticType(left.type, right.type);
      const shape = { kind: 'arithmetic', operator: operator as ArithmeticOperator, left, right } as const;
      return make(shape, type, nullable, fallible || isInteger(type));
    }
    this.#comparison(operator as CompareOperator, left, right, span);
    return make({ kind: 'compare', operator: operator as CompareOperator, left, right }, boolean, nullable, fallible);
  }

  #comparison(operator: CompareOperator, left: Bound, right: Bound, span: Span): void {
    if (!comparable(left.type, right.type)) this.#wrong(span, `${shown(left)} can't be compared with ${shown(right)}`);
    else if (operator !== '=' && operator !== '<>' && !(isOrdered(left.type) && isOrdered(right.type)))
      this.#wrong(span, `${shown(left)} has no order`);
  }

  /** Binds an operand that must be of one kind. */
  #want(e: Expression, kind: Parameter, by: string): Bound {
    const bound = this.bind(e);
    const { type } = bound;
    const fits =
      kind === 'ANY' ||
      type.kind === 'NULL' ||
      (kind === 'VARCHAR' ? type.kind === 'VARCHAR' : kind === 'INTEGER' ? isInteger(type) : isNumeric(type));
    const name = { ANY: 'anything', VARCHAR: 'VARCHAR', INTEGER: 'INT or BIGINT', NUMERIC: 'a number' }[kind];
    return fits ? bound : this.#wrong(e.span, `${by} wants ${name}, but this is ${shown(bound)}`);
  }

  #concat(operands: readonly Bound[]): Bound {
    return make(
      { kind: 'concat', operands },
      scalar('VARCHAR'),
      isAny(operands, 'nullable'),
      isAny(operands, 'fallible'),
    );
  }

  #is(e: Expression & { kind: 'is' }): Bound {
    const test = e.test === 'unknown' ? 'null' : e.test;
    const operand = e.test === 'null' ? this.bind(e.operand) : this.condition(e.operand, `IS ${e.test.toUpperCase()}`);
    return this.#maybeNot(make({ kind: 'is', test, operand }, boolean, false, operand.fallible), e.negated);
  }

  #maybeNot(operand: Bound, negated: boolean): Bound {
    return negated ? make({ kind: 'not', operand }, boolean, operand.nullable, operand.fallible) : operand;
  }

  #in(e: Expression & { kind: 'in' }): Bound {
    const operand = this.bind(e.operand);
    const list = e.list.map((item) => {
      const bound = this.bind(item);
      this.#comparison('=', operand, bound, item.span);
      return bound;
    });
    const all = [operand, ...list];
    return this.#maybeNot(
      make({ kind: 'in', operand, list }, boolean, isAny(all, 'nullable'), isAny(all, 'fallible')),
      e.negated,
    );
  }

  #like(e: Expression & { kind: 'like' }): Bound {
    const operand = this.#want(e.operand, 'VARCHAR', 'LIKE');
    const pattern = this.#want(e.pattern, 'VARCHAR', 'LIKE');
    let escapeBy: string | undefined;
    if (e.escape !== undefined) {
      if (e.escape.kind === 'string' && Array.from(e.escape.value).length === 1) escapeBy = e.escape.value;
      else this.#wrong(e.escape.span, 'ESCAPE wants a string of one character');
    }
    const fallible = operand.fallible || pattern.fallible || pattern.kind !== 'literal';
    const like = make(
      { kind: 'like', operand, pattern, escape: escapeBy },
      boolean,
      operand.nullable || pattern.nullable,
      fallible,
    );
    return this.#maybeNot(like, e.negated);
  }

  #between(e: Expression & { kind: 'between' }): Bound {
    const [operand, low, high] = [this.bind(e.operand), this.bind(e.low), this.bind(e.high)];
    this.#comparison('>=', operand, low, e.low.span);
    this.#comparison('<=', operand, high, e.high.span);
    const all = [operand, low, high];
    const shape = { kind: 'between', operand, low, high } as const;
    return this.#maybeNot(make(shape, boolean, isAny(all, 'nullable'), isAny(all, 'fallible')), e.negated);
  }

  #case(e: Expression & { kind: 'case' }): Bound {
    const subject = e.subject === undefined ? undefined : this.bind(e.subject);
    const whens = e.whens.map(({ when, result }) => {
      if (subject === undefined) return { when: this.condition(when, 'WHEN'), result: this.bind(result) };
      const right = this.bind(when);
      this.#comparison('=', subject, right, when.span);
      const shape = { kind: 'compare', operator: '=', left: subject, right } as const;
      const test = make(shape, boolean, subject.nullable || right.nullable, subject.fallible || right.fallible);
      return { when: test, result: this.bind(result) };
    });
    const otherwise = e.otherwise === undefined ? unknown : this.bind(e.otherwise);
    const results = [...whens.map((w) => w.result), otherwise];
    const type = this.#common(results, e.span, 'CASE');
    const fallible = isAny(results, 'fallible') || whens.some((w) => w.when.fallible);
    return make({ kind: 'case', whens, otherwise }, type, isAny(results, 'nullable'), fallible);
  }

  #common(list: readonly Bound[], span: Span, by: string): SqlType {
    let type: SqlType = { kind: 'NULL' };
    for (const bound of list) {
      const common = commonType(type, bound.type);
      if (common === undefined) {
        this.#wrong(
          span,
          `${by} has values of different types: ${typeText({ type, nullable: true })} and ${shown(bound)}`,
        );
        return type;
      }
      type = common;
    }
    return type;
  }

  #call(e: Expression & { kind: 'call' }): Bound {
    const name = e.name.text.toUpperCase();
    const fn = functions.get(name);
    if (fn === undefined) {
      for (const arg of e.args) this.bind(arg);
      if (refusedAggregates.has(name)) return this.#wrong(e.name, `the aggregate ${name} is not supported yet`);
      const near = nearest(name, functions.keys());
      return this.#wrong(e.name, `no function ${name}`, near === undefined ? undefined : `did you mean ${near}?`);
    }
    const least = fn.parameters.length - (fn.optional ?? 0);
    if (e.args.length < least || (!fn.variadic && e.args.length > fn.parameters.length)) {
      for (const arg of e.args) this.bind(arg);
      return this.#wrong(e.span, `${name} was given ${e.args.length} arguments`, `write ${signature(fn)}`);
    }
    const args = e.args.map((arg, i) => this.#want(arg, fn.parameters[Math.min(i, fn.parameters.length - 1)]!, name));
    return this.#bound(fn, args, e.span);
  }

  #bound(fn: SqlFunction, args: readonly Bound[], span: Span): Bound {
    const fallible = isAny(args, 'fallible') || fn.fallible === true;
    if (fn.body.via === 'form') {
      if (fn.body.form === 'concat') return this.#concat(args);
      const type = this.#common(args, span, fn.name);
      if (fn.body.form === 'coalesce')
        return make(
          { kind: 'coalesce', operands: args },
          type,
          args.every((a) => a.nullable),
          fallible,
        );
      const [left, right] = args as readonly [Bound, Bound];
      this.#comparison('=', left, right, span);
      return make({ kind: 'nullif', left, right }, left.type, true, fallible);
    }
    const type = fn.result(args.map((a) => a.type));
    return make({ kind: 'call', fn, args }, type, isAny(args, 'nullable'), fallible);
  }
}
