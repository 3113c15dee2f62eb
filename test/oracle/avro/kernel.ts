/** What a whole kernel makes of bytes by `SELECT *`: its rows in JSON and in Avro. */
import { MillraceError } from '../../../src/contracts/failure.ts';
import type { FormatSpec } from '../../../src/contracts/format.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { bytesOf } from '../../unit/pipeline/support.ts';

export type KernelAnswer =
  | { readonly row: Buffer; readonly schema: string }
  | { readonly error: string }
  /** No kernel can be made, whatever the bytes. */
  | { readonly refused: string };

/** `schema` is that of the rows that format avro writes. */
export function selectAll(writerText: string, readerText: string, body: Buffer, format: FormatSpec): KernelAnswer {
  try {
    const compiled = compileQuery({ sql: 'SELECT * FROM t', streams: { t: readerText }, format });
    const kernel = compiled.kernel('t', writerText);
    try {
      return { row: bytesOf(kernel, body)[0]!, schema: compiled.outputSchema };
    } catch (cause) {
      if (cause instanceof RecordError) return { error: cause.message };
      throw cause;
    }
  } catch (cause) {
    if (cause instanceof MillraceError) return { refused: cause.message };
    throw cause;
  }
}
