/**
 * The columns of a list's element: what a query reads of each, so that the rest of it is skipped. An expression that takes
 * an element apart, field by field, is a path as a column's is.
 */
import { type AvroSchema, branchName, viewUnion } from '../avro/schema.ts';
import type { Bound, Column, Variable } from '../sql/bound.ts';

export interface ElementPath {
  readonly variable: Variable;
  readonly path: readonly string[];
}

/** A variable, a field of one, a branch of a union in one, to any depth; undefined for any other expression. */
export function elementPath(b: Bound): ElementPath | undefined {
  if (b.kind === 'variable') return { variable: b.variable, path: [] };
  if (b.kind !== 'field' && b.kind !== 'branch') return undefined;
  const name = partName(b);
  const inner = name === undefined ? undefined : elementPath(b.operand);
  return inner === undefined ? undefined : { ...inner, path: [...inner.path, name!] };
}

/** How a path names the part: only records and unions of a schema have names that their values can be found by. */
function partName({ kind, operand, index }: Bound & { kind: 'field' | 'branch' }): string | undefined {
  const { type } = operand;
  if (kind === 'branch') return type.kind === 'UNION' ? branchName(type.schema.branches[index]!) : undefined;
  return type.kind === 'ROW' ? type.schema?.fields[index]?.name : undefined;
}

/** The column at a path of names, from an element's schema. */
export function elementColumn(element: AvroSchema, path: readonly string[]): Column {
  let schema = element;
  for (const name of path) schema = partOf(schema, name);
  return { path, name: path.join('.'), schema };
}

function partOf(schema: AvroSchema, name: string): AvroSchema {
  if (schema.kind === 'union') {
    const view = viewUnion(schema);
    if (view.kind === 'nullable') return partOf(view.value, name);
    return schema.branches.find((branch) => branchName(branch) === name)!;
  }
  if (schema.kind !== 'record') throw new TypeError(`a ${schema.kind} has no part ${name}`);
  return schema.fields.find((field) => field.name === name)!.schema;
}
