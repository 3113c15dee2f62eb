/**
 * A value in generated code: how it is held, and the code that names it. All code in an operand is cheap and without
 * effect, so it may stand anywhere and any number of times; while `null` holds, the value is of the right JS type but
 * means nothing. What a JavaScript value of each SQL type is: sql/values.ts.
 */
import type { Reading } from '../avro/resolve.ts';
import type { Code } from './code.ts';

export type Operand = {
  readonly null: Code;
} /** `int`: TINYINT … INT, DATE, TIME(3), months. `long`: BIGINT, TIMESTAMP, TIME(6), DECIMAL unscaled, nanoseconds: a number where exact, else a bigint. */ & (
  | { readonly as: 'int' | 'double' | 'long' | 'boolean'; readonly value: Code }
  /** VARCHAR or BYTES as a piece of the record's bytes, its letters' case to be changed or not. */
  | { readonly as: 'slice'; readonly start: Code; readonly end: Code; readonly fold?: 'upper' | 'lower' }
  /** VARCHAR as a JS string; `literal` where it is known now. */
  | { readonly as: 'text'; readonly value: Code; readonly literal?: string }
  /** BYTES and DURATION as a Buffer; ARRAY, MAP, ROW and UNION as the JS value of sql/values.ts. */
  | { readonly as: 'value'; readonly value: Code }
  /** VARCHAR of an Avro enum: the symbol's index. */
  | { readonly as: 'enum'; readonly index: Code; readonly symbols: readonly string[] }
  /** Anything else that is still on the wire: where the value begins and ends in the record, its union with null included. */
  | { readonly as: 'place'; readonly at: Code; readonly end: Code; readonly reading: Reading }
);
