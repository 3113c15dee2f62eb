/** Equality, order and keys of values of every form agree with each other, and with the UTF-8 bytes of texts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareValues, equalValues, keyOfValue } from '../../../../src/pipeline/sql/functions/equality.ts';
import { narrow, type Value } from '../../../../src/pipeline/sql/values.ts';

type Held = Value | null;

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom('', 'a', '\u{10000}', '\uffff'));
const leaves: readonly fc.Arbitrary<Held>[] = [
  text,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(narrow),
  fc.constantFrom(0, 1, 9007199254740991, 9007199254740992n, -9007199254740992n),
  fc.double(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
];
const orNull = (of: fc.Arbitrary<Held>): fc.Arbitrary<Held> => fc.oneof(of, fc.constant(null));
/** Three values of one type: an element type, and arrays, maps and union branches of it. */
const likes = fc.constantFrom(...leaves).chain((leaf) => {
  const array: fc.Arbitrary<Held> = fc.array(orNull(leaf), { maxLength: 3 });
  const map: fc.Arbitrary<Held> = fc.array(fc.tuple(text, orNull(array)), { maxLength: 3 }).map((e) => new Map(e));
  const branch: fc.Arbitrary<Held> = leaf.map((value) => ({ branch: 1, value: value! }));
  return fc.constantFrom(leaf, array, map, branch, orNull(leaf)).chain((of) => fc.tuple(of, of, of));
});

test('equality, order and keys agree for values of any one type', () => {
  fc.assert(
    fc.property(likes, ([a, b, c]) => {
      assert.equal(equalValues(a, b), keyOfValue(a) === keyOfValue(b));
      assert.equal(equalValues(a, b), compareValues(a, b) === 0);
      assert.equal(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a)), 0);
      const sorted = [a, b, c].sort(compareValues);
      assert.ok(compareValues(sorted[0]!, sorted[2]!) <= 0);
    }),
    { numRuns: 2000 },
  );
});

test('texts are ordered as their UTF-8 bytes are', () => {
  const whole = fc.string({ unit: 'binary', maxLength: 4 });
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      assert.equal(Math.sign(compareValues(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('a value is the same as another of its form, however it is held', () => {
  assert.ok(equalValues(Number.NaN, Number.NaN));
  assert.ok(equalValues(0, -0) && keyOfValue(0) === keyOfValue(-0));
  assert.ok(equalValues(Buffer.from('ab'), Buffer.from('ab')));
  assert.ok(
    equalValues(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ),
  );
  assert.ok(!equalValues(['a', 'b'], ['a', null]));
  assert.ok(!equalValues('1', 1) && !equalValues(true, 1));
  assert.ok(!equalValues(new Map([['a', null]]), new Map([['b', null]])));
  assert.notEqual(keyOfValue(['a', 'b']), keyOfValue(['a2:sb']));
});

test('NULL stands first and NaN last', () => {
  assert.deepEqual([Number.NaN, 1, null, Number.POSITIVE_INFINITY].sort(compareValues), [
    null,
    1,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]);
});
