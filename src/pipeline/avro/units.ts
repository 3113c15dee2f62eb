/**
 * Where numbers of time are read in another unit than they were written in: by resolution a number stays as it is, and the
 * reader's logical type says what it means. No error by the specification, but hardly what anyone meant, so it is told.
 */
import type { Reading } from './resolve.ts';
import type { AvroSchema } from './schema.ts';

const units: Readonly<Record<string, string>> = {
  date: 'days',
  'time-millis': 'milliseconds',
  'time-micros': 'microseconds',
  'timestamp-millis': 'milliseconds',
  'timestamp-micros': 'microseconds',
  'timestamp-nanos': 'nanoseconds',
  'local-timestamp-millis': 'milliseconds',
  'local-timestamp-micros': 'microseconds',
  'local-timestamp-nanos': 'nanoseconds',
};

/** One sentence for each place below `path`. */
export function unitNotes(reading: Reading, path: string): readonly string[] {
  const notes = new Set<string>();
  visit(reading, path, notes, new Set());
  return [...notes];
}

function visit(reading: Reading, path: string, notes: Set<string>, seen: Set<unknown>): void {
  switch (reading.kind) {
    case 'same':
      compare(reading.writer, reading.reader, path, notes, seen);
      return;
    case 'promoted':
      note(reading.writer, reading.reader, path, notes);
      return;
    case 'array':
      visit(reading.items, `${path}[]`, notes, seen);
      return;
    case 'map':
      visit(reading.values, `${path}{}`, notes, seen);
      return;
    case 'record':
      if (seen.has(reading)) return;
      seen.add(reading);
      for (const { target, reading: field } of reading.fields)
        if (target !== undefined) visit(field, within(path, target.name), notes, seen);
      return;
    case 'branches':
      for (const branch of reading.branches) visit(branch, path, notes, seen);
      return;
    case 'branch':
      visit(reading.reading, path, notes, seen);
  }
}

/** Schemas that write the same bytes have the same parts. */
function compare(writer: AvroSchema, reader: AvroSchema, path: string, notes: Set<string>, seen: Set<unknown>): void {
  if (writer === reader) return;
  if (writer.kind === 'array' && reader.kind === 'array') {
    compare(writer.items, reader.items, `${path}[]`, notes, seen);
  } else if (writer.kind === 'map' && reader.kind === 'map') {
    compare(writer.values, reader.values, `${path}{}`, notes, seen);
  } else if (writer.kind === 'union' && reader.kind === 'union') {
    for (const [i, branch] of writer.branches.entries()) compare(branch, reader.branches[i]!, path, notes, seen);
  } else if (writer.kind === 'record' && reader.kind === 'record') {
    if (seen.has(writer)) return;
    seen.add(writer);
    for (const [i, field] of writer.fields.entries())
      compare(field.schema, reader.fields[i]!.schema, within(path, field.name), notes, seen);
  } else note(writer, reader, path, notes);
}

function note(writer: AvroSchema, reader: AvroSchema, path: string, notes: Set<string>): void {
  const [from, to] = [unitOf(writer), unitOf(reader)];
  if (from === undefined || to === undefined || units[from] === units[to]) return;
  notes.add(
    `${path} was written as ${from} and is read as ${to}: its numbers are taken as they are, ${units[from]} for ${units[to]}. Give the reading schema the writer's type to have them as they were meant.`,
  );
}

function unitOf(schema: AvroSchema): string | undefined {
  const name = 'logical' in schema ? schema.logical?.name : undefined;
  return name !== undefined && Object.hasOwn(units, name) ? name : undefined;
}

const within = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
