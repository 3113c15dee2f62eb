/**
 * A union's branch that has the writer's record for an alias, but wants a field that was never written, was passed over for
 * another record whose fields happened to fit: one type's data were read as another's. It is an error of the record.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { mistakeOf, resolve } from '../../src/pipeline/avro/resolve.ts';

const record = (name: string, fields: readonly string[], aliases: readonly string[] = []): object => ({
  type: 'record',
  name,
  aliases,
  fields: fields.map((field) => ({ name: field, type: 'int' })),
});
const read = (writer: object, reader: readonly unknown[]) => {
  const parse = (schema: unknown) => parseSchema(JSON.stringify(schema));
  const reading = resolve(parse(writer), parse(reader));
  return { index: reading.kind === 'branch' ? reading.index : null, mistake: mistakeOf(reading) };
};

test('a record is never read as another one because its own branch lacks a field', () => {
  const login = record('Login', ['at', 'user']);
  const entry = record('Entry', ['at', 'host'], ['Login']);
  const anything = record('Anything', ['at']);
  assert.deepEqual(read(login, ['null', anything, entry]), {
    index: 2,
    mistake: 'host: the writer has no such field, and there is no default',
  });
  assert.deepEqual(read(login, ['null', anything, record('Entry', ['at'], ['Login'])]), {
    index: 2,
    mistake: undefined,
  });
  assert.deepEqual(read(login, ['null', anything]), { index: 1, mistake: undefined });
});
