/**
 * A query whose names and types are resolved: what the kernel's emitter reads. Subqueries, CTEs and unions are gone: a
 * query is a list of branches, each one stream's records through filters and UNNESTs to a row. Frozen data.
 */
import type { AvroRecord, AvroSchema } from '../avro/schema.ts';
import type { PatternKind } from './ast.ts';
import type { SqlFunction } from './functions.ts';
import type { SqlType, Typed } from './types.ts';
import type { Value } from './values.ts';

/** A column of the source: a field, a field of a nested record, or the branch of a union (by its name) of these. */
export interface Column {
  /** Names from the top: fields, and names of union branches (branchName of avro/schema.ts). */
  readonly path: readonly string[];
  /** The path, dotted. */
  readonly name: string;
  /** What the last step holds in the stream's (reader) schema, its union with null included. */
  readonly schema: AvroSchema;
}

/** What Kafka knows of a record: `_topic VARCHAR`, `_partition INT`, `_offset BIGINT`, `_timestamp TIMESTAMP_LTZ(3)`, `_key BYTES`, `_headers MAP<VARCHAR, BYTES>`. */
export type MetaName = 'topic' | 'partition' | 'offset' | 'timestamp' | 'key' | 'headers';

/** A lambda's parameter, or what an UNNEST brings; told apart by identity. */
export interface Variable {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** A place of the query whose value is made once, however often it stands in expressions; told apart by identity. */
export interface Once {
  /**
   * A column: it has one value per row, and its row comes from so many of the branch's UNNESTs. Undefined: within one
   * expression, by an operator that names an operand more than once.
   */
  readonly unnests: number | undefined;
}

export type CompareOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/**
 * Operands of compare, between, in, nullif, quantified, distinct, case results, coalesce and array items have been brought
 * to one type by casts; what may differ without a cast are TINYINT … BIGINT among themselves, and these with DOUBLE and
 * FLOAT where they are compared (JavaScript compares them exactly).
 */
export type Bound = {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Whether evaluating it can end in a RecordError: it is then never evaluated before a predicate that stands before it. */
  readonly fallible: boolean;
} & (
  | { readonly kind: 'literal'; readonly value: Value | null }
  | { readonly kind: 'column'; readonly column: Column }
  | { readonly kind: 'meta'; readonly name: MetaName }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly left: Bound; readonly right: Bound }
  /** IS DISTINCT FROM: never NULL. */
  | { readonly kind: 'distinct'; readonly left: Bound; readonly right: Bound }
  /** Numbers of type `type`'s family, or by `arithmetic` of temporal types: see type-rules.ts. */
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Bound; readonly right: Bound }
  /** A long row of arithmetic, from the left; `type` of a step: what it makes of what those before have made. */
  | {
      readonly kind: 'chain';
      readonly first: Bound;
      readonly steps: readonly {
        readonly operator: ArithmeticOperator;
        readonly operand: Bound;
        readonly type: SqlType;
      }[];
    }
  | { readonly kind: 'negate'; readonly operand: Bound }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Bound[] }
  | { readonly kind: 'not'; readonly operand: Bound }
  | { readonly kind: 'is'; readonly test: 'null' | 'true' | 'false'; readonly operand: Bound }
  | { readonly kind: 'in'; readonly operand: Bound; readonly list: readonly Bound[] }
  | {
      readonly kind: 'like';
      readonly by: PatternKind;
      readonly operand: Bound;
      readonly pattern: Bound;
      readonly escape: string | undefined;
    }
  | { readonly kind: 'between'; readonly operand: Bound; readonly low: Bound; readonly high: Bound }
  | {
      readonly kind: 'case';
      readonly whens: readonly { readonly when: Bound; readonly result: Bound }[];
      readonly otherwise: Bound;
    }
  | { readonly kind: 'coalesce' | 'concat'; readonly operands: readonly Bound[] }
  | { readonly kind: 'nullif'; readonly left: Bound; readonly right: Bound }
  /** To `type`. `safe`: TRY_CAST, NULL where CAST is an error of the record. */
  | { readonly kind: 'cast'; readonly operand: Bound; readonly safe: boolean }
  /** A field of a ROW that is no path from a column. */
  | { readonly kind: 'field'; readonly operand: Bound; readonly index: number }
  /** A branch of a UNION that is no path from a column: NULL where another is there. `index` is the branch's in the union. */
  | { readonly kind: 'branch'; readonly operand: Bound; readonly index: number }
  /** ARRAY[n] from 1, NULL beyond its ends; MAP[key], NULL where there is none. */
  | { readonly kind: 'subscript'; readonly operand: Bound; readonly index: Bound }
  | { readonly kind: 'row' | 'array'; readonly items: readonly Bound[] }
  | { readonly kind: 'map'; readonly entries: readonly { readonly key: Bound; readonly value: Bound }[] }
  /** Whether the comparison holds for any, or for all, of an array's elements; three-valued. `element` stands in `test`. */
  | {
      readonly kind: 'quantified';
      readonly quantifier: 'any' | 'all';
      readonly array: Bound;
      readonly element: Variable;
      readonly test: Bound;
    }
  /** EXISTS (SELECT … FROM UNNEST(array) … WHERE test): never NULL. For a map, elements are rows of key and value. */
  | {
      readonly kind: 'exists';
      readonly array: Bound;
      readonly element: Variable;
      readonly ordinality: Variable | undefined;
      readonly test: Bound;
    }
  /** An operand that is not the same whenever it is evaluated (chance, the clock), but is here. */
  | { readonly kind: 'once'; readonly operand: Bound; readonly of: Once }
  | { readonly kind: 'lambda'; readonly parameters: readonly Variable[]; readonly body: Bound }
  | { readonly kind: 'call'; readonly fn: SqlFunction; readonly args: readonly Bound[] }
);

/** One step of a branch: what a record (or an element of it) must pass, or is taken apart by. */
export type Step =
  /** One conjunct: rows for which it isn't TRUE end here. */
  | { readonly kind: 'filter'; readonly test: Bound }
  | {
      readonly kind: 'unnest';
      /** ARRAY or MAP. */
      readonly operand: Bound;
      /** An array's element; a map's value. */
      readonly element: Variable;
      /** A map's key. */
      readonly key: Variable | undefined;
      /** From 1. */
      readonly ordinality: Variable | undefined;
      /** A row without elements goes on, with NULLs. */
      readonly outer: boolean;
    };

/** What goes with a row into Kafka, beside its value. */
export interface RowExtras {
  /** The key; undefined: the source record's own key. NULL: no key. */
  readonly key: Bound | undefined;
  readonly headers: readonly { readonly name: string; readonly value: Bound }[];
  /** Where this is TRUE the row is written as a tombstone. */
  readonly tombstone: Bound | undefined;
}

export interface Branch {
  readonly stream: string;
  /** The stream's schema: what records of any writer schema are read as. */
  readonly schema: AvroRecord;
  /** In the order of evaluation. */
  readonly steps: readonly Step[];
  /** In the order and with the types of {@link BoundQuery.outputs}. */
  readonly values: readonly Bound[];
  readonly extras: RowExtras;
}

export interface Output extends Typed {
  readonly name: string;
}

export interface BoundQuery {
  /** In the order of the text: a record's rows of one branch stand before those of the next. */
  readonly branches: readonly Branch[];
  readonly outputs: readonly Output[];
}

/** Every column that the expression reads, by path. */
export function columnsOf(bound: Bound, found: Map<string, Column> = new Map()): Map<string, Column> {
  if (bound.kind === 'column') found.set(bound.column.path.join('\0'), bound.column);
  for (const child of childrenOf(bound)) columnsOf(child, found);
  return found;
}

export function childrenOf(bound: Bound): readonly Bound[] {
  switch (bound.kind) {
    case 'literal':
    case 'column':
    case 'meta':
    case 'variable':
      return [];
    case 'compare':
    case 'distinct':
    case 'arithmetic':
    case 'nullif':
      return [bound.left, bound.right];
    case 'chain':
      return [bound.first, ...bound.steps.map((step) => step.operand)];
    case 'negate':
    case 'not':
    case 'is':
    case 'cast':
    case 'once':
    case 'field':
    case 'branch':
      return [bound.operand];
    case 'subscript':
      return [bound.operand, bound.index];
    case 'and':
    case 'or':
    case 'coalesce':
    case 'concat':
      return bound.operands;
    case 'row':
    case 'array':
      return bound.items;
    case 'map':
      return bound.entries.flatMap((e) => [e.key, e.value]);
    case 'in':
      return [bound.operand, ...bound.list];
    case 'like':
      return [bound.operand, bound.pattern];
    case 'between':
      return [bound.operand, bound.low, bound.high];
    case 'case':
      return [...bound.whens.flatMap((w) => [w.when, w.result]), bound.otherwise];
    case 'quantified':
    case 'exists':
      return [bound.array, bound.test];
    case 'lambda':
      return [bound.body];
    case 'call':
      return bound.args;
  }
}
