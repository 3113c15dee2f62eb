/** A column that the stream's schema has as null was NULL whatever the record held: a value that can't be read is an error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { runOnce } from '../unit/pipeline/support.ts';

test('a value where the reader has null is an error of its record', () => {
  const schema = (type: unknown): string =>
    JSON.stringify({
      type: 'record',
      name: 'R',
      fields: [
        { name: 'f', type },
        { name: 'z', type: 'int' },
      ],
    });
  const { kernel } = compileQuery({ sql: 'SELECT * FROM t', streams: { t: schema('null') }, format: 'json' });
  const run = kernel('t', schema(['null', 'double']));
  assert.equal(runOnce(run, Buffer.from([0, 2])), '{"f":null,"z":1}');
  const held = Buffer.concat([Buffer.from([2]), Buffer.alloc(8), Buffer.from([2])]);
  assert.throws(() => runOnce(run, held), { name: 'RecordError', stage: 'decode' });
});
