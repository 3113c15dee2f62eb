/** The difference of two documents, field by field. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween } from '../../../src/client/changes.ts';

test('equal documents differ nowhere, whatever the order of their keys', () => {
  assert.deepEqual(changesBetween({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 }), []);
});

test('a leaf that differs, appears or goes is told with its JSON pointer', () => {
  const changes = changesBetween({ spec: { sql: 'a', 'x/y~': 1 } }, { spec: { sql: 'b', tasks: { min: 2 } } });
  assert.deepEqual(changes, [
    { path: '/spec/sql', from: 'a', to: 'b' },
    { path: '/spec/x~1y~0', from: 1, to: undefined },
    { path: '/spec/tasks', from: undefined, to: { min: 2 } },
  ]);
});

test('an array differs as a whole', () => {
  assert.deepEqual(changesBetween({ a: [1, 2] }, { a: [2, 1] }), [{ path: '/a', from: [1, 2], to: [2, 1] }]);
});
