/**
 * What a scalar function is: one row of one table, with its signature, what NULL does, what it computes, its documentation
 * and its examples. The binder checks calls against the row, the emitter calls what it names, the reference page
 * (docs/functions.md) and the examples' test are made from it. Values are held as sql/values.ts says.
 */
import type { SqlType, Typed } from '../types.ts';
import type { Value } from '../values.ts';

/**
 * What an argument must be; NULL fits everywhere.
 * - a type's name: of that type; DOUBLE, BIGINT and INT take any number that is brought to it (DOUBLE: every number; BIGINT, INT: integers)
 * - INTEGER: TINYINT … BIGINT as it is; NUMERIC: any number as it is; TEMPORAL: DATE, TIME or TIMESTAMP as it is
 * - UNIT: a unit of time, which the function gets as a string
 * - ANY: anything
 * - LAMBDA: `x -> …`, which the function gets as a JavaScript function of values; `of` says what its parameters are,
 *   from the types of the arguments before it
 */
export type Parameter = {
  /** As documentation shows it: lower case. */
  readonly name: string;
} & (
  | {
      readonly type:
        | 'VARCHAR'
        | 'BYTES'
        | 'BOOLEAN'
        | 'INT'
        | 'BIGINT'
        | 'DOUBLE'
        | 'DATE'
        | 'TIMESTAMP'
        | 'ARRAY'
        | 'MAP'
        | 'INTEGER'
        | 'NUMERIC'
        | 'TEMPORAL'
        | 'UNIT'
        | 'ANY';
    }
  | { readonly type: 'LAMBDA'; readonly of: (before: readonly Typed[]) => readonly Typed[] }
);

/** An example: the page shows it, and the test runs it. `result` is the value as JSON output has it. */
export interface Example {
  readonly sql: string;
  readonly result: string;
}

/** A function as the emitter calls it: arguments by position, left out ones missing; with nulls 'strict' none is null. A null answer is NULL. */
// biome-ignore lint/suspicious/noExplicitAny: each row knows its own argument types; the binder has checked them.
export type Implementation = (...args: any[]) => Value | null;

export type Category =
  | 'strings'
  | 'numbers'
  | 'dates and times'
  | 'regular expressions'
  | 'JSON'
  | 'hashes and encodings'
  | 'URLs'
  | 'networks'
  | 'arrays and maps'
  | 'conditions';

/** Values of arguments that are literals; undefined of others. */
export type Known = readonly (Value | null | undefined)[];

export interface SqlFunction {
  /** Upper case. */
  readonly name: string;
  readonly category: Category;
  readonly doc: string;
  readonly examples: readonly Example[];
  readonly parameters: readonly Parameter[];
  /** How many of the parameters may be left out, from the end. */
  readonly optional?: number;
  /** The last parameter may come again. */
  readonly variadic?: boolean;
  /** `strict`: NULL when any argument is, and then not called. `own`: called with nulls, and says itself what they do. */
  readonly nulls: 'strict' | 'own';
  /** May be NULL though no argument is. */
  readonly nullable?: boolean;
  /** `known`: the arguments that are literals; none where they are not told. */
  readonly result: (args: readonly Typed[], known?: Known) => SqlType;
  /** Types to which arguments are cast before the call; undefined leaves one as it is. */
  readonly casts?: (args: readonly Typed[], known?: Known) => readonly (SqlType | undefined)[];
  /** What is wrong with these arguments' types, beyond what `parameters` says. */
  readonly check?: (args: readonly Typed[]) => string | undefined;
  /** May throw RecordError 'sql'. */
  readonly fallible?: boolean;
  /** Not the same for the same arguments (the clock, random numbers): never folded, and two calls are never one. A column of it is made once per row (`once` of bound.ts). */
  readonly volatile?: boolean;
  /** What it takes isn't bounded by its arguments' size, as with a regular expression: never folded. */
  readonly unbounded?: boolean;
  readonly body:
    | { readonly via: 'call'; readonly fn: Implementation }
    /** Made once per call in the query, for the types of its arguments and the arguments that are literals (undefined: not known now): a pattern is compiled here. */
    | {
        readonly via: 'made';
        readonly make: (types: readonly Typed[], known: readonly (Value | null | undefined)[]) => Implementation;
      }
    /** Changes letters' case: done on the bytes while they are ASCII. */
    | { readonly via: 'fold'; readonly fold: 'upper' | 'lower' }
    /** An expression form of its own. */
    | { readonly via: 'form'; readonly form: 'coalesce' | 'nullif' | 'concat' | 'if' };
}

/** `SUBSTRING(text, from[, count])`. */
export function signature(fn: SqlFunction): string {
  const required = fn.parameters.length - (fn.optional ?? 0);
  const parts = fn.parameters.map((p, i) => {
    const shown =
      p.type === 'LAMBDA' ? `${p.name} -> …` : p.type === 'UNIT' ? p.name.toUpperCase() : `${p.name} ${p.type}`;
    return `${i === 0 ? '' : ', '}${shown}`;
  });
  const list = parts.map((p, i) => (i < required ? p : `[${p}]`)).join('');
  return `${fn.name}(${list}${fn.variadic ? ', …' : ''})`;
}
