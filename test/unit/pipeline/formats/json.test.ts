/** JSON text, byte for byte as JSON.stringify writes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeDouble, writeInt, writeLong } from '../../../../src/pipeline/formats/json/number.ts';
import { writeBase64, writeLower, writeString, writeUpper } from '../../../../src/pipeline/formats/json/text.ts';

const dst = Buffer.alloc(1 << 16);
/** Decoded strictly: the output is UTF-8 whatever the input was. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const shown = (end: number): string => strict.decode(dst.subarray(3, end));
const bytes = fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b));
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('a', 'Z', '"', '\\', '\n', '\u0001', '\u001f', 'é', '漢', '😀', '\u2028', 'ß', 'ı'),
  }),
);

test('strings are escaped as JSON.stringify does', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const src = Buffer.from(text);
      assert.equal(shown(writeString(src, 0, src.length, dst, 3)), JSON.stringify(src.toString()));
    }),
    { numRuns: 3000 },
  );
});

test('UPPER and LOWER write what JavaScript would, beyond ASCII too', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const src = Buffer.from(text);
      assert.equal(shown(writeUpper(src, 0, src.length, dst, 3)), JSON.stringify(src.toString().toUpperCase()));
      assert.equal(shown(writeLower(src, 0, src.length, dst, 3)), JSON.stringify(src.toString().toLowerCase()));
    }),
    { numRuns: 2000 },
  );
});

/** Characters at the edges of each row of Unicode's table 3-7, and just beyond: overlong, surrogates, above U+10FFFF, cut short. Few at a time, since one wrong one hides the others. */
const nearUtf8 = fc
  .array(
    fc.constantFrom(
      ...[
        '41',
        'c280',
        'dfbf',
        'c1bf',
        'c2',
        'e0a080',
        'e09f80',
        'ed9fbf',
        'eda080',
        'edbfbf',
        'efbfbf',
        'e180',
        'e18041',
      ],
      ...['f0908080', 'f08fbfbf', 'f48fbfbf', 'f4908080', 'f5808080', 'f18080', 'f1808041', '80'],
    ),
    { maxLength: 3 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'hex'));

test("bytes that aren't UTF-8 are replaced as Node's decoder does", () => {
  fc.assert(
    fc.property(fc.oneof(bytes, nearUtf8), (src) => {
      assert.equal(shown(writeString(src, 0, src.length, dst, 3)), JSON.stringify(src.toString()));
    }),
    { numRuns: 3000 },
  );
});

test('bytes become base64', () => {
  fc.assert(
    fc.property(bytes, (src) => {
      assert.equal(shown(writeBase64(src, 0, src.length, dst, 3)), JSON.stringify(src.toString('base64')));
    }),
  );
});

test('doubles are written in their shortest form', () => {
  const decimals = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([n, places]) => n / 10 ** places);
  const edges = fc.constantFrom(
    0,
    -0,
    0.1,
    1e21,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0.001,
    999999999999.999,
    0.000001,
    123456.7,
  );
  fc.assert(
    fc.property(fc.oneof(fc.double(), decimals, edges), (v) => {
      assert.equal(shown(writeDouble(dst, 3, v)), JSON.stringify(v));
    }),
    { numRuns: 5000 },
  );
});

test('integers are written digit by digit', () => {
  fc.assert(
    fc.property(fc.integer(), fc.maxSafeInteger(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (i, l, b) => {
      assert.equal(shown(writeInt(dst, 3, i)), String(i));
      assert.equal(shown(writeLong(dst, 3, l)), String(l));
      assert.equal(shown(writeLong(dst, 3, b)), String(b));
    }),
    { numRuns: 3000 },
  );
  for (let power = 0; power <= 15; power++)
    for (const v of [10 ** power, 10 ** power - 1, 2 ** 31, -(2 ** 31)])
      assert.equal(shown(writeLong(dst, 3, v)), String(v));
});
