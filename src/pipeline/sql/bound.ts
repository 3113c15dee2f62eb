/** A query whose names and types are resolved against a schema: what the kernel's emitter reads. Frozen data. */
import type { AvroSchema } from '../avro/schema.ts';
import type { SqlFunction } from './functions.ts';
import type { SqlType } from './types.ts';

/** A column of the source: a field, or a field of a nested record. */
export interface Column {
  /** Field names from the top. */
  readonly path: readonly string[];
  /** The path, dotted. */
  readonly name: string;
  /** What the last field holds, its union with null included. */
  readonly schema: AvroSchema;
}

export type CompareOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export type Bound = {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Whether evaluating it can end in a RecordError: it is then never evaluated before a predicate that stands before it. */
  readonly fallible: boolean;
} & (
  | { readonly kind: 'literal'; readonly value: string | number | bigint | boolean | null }
  | { readonly kind: 'column'; readonly column: Column }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly left: Bound; readonly right: Bound }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Bound; readonly right: Bound }
  | { readonly kind: 'negate'; readonly operand: Bound }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Bound[] }
  | { readonly kind: 'not'; readonly operand: Bound }
  | { readonly kind: 'is'; readonly test: 'null' | 'true' | 'false'; readonly operand: Bound }
  | { readonly kind: 'in'; readonly operand: Bound; readonly list: readonly Bound[] }
  | { readonly kind: 'like'; readonly operand: Bound; readonly pattern: Bound; readonly escape: string | undefined }
  | { readonly kind: 'between'; readonly operand: Bound; readonly low: Bound; readonly high: Bound }
  | {
      readonly kind: 'case';
      readonly whens: readonly { readonly when: Bound; readonly result: Bound }[];
      readonly otherwise: Bound;
    }
  | { readonly kind: 'coalesce' | 'concat'; readonly operands: readonly Bound[] }
  | { readonly kind: 'nullif'; readonly left: Bound; readonly right: Bound }
  | { readonly kind: 'call'; readonly fn: SqlFunction; readonly args: readonly Bound[] }
);

export interface BoundQuery {
  readonly schema: AvroSchema;
  readonly outputs: readonly { readonly name: string; readonly value: Bound }[];
  /** WHERE, taken apart at its ANDs, in the order of the text. */
  readonly conjuncts: readonly Bound[];
}

/** Every column that the expression reads. */
export function columnsOf(bound: Bound, found: Map<string, Column> = new Map()): Map<string, Column> {
  if (bound.kind === 'column') found.set(bound.column.path.join('\0'), bound.column);
  for (const child of childrenOf(bound)) columnsOf(child, found);
  return found;
}

function childrenOf(bound: Bound): readonly Bound[] {
  switch (bound.kind) {
    case 'literal':
    case 'column':
      return [];
    case 'compare':
    case 'arithmetic':
    case 'nullif':
      return [bound.left, bound.right];
    case 'negate':
    case 'not':
    case 'is':
      return [bound.operand];
    case 'and':
    case 'or':
    case 'coalesce':
    case 'concat':
      return bound.operands;
    case 'in':
      return [bound.operand, ...bound.list];
    case 'like':
      return [bound.operand, bound.pattern];
    case 'between':
      return [bound.operand, bound.low, bound.high];
    case 'case':
      return [...bound.whens.flatMap((w) => [w.when, w.result]), bound.otherwise];
    case 'call':
      return bound.args;
  }
}
