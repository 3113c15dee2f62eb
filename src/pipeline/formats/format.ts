/** What the kernel's emitter asks of an output format; one class per format, chosen by name in formats.ts. */
import type { AvroSchema } from '../avro/schema.ts';
import type { Code } from '../kernel/code.ts';
import type { Operand } from '../kernel/operand.ts';

/** Emits the writing of one output record: begin, then field and a value for each column, then end. */
export interface RecordWriter {
  begin(): void;
  field(name: string): void;
  /** A value that an expression made. */
  operand(operand: Operand): void;
  /** BYTES. */
  bytes(operand: Operand & { as: 'slice' }): void;
  /** An Avro value as it stands at `p`, which moves behind it. */
  value(schema: AvroSchema): void;
  /** An Avro value that stands at another place and has been checked already. */
  valueAt(at: Code, schema: AvroSchema): void;
  end(): void;
}
