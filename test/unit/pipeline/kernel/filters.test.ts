/** The order of predicates: what is ready, cheapest first, and never what can fail before what stands in front of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Filters } from '../../../../src/pipeline/kernel/filters.ts';
import type { Bound } from '../../../../src/pipeline/sql/bound.ts';
import { column, equals, isNull, not, record, recordSchema, text } from './bounds.ts';

const a = column(recordSchema(record('R', [{ name: 'a', type: 'string' }])), 'a');
const cheap = equals(a, text('x'));
const dear = not(equals(a, text('y')));
const dearest = not(not(not(isNull(a))));
const failing = (b: Bound): Bound => ({ ...b, fallible: true });
const [first, second] = [failing(cheap), failing(dear)];

const order = (tests: readonly Bound[], ...ready: readonly (readonly Bound[])[]): readonly number[][] => {
  const filters = new Filters(tests);
  return ready.map((now) => filters.take((b) => now.includes(b)).map((b) => tests.indexOf(b)));
};

test('of predicates that are ready and can’t fail the cheapest goes first', () => {
  const all = [dearest, dear, cheap];
  assert.deepEqual(order(all, all), [[2, 1, 0]]);
  assert.deepEqual(order(all, [dearest], all), [[0], [2, 1]]);
});

test('one that can fail waits for all before it, and goes before those behind it that are ready then', () => {
  const all = [dear, first, cheap];
  assert.deepEqual(order(all, all), [[0, 1, 2]]);
  // Its turn hasn't come: what can't fail need not wait for it.
  assert.deepEqual(order(all, [first, cheap], all), [[2], [0, 1]]);
});

test('those that can fail keep their order, whatever they cost', () => {
  assert.deepEqual(order([second, first], [first], [first, second]), [[], [0, 1]]);
});
