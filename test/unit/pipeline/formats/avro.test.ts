/** Avro out: what avsc wrote, read and written again, is the same bytes; numbers at the edges of their encodings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { same } from '../../../../src/pipeline/avro/resolve.ts';
import { valueWriter } from '../../../../src/pipeline/formats/avro/value.ts';
import {
  copyBytes,
  writeDecimal,
  writeDecimalFixed,
  writeInt,
  writeLong,
  writeUuid,
} from '../../../../src/pipeline/formats/avro/wire.ts';
import { typeOf } from '../../../../src/pipeline/sql/types.ts';
import { recordReader } from '../../../support/reader.ts';
import { typeOf as avscTypeOf, schemas } from '../support.ts';

test('a value that avsc wrote is written again as the same bytes, whatever its schema', () => {
  fc.assert(
    fc.property(schemas, (text) => {
      const type = avscTypeOf(text);
      const schema = parseSchema(text);
      const read = recordReader(same(schema));
      const write = valueWriter(schema, typeOf(schema).type);
      const body = type.toBuffer(type.random());
      const dst = Buffer.alloc(body.length + 16);
      const end = write(dst, 3, read(body, 0, body.length));
      assert.equal(dst.toString('hex', 3, end), body.toString('hex'));
    }),
    { numRuns: 500 },
  );
});

test('longs take the varint that avsc gives them, up to both ends of 64 bits', () => {
  const dst = Buffer.alloc(10);
  const long = avsc.types.LongType.__with({
    fromBuffer: (b: Buffer) => b.readBigInt64LE(),
    toBuffer: (v: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(v);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (v: unknown) => typeof v === 'bigint',
    compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
  } as never);
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (v) => {
      const held = Number.isSafeInteger(Number(v)) ? Number(v) : v;
      const end = writeLong(dst, 0, held);
      assert.equal(dst.toString('hex', 0, end), long.toBuffer(v).toString('hex'));
    }),
    { numRuns: 2000, examples: [[-(2n ** 63n)], [2n ** 63n - 1n], [0n], [-1n], [2n ** 31n], [-(2n ** 31n) - 1n]] },
  );
});

test('ints at the edges of 32 bits and of each length of a varint', () => {
  const type = avsc.Type.forSchema('int');
  const dst = Buffer.alloc(8);
  for (const v of [0, -1, 63, 64, -64, -65, 8191, 8192, -8193, 2 ** 20, 2 ** 27, 2 ** 31 - 1, -(2 ** 31)])
    assert.equal(dst.toString('hex', 0, writeInt(dst, 0, v)), type.toBuffer(v).toString('hex'), String(v));
});

test('decimals are two’s complement, big-endian, as short as they can be, or as wide as their fixed', () => {
  const dst = Buffer.alloc(32);
  const cases: [number | bigint, string][] = [
    [0, '0200'],
    [127, '027f'],
    [128, '040080'],
    [-1, '02ff'],
    [-128, '0280'],
    [-129, '04ff7f'],
    [12345678901234567890n, '1200ab54a98ceb1f0ad2'],
  ];
  for (const [v, hex] of cases) assert.equal(dst.toString('hex', 0, writeDecimal(dst, 0, v)), hex, String(v));
  assert.equal(dst.toString('hex', 0, writeDecimalFixed(dst, 0, -2, 4)), 'fffffffe');
});

test('a uuid’s text becomes its sixteen bytes', () => {
  const dst = Buffer.alloc(16);
  writeUuid(dst, 0, '6f9619ff-8b86-d011-b42d-00c04fc964ff');
  assert.equal(dst.toString('hex'), '6f9619ff8b86d011b42d00c04fc964ff');
});

test('what does not fit is told by the position, and nothing stands before the place', () => {
  const src = Buffer.alloc(100, 7);
  for (const room of [0, 10, 49, 99]) {
    const dst = Buffer.alloc(5 + room);
    assert.equal(copyBytes(src, 0, 100, dst, 5), 105);
    assert.equal(dst.toString('hex', 0, 5), '0000000000');
  }
});
