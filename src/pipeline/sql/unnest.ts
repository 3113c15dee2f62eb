/** What an UNNEST brings into scope: an array's elements (a row's fields as columns), a map's keys and values, their ordinality. */
import type { Table } from './ast.ts';
import type { ExpressionBinder } from './bind-expression.ts';
import { shown } from './bind-expression.ts';
import type { Bound, Variable } from './bound.ts';
import { make, variableOf } from './nodes.ts';
import type { ScopeTable } from './scope.ts';
import { notNull, plain, type Typed } from './types.ts';

export interface OpenedUnnest {
  readonly table: ScopeTable;
  readonly element: Variable;
  readonly key: Variable | undefined;
  readonly ordinality: Variable | undefined;
}

/** `outer`: its columns may be NULL. Undefined after having said what is wrong. */
export function openUnnest(
  binder: ExpressionBinder,
  operand: Bound,
  table: Table & { kind: 'unnest' },
  outer = false,
): OpenedUnnest | undefined {
  const { type } = operand;
  if (type.kind !== 'ARRAY' && type.kind !== 'MAP') {
    if (type.kind !== 'NULL')
      binder.wrong(table.operand.span, `UNNEST wants an ARRAY or a MAP, but this is ${shown(operand)}`);
    return undefined;
  }
  const variable = (name: string, typed: Typed): Variable =>
    Object.freeze({ name, type: typed.type, nullable: typed.nullable || outer });
  const key = type.kind === 'MAP' ? variable('key', notNull(plain('VARCHAR'))) : undefined;
  const element =
    type.kind === 'MAP' ? variable('value', type.value) : variable(table.alias?.text ?? 'element', type.element);
  const ordinality = table.ordinality ? variable('ordinality', notNull(plain('INT'))) : undefined;
  const values = [
    ...(key === undefined ? [] : [{ name: 'key', value: variableOf(key) }]),
    ...(type.kind === 'MAP' ? [{ name: 'value', value: variableOf(element) }] : elementColumns(element)),
    ...(ordinality === undefined ? [] : [{ name: 'ordinality', value: variableOf(ordinality) }]),
  ];
  const names = table.columns;
  if (names.length > 0 && names.length !== values.length) {
    const has = values.map((v) => v.name).join(', ');
    binder.wrong(table.span, `UNNEST brings ${values.length} columns (${has}), but ${names.length} are named`);
  }
  const columns = values.map((v, i) => ({ name: names[i]?.text ?? v.name, value: v.value }));
  const whole = element.type.kind === 'ROW' ? { whole: variableOf(element) } : {};
  return { table: { name: table.alias?.text, columns, hidden: [], ...whole }, element, key, ordinality };
}

/** A row's fields become columns; anything else is one column with the table's name. */
function elementColumns(element: Variable): readonly { readonly name: string; readonly value: Bound }[] {
  const operand = variableOf(element);
  if (element.type.kind !== 'ROW') return [{ name: element.name, value: operand }];
  return element.type.fields.map(({ name, type }, index) => ({
    name,
    value: make({ kind: 'field', operand, index }, type.type, element.nullable || type.nullable, false),
  }));
}
