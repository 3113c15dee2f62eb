/** The output formats by name. A new format is one row. */
import type { Emitter } from '../kernel/emitter.ts';
import type { AvroReader } from '../kernel/read.ts';
import type { RecordWriter } from './format.ts';
import { JsonWriter } from './json/emit.ts';

export const formats: Readonly<Record<'json', (emitter: Emitter, reader: AvroReader) => RecordWriter>> = {
  json: (emitter, reader) => new JsonWriter(emitter, reader),
};
