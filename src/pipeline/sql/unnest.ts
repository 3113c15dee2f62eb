/** What an UNNEST brings into scope: an array's elements (a row's fields as columns), a map's keys and values, their ordinality. */
import type { Table } from './ast.ts';
import { type ExpressionBinder, shown } from './bind-expression.ts';
import type { Bound, Variable } from './bound.ts';
import { make, nothing, variableOf } from './nodes.ts';
import type { ScopeColumn, ScopeTable } from './scope.ts';
import { notNull, plain, type SqlType, type Typed } from './types.ts';

export interface OpenedUnnest {
  readonly table: ScopeTable;
  readonly element: Variable;
  readonly key: Variable | undefined;
  readonly ordinality: Variable | undefined;
}

export interface UnnestOptions {
  /** Its columns may be NULL. */
  readonly outer?: boolean;
  /** A map's elements are rows of key and value, in one variable: EXISTS asks of elements only. */
  readonly mapAsRow?: boolean;
}

/** Undefined after having said what is wrong. */
export function openUnnest(
  binder: ExpressionBinder,
  operand: Bound,
  table: Table & { kind: 'unnest' },
  { outer = false, mapAsRow = false }: UnnestOptions,
): OpenedUnnest | undefined {
  const { type } = operand;
  if (type.kind !== 'ARRAY' && type.kind !== 'MAP') {
    if (operand !== nothing || table.operand.kind === 'null')
      binder.wrong(table.operand.span, `UNNEST wants an ARRAY or a MAP, but this is ${shown(operand)}`);
    return undefined;
  }
  const variable = (name: string, typed: Typed): Variable =>
    Object.freeze({ name, type: typed.type, nullable: typed.nullable || outer });
  const own = table.alias?.text ?? 'element';
  const ordinality = table.ordinality ? variable('ordinality', notNull(plain('INT'))) : undefined;
  const counted = ordinality === undefined ? [] : [{ name: 'ordinality', value: variableOf(ordinality) }];
  const keyType = notNull(plain('VARCHAR'));
  if (type.kind === 'MAP' && !mapAsRow) {
    const [key, element] = [variable('key', keyType), variable('value', type.value)];
    const values = [{ name: 'key', value: variableOf(key) }, { name: 'value', value: variableOf(element) }, ...counted];
    return { table: tableOf(binder, table, values), element, key, ordinality };
  }
  const entry: Typed | undefined =
    type.kind === 'MAP'
      ? notNull({
          kind: 'ROW',
          fields: [
            { name: 'key', type: keyType },
            { name: 'value', type: type.value },
          ],
        })
      : undefined;
  const element = variable(own, entry ?? (type as SqlType & { kind: 'ARRAY' }).element);
  const opened = tableOf(binder, table, [...elementColumns(element), ...counted]);
  const whole = element.type.kind === 'ROW' && entry === undefined ? { whole: variableOf(element) } : {};
  return { table: { ...opened, ...whole }, element, key: undefined, ordinality };
}

function tableOf(
  binder: ExpressionBinder,
  table: Table & { kind: 'unnest' },
  values: readonly ScopeColumn[],
): ScopeTable {
  const names = table.columns;
  if (names.length > 0 && names.length !== values.length) {
    const has = values.map((v) => v.name).join(', ');
    binder.wrong(table.span, `UNNEST brings ${values.length} columns (${has}), but ${names.length} are named`);
  }
  const columns = values.map((v, i) => ({ name: names[i]?.text ?? v.name, value: v.value }));
  return { name: table.alias?.text, columns, hidden: [] };
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
