/** CSV wrote a NULL array, map or row that passed through unchanged as the JSON text `null`, not as the format's word for NULL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelOf, runOnce, typeOf } from '../unit/pipeline/support.ts';

test('a structured NULL in CSV is the word for NULL, alone and behind another column', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'tags', type: ['null', { type: 'array', items: 'string' }] },
      { name: 'z', type: 'int' },
    ],
  });
  const body = typeOf(schema).toBuffer({ tags: null, z: 1 });
  assert.equal(runOnce(kernelOf('SELECT z, tags, z AS y FROM t', schema, 'csv'), body), '1,,1');
  assert.equal(runOnce(kernelOf('SELECT tags, z FROM t', schema, { csv: { null: 'NULL' } }), body), 'NULL,1');
});
