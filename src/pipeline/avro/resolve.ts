/**
 * Writer's schema + reader's schema → what the bytes hold and what is wanted of them (Avro 1.11, "Schema Resolution"):
 * promotion, defaults, aliases, enum defaults, union matching. Pure; the kernel reads by what comes out. Knows no SQL.
 */
import type {
  AvroArray,
  AvroEnum,
  AvroField,
  AvroMap,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
  AvroUnion,
} from './schema.ts';

/** One place of the data: what is on the wire (`writer`), as what it is read (`reader`). A graph with cycles where schemas are recursive. */
export type Reading =
  /** The wire holds exactly what the reader's schema would have written: bytes may be copied. */
  | { readonly kind: 'same'; readonly writer: AvroSchema; readonly reader: AvroSchema }
  /** int → long, float, double; long → float, double; float → double; string ↔ bytes. */
  | { readonly kind: 'promoted'; readonly writer: AvroPrimitive; readonly reader: AvroPrimitive }
  /** `symbols[i]`: the reader's index of the writer's symbol i; the default's where it has none; -1 where that is an error. */
  | { readonly kind: 'enum'; readonly writer: AvroEnum; readonly reader: AvroEnum; readonly symbols: readonly number[] }
  | { readonly kind: 'array'; readonly writer: AvroArray; readonly reader: AvroArray; readonly items: Reading }
  | { readonly kind: 'map'; readonly writer: AvroMap; readonly reader: AvroMap; readonly values: Reading }
  | RecordReading
  /** The writer has a union: each of its branches, read as the whole of the reader's schema. */
  | {
      readonly kind: 'branches';
      readonly writer: AvroUnion;
      readonly reader: AvroSchema;
      readonly branches: readonly Reading[];
    }
  /** Only the reader has a union: the value is its branch `index`. */
  | {
      readonly kind: 'branch';
      readonly writer: AvroSchema;
      readonly reader: AvroUnion;
      readonly index: number;
      readonly reading: Reading;
    }
  /** These don't match. Where the mismatch is a union's branch, it is the error of the records that hold it. */
  | { readonly kind: 'mismatch'; readonly writer: AvroSchema; readonly reader: AvroSchema; readonly message: string };

export interface RecordReading {
  readonly kind: 'record';
  readonly writer: AvroRecord;
  readonly reader: AvroRecord;
  /** In the order of the wire. `target`: the reader's field; undefined: no one wants it. */
  readonly fields: readonly {
    readonly schema: AvroSchema;
    readonly target: AvroField | undefined;
    readonly reading: Reading;
  }[];
  /** The reader's fields that the writer lacks: their defaults are read instead. */
  readonly missing: readonly AvroField[];
}

/** A reading of bytes that were written with the reader's own schema. */
export const same = (schema: AvroSchema): Reading => ({ kind: 'same', writer: schema, reader: schema });
