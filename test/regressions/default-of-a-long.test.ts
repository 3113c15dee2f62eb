/** The default of a long was read as a double, so one beyond 2^53 became its neighbour. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { resolve } from '../../src/pipeline/avro/resolve.ts';
import { valueReader } from '../../src/pipeline/avro/value.ts';

test('the default of a long keeps all its digits', () => {
  const schema = (fields: string): string => `{"type":"record","name":"R","fields":[${fields}]}`;
  for (const digits of ['9007199254740993', '-9223372036854775808', '9223372036854775807']) {
    const reader = parseSchema(schema(`{"name":"big","type":"long","default":${digits}}`));
    assert.deepEqual(valueReader(resolve(parseSchema(schema('')), reader))(Buffer.alloc(0), 0, 0), [BigInt(digits)]);
  }
});
