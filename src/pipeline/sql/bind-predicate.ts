/** Predicates: IS, IN, LIKE and its kin, BETWEEN, and what is asked of an array's elements. */
import type { Expression, Select } from './ast.ts';
import { ExpressionBinder, shown } from './bind-expression.ts';
import type { Bound, CompareOperator, Variable } from './bound.ts';
import { boolean, castTo, fieldsOf, isAny, literal, make, nothing, once, varchar, variableOf } from './nodes.ts';
import { Scope } from './scope.ts';
import { isOrdered } from './type-rules.ts';
import { openUnnest } from './unnest.ts';

export function truth(binder: ExpressionBinder, e: Expression & { kind: 'is' }): Bound {
  const test = e.test === 'unknown' ? 'null' : e.test;
  const operand =
    e.test === 'null' ? binder.bind(e.operand) : binder.condition(e.operand, `IS ${e.test.toUpperCase()}`);
  return maybeNot(make({ kind: 'is', test, operand }, boolean, false, operand.fallible), e.negated);
}

export function maybeNot(operand: Bound, negated: boolean): Bound {
  return negated ? make({ kind: 'not', operand }, boolean, operand.nullable, operand.fallible) : operand;
}

export function membership(binder: ExpressionBinder, e: Expression & { kind: 'in' }): Bound {
  const given = [binder.bind(e.operand), ...e.list.map((item) => binder.bind(item))] as const;
  if (fieldsOf(given[0]) !== undefined) {
    const [row, ...others] = given;
    const one = once(row);
    const operands = others.map((other, i) => binder.compare('=', one, other, e.list[i]!.span));
    const any = make({ kind: 'or', operands }, boolean, isAny(operands, 'nullable'), isAny(operands, 'fallible'));
    return maybeNot(any, e.negated);
  }
  const [operand, ...list] = binder.alike(given, [e.operand.span, ...e.list.map((item) => item.span)]) as [
    Bound,
    ...Bound[],
  ];
  const all = [operand, ...list];
  const shape = { kind: 'in', operand, list } as const;
  return maybeNot(make(shape, boolean, isAny(all, 'nullable'), isAny(all, 'fallible')), e.negated);
}

export function like(binder: ExpressionBinder, e: Expression & { kind: 'like' }): Bound {
  const name = { like: 'LIKE', ilike: 'ILIKE', similar: 'SIMILAR TO', regexp: 'REGEXP' }[e.by];
  const text = (o: Expression): Bound => {
    const bound = binder.bind(o);
    if (bound.type.kind === 'VARCHAR' || bound.type.kind === 'NULL') return castTo(bound, varchar);
    return binder.wrong(o.span, `${name} wants VARCHAR, but this is ${shown(bound)}`);
  };
  const [operand, pattern] = [text(e.operand), text(e.pattern)];
  let escapeBy: string | undefined;
  if (e.escape !== undefined) {
    if (e.escape.kind === 'string' && Array.from(e.escape.value).length === 1) escapeBy = e.escape.value;
    else binder.wrong(e.escape.span, 'ESCAPE wants a string of one character');
  }
  if (pattern.kind === 'literal' && typeof pattern.value === 'string') {
    const mistake = binder.compiler.patternMistake(e.by, pattern.value, escapeBy);
    if (mistake !== undefined) return binder.wrong(e.pattern.span, mistake);
  }
  const fallible = operand.fallible || pattern.fallible || pattern.kind !== 'literal';
  const nullable = operand.nullable || pattern.nullable;
  return maybeNot(
    make({ kind: 'like', by: e.by, operand, pattern, escape: escapeBy }, boolean, nullable, fallible),
    e.negated,
  );
}

export function between(binder: ExpressionBinder, e: Expression & { kind: 'between' }): Bound {
  const parts = [e.operand, e.low, e.high];
  const [operand, low, high] = binder.alike(
    parts.map((x) => binder.bind(x)),
    parts.map((x) => x.span),
  ) as [Bound, Bound, Bound];
  if (!isOrdered(operand.type)) return binder.wrong(e.span, `${shown(operand)} has no order`);
  const all = [operand, low, high];
  const [nullable, fallible] = [isAny(all, 'nullable'), isAny(all, 'fallible')];
  if (!e.symmetric)
    return maybeNot(make({ kind: 'between', operand, low, high }, boolean, nullable, fallible), e.negated);
  const [x, a, b] = [once(operand), once(low), once(high)];
  const operands = [
    make({ kind: 'between', operand: x, low: a, high: b }, boolean, nullable, fallible),
    make({ kind: 'between', operand: x, low: b, high: a }, boolean, nullable, fallible),
  ];
  return maybeNot(make({ kind: 'or', operands }, boolean, nullable, fallible), e.negated);
}

/** Whether two periods have a point in common, their ends among them: some end of each is not before some end of the other. */
export function overlaps(binder: ExpressionBinder, e: Expression & { kind: 'overlaps' }): Bound {
  const ends = ([from, to]: readonly [Expression, Expression]): readonly [Bound, Bound] => {
    const [start, end] = [once(binder.bind(from)), binder.bind(to)];
    const isLength = end.type.kind === 'INTERVAL';
    return [start, once(isLength ? binder.arithmetic('+', start, end, from.span, to.span) : end)];
  };
  const [mine, theirs] = [ends(e.left), ends(e.right)];
  const reaches = (a: readonly Bound[], b: readonly Bound[]): Bound => {
    const operands = a.flatMap((x) => b.map((y) => binder.compare('>=', x, y, e.span)));
    return make({ kind: 'or', operands }, boolean, isAny(operands, 'nullable'), isAny(operands, 'fallible'));
  };
  const both = [reaches(mine, theirs), reaches(theirs, mine)];
  return make({ kind: 'and', operands: both }, boolean, isAny(both, 'nullable'), isAny(both, 'fallible'));
}

export function quantified(binder: ExpressionBinder, e: Expression & { kind: 'quantified' }): Bound {
  const [left, array] = [binder.bind(e.left), binder.bind(e.array)];
  if (array.type.kind !== 'ARRAY')
    return array.type.kind === 'NULL'
      ? castTo(nothing, boolean)
      : binder.wrong(e.array.span, `${e.quantifier.toUpperCase()} wants an ARRAY, but this is ${shown(array)}`);
  const element: Variable = Object.freeze({ name: 'element', ...array.type.element });
  const test = binder.compare(e.operator as CompareOperator, left, variableOf(element), e.span);
  const shape = { kind: 'quantified', quantifier: e.quantifier, array, element, test } as const;
  return make(shape, boolean, array.nullable || test.nullable, array.fallible || test.fallible);
}

/** EXISTS over an array: the subquery's FROM is an UNNEST, and what stands around it is in scope. */
export function exists(binder: ExpressionBinder, e: Expression & { kind: 'exists' }): Bound {
  const { body } = e.query;
  if (body.kind !== 'select' || body.from.kind !== 'unnest' || body.unnests.length > 0)
    return binder.wrong(
      e.span,
      'EXISTS stands over one UNNEST of an array',
      'write EXISTS (SELECT 1 FROM UNNEST(array) AS t (x) WHERE …)',
    );
  return existsIn(binder, body, body.from);
}

function existsIn(binder: ExpressionBinder, body: Select, from: Select['from'] & { kind: 'unnest' }): Bound {
  const array = binder.bind(from.operand);
  const opened = openUnnest(binder, array, from, { mapAsRow: true });
  if (opened === undefined) return nothing;
  const scope = new Scope([opened.table], binder.mistakes, binder.scope);
  const inner = new ExpressionBinder(scope, binder.compiler, binder.mistakes);
  for (const item of body.items) if (item.kind === 'expression') inner.bind(item.expression);
  const test = body.where === undefined ? literal(true, boolean) : inner.condition(body.where, 'WHERE');
  const shape = { kind: 'exists', array, element: opened.element, ordinality: opened.ordinality, test } as const;
  return make(shape, boolean, false, array.fallible || test.fallible);
}
