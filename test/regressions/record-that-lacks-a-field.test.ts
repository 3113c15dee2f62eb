/**
 * A record that the reader can't make, since a field of it has neither a value nor a default, is an error of the record that
 * holds it. Where the schema named it in two places, the second one's reader was left without an end, and the kernel broke.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { resolve } from '../../src/pipeline/avro/resolve.ts';
import { RecordError } from '../../src/pipeline/ports.ts';
import { recordReader } from '../support/reader.ts';

test('a record that lacks a field is an error of the record, wherever it stands', () => {
  const schema = (more: string): string =>
    `{"type":"record","name":"R","fields":[
      {"name":"a","type":["null",{"type":"record","name":"Inner","fields":[{"name":"n","type":"int"}${more}]}]},
      {"name":"b","type":["null","Inner"]}]}`;
  const read = recordReader(resolve(parseSchema(schema('')), parseSchema(schema(',{"name":"x","type":"bytes"}'))));
  for (const body of ['020200', '000202'])
    assert.throws(() => read(Buffer.from(body, 'hex'), 0, body.length / 2), RecordError);
});
