/** What the kernel's emitter asks of an output format; one class per format, chosen in formats.ts. */
import type { Reading } from '../avro/resolve.ts';
import type { AvroSchema } from '../avro/schema.ts';
import type { Code } from '../kernel/code.ts';
import type { Operand } from '../kernel/operand.ts';
import type { SqlType } from '../sql/types.ts';

/** A column of the output as a format must know it. */
export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Its schema in the output's Avro schema (sql/output-schema.ts). */
  readonly schema: AvroSchema;
}

/** Emits the writing of one output record at `dst[at]`: begin, then each column in order with one value, then end. */
export interface RecordWriter {
  begin(): void;
  /** Begins a column: exactly one of the four below follows. */
  column(column: OutputColumn): void;
  /** A value that an expression made, of the column's type. */
  operand(operand: Operand): void;
  /** An Avro value as it stands at `p`, which moves behind it. */
  value(reading: Reading): void;
  /** An Avro value that stands at another place and has been checked already. */
  valueAt(at: Code, end: Code, reading: Reading): void;
  end(): void;
}
