/** A fixed decimal of more digits than its bytes can hold was read as a number; by the specification it is plain bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';

test('a fixed is a decimal only where its bytes can hold all the digits', () => {
  const logicalOf = (size: number, precision: number): unknown => {
    const text = JSON.stringify({ type: 'fixed', name: 'F', size, logicalType: 'decimal', precision, scale: 1 });
    return (parseSchema(text) as { logical?: unknown }).logical;
  };
  for (const [size, digits] of [
    [1, 2],
    [4, 9],
    [8, 18],
    [16, 38],
  ] as const) {
    assert.deepEqual(logicalOf(size, digits), { name: 'decimal', precision: digits, scale: 1 });
    assert.equal(logicalOf(size, digits + 1), undefined);
  }
});
