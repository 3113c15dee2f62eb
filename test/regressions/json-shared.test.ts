/** JSON and the same text that is no JSON were taken for one expression, and the second had the first one's value. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { kernelOf, runOnce } from '../unit/pipeline/support.ts';

test('a text beside the JSON that it looks like stays a text', () => {
  const schema = JSON.stringify({ type: 'record', name: 'T', fields: [{ name: 'c', type: 'int' }] });
  const kernel = kernelOf(`SELECT JSON_ARRAY(c, JSON_ARRAY(1)) AS a, JSON_ARRAY(c, '[1]') AS b FROM t`, schema);
  assert.equal(runOnce(kernel, Buffer.from([14])), JSON.stringify({ a: '[7,[1]]', b: '[7,"[1]"]' }));
});
