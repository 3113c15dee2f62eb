/** Expressions: names looked up, types checked, operands brought to one type; made {@link Bound}. Calls are in bind-call.ts, predicates in bind-predicate.ts. */
import type { BinaryOperator, Expression, PatternKind, Span } from './ast.ts';
import { bindCall } from './bind-call.ts';
import { between, exists, like, maybeNot, membership, overlaps, quantified, truth } from './bind-predicate.ts';
import type { ArithmeticOperator, Bound, CompareOperator, Variable } from './bound.ts';
import type { SqlFunction } from './functions/function.ts';
import { intervalFields } from './interval-fields.ts';
import { datetimeLiteral, intervalLiteral, numberLiteral, type Read } from './literals.ts';
import { boolean, castTo, fieldsOf, forComparison, isAny, literal, make, nothing, once, varchar } from './nodes.ts';
import { ofLength } from './of-length.ts';
import { renamed } from './renamed.ts';
import type { Mistakes, Scope } from './scope.ts';
import { secondDigits } from './second-digits.ts';
import { type NamedType, typeNamed } from './type-name.ts';
import {
  arithmeticType,
  commonType,
  comparisonType,
  isInteger,
  isNumeric,
  isOrdered,
  isTemporal,
  sameType,
} from './type-rules.ts';
import { plain, type SqlType, type Typed, typeText } from './types.ts';

/** What the binder is told of the rest of the compiler: sql/ knows nothing of kernels. */
export interface Compiler {
  /** Whether there is a cast. */
  readonly castable: (from: SqlType, to: SqlType) => boolean;
  readonly functions: ReadonlyMap<string, SqlFunction>;
  /** What is wrong with the pattern of LIKE and the like. */
  readonly patternMistake: (by: PatternKind, pattern: string, escapeBy: string | undefined) => string | undefined;
}

/** A type in words, for messages. */
export const shown = (b: Typed): string => typeText({ type: b.type, nullable: true });

export class ExpressionBinder {
  readonly scope: Scope;
  readonly compiler: Compiler;
  readonly mistakes: Mistakes;
  constructor(scope: Scope, compiler: Compiler, mistakes: Mistakes) {
    this.scope = scope;
    this.compiler = compiler;
    this.mistakes = mistakes;
  }

  wrong(span: Span, message: string, remedy?: string): Bound {
    this.mistakes.add(span, message, remedy);
    return nothing;
  }

  /** The same where lambdas' parameters are known. */
  inside(variables: readonly Variable[]): ExpressionBinder {
    return new ExpressionBinder(this.scope.inside(variables), this.compiler, this.mistakes);
  }

  condition(expression: Expression, where: string): Bound {
    const bound = this.bind(expression);
    if (bound.type.kind === 'BOOLEAN') return bound;
    if (bound.type.kind === 'NULL') return castTo(bound, boolean);
    return this.wrong(expression.span, `${where} wants a BOOLEAN, but this is ${shown(bound)}`);
  }

  bind(e: Expression): Bound {
    switch (e.kind) {
      case 'column':
        if (e.path.length === 1 && e.path[0]!.text.toUpperCase() === 'UNKNOWN' && !this.scope.has(e.path))
          return castTo(nothing, boolean);
        return this.scope.path(e.path) ?? nothing;
      case 'field': {
        const operand = this.bind(e.operand);
        return this.scope.field(operand, e.name, 'this') ?? nothing;
      }
      case 'subscript':
        return this.#subscript(e);
      case 'string':
        return literal(e.value, varchar);
      case 'boolean':
        return literal(e.value, boolean);
      case 'null':
        return nothing;
      case 'number':
        return this.#literal(numberLiteral(e.text), e.span);
      case 'binary-string':
        return literal(Buffer.from(e.hex, 'hex'), plain('BYTES'));
      case 'datetime':
        return this.#literal(datetimeLiteral(e.type, e.text), e.span);
      case 'interval':
        return this.#literal(intervalLiteral(e.text, e.from, e.to, e.negated, e.times), e.span);
      case 'unit':
        return literal(e.unit, varchar);
      case 'negate':
        return this.#negate(e.operand, e.span);
      case 'chain':
        return this.#chain(e);
      case 'plus':
        return this.#plus(e.operand);
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
        return this.#concat(e.operands);
      case 'is':
        return truth(this, e);
      case 'distinct': {
        const [left, right] = this.comparison('=', this.bind(e.left), this.bind(e.right), e.span) ?? [nothing, nothing];
        const fallible = left.fallible || right.fallible;
        return maybeNot(make({ kind: 'distinct', left, right }, boolean, false, fallible), e.negated);
      }
      case 'in':
        return membership(this, e);
      case 'like':
        return like(this, e);
      case 'between':
        return between(this, e);
      case 'case':
        return this.#case(e);
      case 'cast':
        return this.#cast(e);
      case 'row': {
        const items = e.items.map((item) => this.bind(item));
        const fields = items.map((item, i) => {
          const written = e.items[i]!;
          const own = written.kind === 'column' ? written.path.at(-1)!.text : `EXPR$${i}`;
          const isTwice = e.items.some((o, k) => k !== i && o.kind === 'column' && o.path.at(-1)!.text === own);
          const name = isTwice ? `EXPR$${i}` : own;
          return { name, type: { type: item.type, nullable: item.nullable } };
        });
        return make({ kind: 'row', items }, { kind: 'ROW', fields }, false, isAny(items, 'fallible'));
      }
      case 'array':
        return this.#array(e);
      case 'map':
        return this.#map(e);
      case 'quantified':
        return quantified(this, e);
      case 'overlaps':
        return overlaps(this, e);
      case 'exists':
        return exists(this, e);
      case 'lambda':
        return this.wrong(
          e.span,
          'a lambda stands as an argument of a function only',
          'such as TRANSFORM(array, x -> x + 1)',
        );
      case 'call':
        return bindCall(this, e);
    }
  }

  #literal(read: Read, span: Span): Bound {
    return 'wrong' in read ? this.wrong(span, read.wrong, read.remedy) : literal(read.value, read.type);
  }

  #subscript(e: Expression & { kind: 'subscript' }): Bound {
    const [operand, index] = [this.bind(e.operand), this.bind(e.index)];
    const { type } = operand;
    const fallible = operand.fallible || index.fallible;
    if (type.kind === 'ARRAY') {
      if (!isInteger(index.type) && index.type.kind !== 'NULL')
        return this.wrong(e.index.span, `an ARRAY is subscripted by a number from 1, but this is ${shown(index)}`);
      return make({ kind: 'subscript', operand, index }, type.element.type, true, fallible);
    }
    if (type.kind === 'MAP') {
      if (index.type.kind !== 'VARCHAR' && index.type.kind !== 'NULL')
        return this.wrong(e.index.span, `a MAP is subscripted by a VARCHAR key, but this is ${shown(index)}`);
      return make({ kind: 'subscript', operand, index }, type.value.type, true, fallible);
    }
    if (type.kind === 'NULL') return nothing;
    if (type.kind === 'ROW' && e.index.kind === 'string')
      return this.scope.field(operand, { ...e.index.span, text: e.index.value }, 'this') ?? nothing;
    return this.wrong(e.operand.span, `only an ARRAY or a MAP has a subscript, but this is ${shown(operand)}`);
  }

  #negate(e: Expression, span: Span): Bound {
    if (e.kind === 'number') return this.#literal(numberLiteral(e.text, true), span);
    const operand = this.bind(e);
    if (operand.type.kind === 'NULL') return castTo(operand, plain('INT'));
    if (!isNumeric(operand.type) && operand.type.kind !== 'INTERVAL')
      return this.wrong(e.span, `- wants a number, but this is ${shown(operand)}`);
    return make({ kind: 'negate', operand }, operand.type, operand.nullable, true);
  }

  /** Changes nothing, but what it makes is no column. */
  #plus(e: Expression): Bound {
    const operand = this.bind(e);
    if (operand.type.kind === 'NULL' || operand.type.kind === 'INTERVAL' || isNumeric(operand.type)) return operand;
    return this.wrong(e.span, `+ wants a number, but this is ${shown(operand)}`);
  }

  #binary(operator: BinaryOperator, l: Expression, r: Expression, span: Span): Bound {
    const [left, right] = [this.bind(l), this.bind(r)];
    if ('+-*/%'.includes(operator)) return this.arithmetic(operator as ArithmeticOperator, left, right, l.span, r.span);
    return this.compare(operator as CompareOperator, left, right, span);
  }

  /** As if it were a tree, which it is only where what was made before needs a cast. */
  #chain(e: Expression & { kind: 'chain' }): Bound {
    let first = this.bind(e.first);
    let steps: (Bound & { kind: 'chain' })['steps'][number][] = [];
    let made = first;
    const soFar = (): Bound =>
      steps.length === 0 ? first : make({ kind: 'chain', first, steps }, made.type, made.nullable, made.fallible);
    for (const { operator, operand } of e.steps) {
      const right = this.bind(operand);
      const by = operator as ArithmeticOperator;
      const next = this.arithmetic(by, made, right, e.first.span, operand.span);
      if (next.kind === 'arithmetic' && next.left === made)
        steps.push({ operator: by, operand: next.right, type: next.type });
      else {
        first = next.kind === 'arithmetic' ? this.arithmetic(by, soFar(), right, e.first.span, operand.span) : next;
        steps = [];
      }
      made = steps.length === 0 ? first : next;
    }
    return soFar();
  }

  arithmetic(operator: ArithmeticOperator, left: Bound, right: Bound, l: Span, r: Span): Bound {
    const type = arithmeticType(operator, left.type, right.type);
    if (type === undefined) {
      const known = (t: SqlType): boolean =>
        isNumeric(t) || ['NULL', 'INTERVAL', 'DATE', 'TIME', 'TIMESTAMP'].includes(t.kind);
      const [side, span] = known(left.type) ? [right, r] : [left, l];
      if (known(left.type) && known(right.type))
        return this.wrong(
          l,
          `${shown(left)} ${operator} ${shown(right)} has no meaning`,
          'write what is added to a time as an INTERVAL',
        );
      return this.wrong(
        span,
        `${operator} wants numbers, but this is ${shown(side)}`,
        operator === '+' && side.type.kind === 'VARCHAR' ? 'join texts with ||' : undefined,
      );
    }
    if (left.type.kind === 'NULL' || right.type.kind === 'NULL') return castTo(nothing, type);
    const nullable = left.nullable || right.nullable;
    const fallible = left.fallible || right.fallible || type.kind !== 'DOUBLE';
    const shape = {
      kind: 'arithmetic',
      operator,
      left: operandFor(left, type),
      right: operandFor(right, type),
    } as const;
    return make(shape, type, nullable, fallible);
  }

  compare(operator: CompareOperator, left: Bound, right: Bound, span: Span): Bound {
    if (operator === '=' || operator === '<>') {
      const [mine, theirs] = [fieldsOf(left), fieldsOf(right)];
      if (mine !== undefined && mine.length === theirs?.length) {
        // Field by field: a NULL in one leaves it open.
        const operands = mine.map((item, i) => this.compare('=', item, theirs[i]!, span));
        const all = make({ kind: 'and', operands }, boolean, isAny(operands, 'nullable'), isAny(operands, 'fallible'));
        return maybeNot(all, operator === '<>');
      }
    }
    const [a, b] = this.comparison(operator, left, right, span) ?? [nothing, nothing];
    return make(
      { kind: 'compare', operator, left: a, right: b },
      boolean,
      a.nullable || b.nullable,
      a.fallible || b.fallible,
    );
  }

  /** Both sides as they are compared; undefined after having said why they can't be. */
  comparison(operator: CompareOperator, left: Bound, right: Bound, span: Span): readonly [Bound, Bound] | undefined {
    const sides = forComparison(this.#asTemporal(left, right, span), this.#asTemporal(right, left, span));
    if (sides === undefined) {
      this.wrong(span, `${shown(left)} can't be compared with ${shown(right)}`);
      return undefined;
    }
    const type = sides[0].type.kind === 'NULL' ? sides[1].type : sides[0].type;
    const ordered = operator === '=' || operator === '<>' || isOrdered(type);
    if (!ordered) this.wrong(span, `${shown({ type, nullable: true })} has no order`);
    return sides;
  }

  /** A text beside a date, time or timestamp is read as one: `at > '2026-01-01'`. */
  #asTemporal(text: Bound, other: Bound, span: Span): Bound {
    const { type } = other;
    if (text.type.kind !== 'VARCHAR' || !isTemporal(type)) return text;
    if (text.kind !== 'literal' || typeof text.value !== 'string') return castTo(text, type);
    const read = this.#literal(datetimeLiteral(type.kind as 'DATE' | 'TIME' | 'TIMESTAMP', text.value), span);
    if (read.kind !== 'literal' || read.type.kind !== 'TIMESTAMP' || type.kind !== 'TIMESTAMP') return read;
    return { ...read, type: { ...read.type, zoned: type.zoned } };
  }

  /** What is compared with one another, brought to one type: the first with each of the others. */
  alike(bounds: readonly Bound[], spans: readonly Span[]): readonly Bound[] {
    const temporal = bounds.find((b) => isTemporal(b.type));
    const read = temporal === undefined ? bounds : bounds.map((b, i) => this.#asTemporal(b, temporal, spans[i]!));
    const [first, ...others] = read as [Bound, ...Bound[]];
    const pairs = others.map((other, i) => this.comparison('=', first, other, spans[i + 1]!));
    if (pairs.every((p) => p !== undefined && p[0] === first)) return [first, ...pairs.map((p) => p![1])];
    let type: SqlType | undefined = { kind: 'NULL' };
    for (const bound of read) type = type && comparisonType(type, bound.type);
    return type === undefined ? read : read.map((b) => castTo(b, type));
  }

  #concat(list: readonly Expression[]): Bound {
    const operands = list.map((o) => {
      const bound = this.bind(o);
      if (bound.type.kind === 'VARCHAR' || bound.type.kind === 'NULL') return castTo(bound, varchar);
      return this.wrong(o.span, `|| wants VARCHAR, but this is ${shown(bound)}`, 'CAST it AS VARCHAR');
    });
    return make({ kind: 'concat', operands }, varchar, isAny(operands, 'nullable'), isAny(operands, 'fallible'));
  }

  #case(e: Expression & { kind: 'case' }): Bound {
    const subject = e.subject === undefined ? undefined : once(this.bind(e.subject));
    const whens = e.whens.map(({ when, result }) => {
      const test =
        subject === undefined ? this.condition(when, 'WHEN') : this.compare('=', subject, this.bind(when), when.span);
      return { when: test, result: this.bind(result) };
    });
    const otherwise = e.otherwise === undefined ? nothing : this.bind(e.otherwise);
    const type = this.commonOrWrong([...whens.map((w) => w.result), otherwise], e.span, 'CASE');
    const cast = whens.map((w) => ({ when: w.when, result: castTo(w.result, type) }));
    const last = castTo(otherwise, type);
    const results = [...cast.map((w) => w.result), last];
    const fallible = isAny(results, 'fallible') || cast.some((w) => w.when.fallible);
    return make({ kind: 'case', whens: cast, otherwise: last }, type, isAny(results, 'nullable'), fallible);
  }

  commonOrWrong(list: readonly Bound[], span: Span, by: string): SqlType {
    let type: SqlType = { kind: 'NULL' };
    for (const bound of list) {
      const common = commonType(type, bound.type);
      if (common === undefined) {
        this.wrong(span, `${by} has values of different types: ${shown({ type, nullable: true })} and ${shown(bound)}`);
        return type;
      }
      type = common;
    }
    return type;
  }

  #cast(e: Expression & { kind: 'cast' }): Bound {
    const operand = this.bind(e.operand);
    const named = typeNamed(e.type, this.mistakes);
    if (named === undefined) return nothing;
    return this.castNamed(operand, named, e.safe, e.span);
  }

  castNamed(operand: Bound, { type, length, padded, digits, fields }: NamedType, safe: boolean, span: Span): Bound {
    if (fields !== undefined && readByFields(operand.type, fields)) {
      const args = [operand, ...fields.map((unit) => literal(unit, varchar)), literal(safe, boolean)];
      const ofDays = fields[1] === 'DAY' ? { ...type, wholeDays: true as const } : type;
      return make({ kind: 'call', fn: intervalFields, args }, ofDays as SqlType, operand.nullable || safe, true);
    }
    if (operand.type.kind !== 'NULL' && !sameType(operand.type, type) && !this.compiler.castable(operand.type, type))
      return this.wrong(span, `${shown(operand)} can't be cast to ${shown({ type, nullable: true })}`);
    const cast = renamed(operand, type, safe) ?? withDigitsOf(castTo(operand, type, safe), type);
    if (digits !== undefined) {
      const args = [cast, literal(digits, plain('INT'))];
      return make({ kind: 'call', fn: secondDigits, args }, type, cast.nullable, true);
    }
    if (length === undefined) return cast;
    const args = [cast, literal(length, plain('INT')), literal(padded === true, boolean)];
    return make({ kind: 'call', fn: ofLength, args }, type, cast.nullable, cast.fallible || padded === true);
  }

  #array(e: Expression & { kind: 'row' | 'array' }): Bound {
    const items = e.items.map((item) => this.bind(item));
    const type = this.commonOrWrong(items, e.span, 'ARRAY');
    const cast = items.map((item) => castTo(item, type));
    const element = { type, nullable: isAny(cast, 'nullable') };
    return make({ kind: 'array', items: cast }, { kind: 'ARRAY', element }, false, isAny(cast, 'fallible'));
  }

  #map(e: Expression & { kind: 'map' }): Bound {
    const keys = e.entries.map(({ key }) => {
      const bound = this.bind(key);
      return bound.type.kind === 'VARCHAR'
        ? bound
        : this.wrong(key.span, `a MAP's keys are VARCHAR, but this is ${shown(bound)}`);
    });
    const values = e.entries.map(({ value }) => this.bind(value));
    const type = this.commonOrWrong(values, e.span, 'MAP');
    const entries = keys.map((key, i) => ({ key, value: castTo(values[i]!, type) }));
    const value = { type, nullable: isAny(values, 'nullable') };
    const fallible = isAny(keys, 'fallible') || isAny(keys, 'nullable') || entries.some((x) => x.value.fallible);
    return make({ kind: 'map', entries }, { kind: 'MAP', value }, false, fallible);
  }
}

/**
 * Whether what is cast to an INTERVAL means what its fields say: an integer of a single one, and a text, save where all fields
 * are there: then the cast takes a text that leaves some of them out, too.
 */
function readByFields(from: SqlType, [first, last]: readonly [string, string]): boolean {
  if (isInteger(from)) return first === last;
  const all = (first === 'DAY' && last === 'SECOND') || (first === 'YEAR' && last === 'MONTH');
  return from.kind === 'VARCHAR' && !all;
}

/** A time that is held as its type holds it already, but of a type of other digits: texts show how many. */
function withDigitsOf(b: Bound, type: SqlType): Bound {
  const isOther =
    (type.kind === 'TIME' || type.kind === 'TIMESTAMP') && b.type.kind === type.kind && b.type.digits !== type.digits;
  return isOther ? make({ kind: 'cast', operand: b, safe: false }, type, b.nullable, b.fallible) : b;
}

/** An operand as arithmetic of `type` wants it: decimals of decimals, doubles of decimals. */
function operandFor(b: Bound, type: SqlType): Bound {
  if (type.kind === 'DOUBLE' && b.type.kind === 'DECIMAL') return castTo(b, type);
  if (type.kind !== 'DECIMAL' || !isInteger(b.type)) return b;
  const digits = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 }[b.type.kind as 'INT'];
  return castTo(b, { kind: 'DECIMAL', precision: digits, scale: 0 });
}
