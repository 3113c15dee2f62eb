/**
 * A value in generated code: how it is held, and the code that names it. All code in an operand is cheap and without
 * effect, so it may stand anywhere and any number of times; while `null` holds, the value is of the right JS type but
 * means nothing.
 */
import type { AvroSchema } from '../avro/schema.ts';
import type { Code } from './code.ts';

export type Operand = {
  readonly null: Code;
} /** INT, FLOAT, DOUBLE as a number; BIGINT and TIMESTAMP as a number where exact, else a bigint; BOOLEAN as a boolean. */ & (
  | { readonly as: 'int' | 'double' | 'long' | 'boolean'; readonly value: Code }
  /** VARCHAR or BYTES as a piece of the record's bytes, its letters' case to be changed or not. */
  | { readonly as: 'slice'; readonly start: Code; readonly end: Code; readonly fold?: 'upper' | 'lower' }
  /** VARCHAR as a JS string; `literal` where it is known now. */
  | { readonly as: 'text'; readonly value: Code; readonly literal?: string }
  /** VARCHAR of an Avro enum: the symbol's index. */
  | { readonly as: 'enum'; readonly index: Code; readonly symbols: readonly string[] }
  /** Anything else: where the value begins in the record, its union with null included. */
  | { readonly as: 'place'; readonly at: Code; readonly schema: AvroSchema }
);
