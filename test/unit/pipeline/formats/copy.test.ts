/** Copying pieces of a record, by bytes, words or a call of the runtime, as long as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyBytes } from '../../../../src/pipeline/formats/avro/wire.ts';

const src = Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 7 + 255) & 255));

test('a piece of any length is copied from any place, and no byte around it is touched', () => {
  for (let length = 0; length < 700; length++) {
    const start = length % 13;
    const dst = Buffer.alloc(720, 1);
    assert.equal(copyBytes(src, start, start + length, dst, 5), 5 + length);
    const wanted = Buffer.concat([
      Buffer.alloc(5, 1),
      src.subarray(start, start + length),
      Buffer.alloc(715 - length, 1),
    ]);
    assert.deepEqual(dst, wanted);
  }
});

test('a piece that ends with the output fits, and one byte more says so and writes nothing before its place', () => {
  for (const length of [1, 7, 8, 9, 320, 321, 600]) {
    const dst = Buffer.alloc(length, 1);
    assert.equal(copyBytes(src, 3, 3 + length, dst, 0), length);
    assert.deepEqual(dst, src.subarray(3, 3 + length));
    const short = Buffer.alloc(length, 1);
    assert.equal(copyBytes(src, 3, 3 + length, short, 1), length + 1);
    assert.equal(short[0], 1);
  }
});
