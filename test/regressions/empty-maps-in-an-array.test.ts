/** An array of maps was taken for too long when its maps were empty: an empty map was thought to take as much as an entry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelOf, runOnce, typeOf } from '../unit/pipeline/support.ts';

test('lists may hold empty lists, down to the last byte of the body', () => {
  for (const inner of [
    { type: 'map', values: 'double' },
    { type: 'array', items: { type: 'fixed', name: 'F', size: 100 } },
  ])
    for (const outer of [
      { type: 'array', items: inner },
      { type: 'map', values: inner },
    ]) {
      const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'f', type: outer }] });
      const empty = inner.type === 'map' ? {} : [];
      const value = outer.type === 'map' ? { k: empty, l: empty } : [empty, empty, empty];
      const body = typeOf(schema).toBuffer({ f: value });
      assert.equal(runOnce(kernelOf('SELECT * FROM t', schema), body), JSON.stringify({ f: value }));
    }
});
