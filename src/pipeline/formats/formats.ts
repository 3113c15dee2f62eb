/** The output formats by name. A new format is one row. */
import type { Format } from '../../contracts/format.ts';
import type { Emitter } from '../kernel/emitter.ts';
import type { AvroReader } from '../kernel/read.ts';
import { AvroWriter } from './avro/writer.ts';
import { CsvWriter } from './csv/writer.ts';
import type { OutputColumn, RecordWriter } from './format.ts';
import { JsonWriter } from './json/writer.ts';

type Make<K extends Format['kind']> = (
  emitter: Emitter,
  reader: AvroReader,
  format: Format & { kind: K },
  columns: readonly OutputColumn[],
) => RecordWriter;

const formats: { readonly [K in Format['kind']]: Make<K> } = {
  json: (emitter, reader, format) => new JsonWriter(emitter, reader, format),
  avro: (emitter, reader, format) => new AvroWriter(emitter, reader, format),
  csv: (emitter, reader, format, columns) => new CsvWriter(emitter, reader, format, columns),
};

/** The writer of a format's records, for the kernel that is emitted now. */
export function writerOf(
  emitter: Emitter,
  reader: AvroReader,
  format: Format,
  columns: readonly OutputColumn[],
): RecordWriter {
  return (formats[format.kind] as Make<Format['kind']>)(emitter, reader, format as never, columns);
}
