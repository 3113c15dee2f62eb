/** Payloads are measured as they are sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonBytes } from '../../../src/contracts/json-bytes.ts';

test('a value is as long as its JSON is in UTF-8, whatever characters it has', () => {
  const text = fc.string({ unit: 'binary' });
  const any = fc.oneof(
    text,
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((u) => String.fromCharCode(...u)),
  );
  fc.assert(
    fc.property(fc.dictionary(any, any), (value) => {
      assert.equal(jsonBytes(value), Buffer.byteLength(JSON.stringify(value)));
    }),
  );
});
