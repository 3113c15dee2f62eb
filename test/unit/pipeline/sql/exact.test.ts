/** BIGINT is exact over all 64 bits: passed through, computed with and compared; checked against BigInt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kernelOf, runOnce } from '../support.ts';

const schema = JSON.stringify({
  type: 'record',
  name: 'T',
  fields: ['a', 'b'].map((name) => ({ name, type: 'long' })),
});

/** Zigzag varint by BigInt: avsc has no longs beyond 2^53. */
function long(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const edges = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 52n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const longs = fc.oneof(
  fc.constantFrom(...edges, ...edges.map((e) => BigInt.asIntN(64, -e))),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-1000n, 1000n),
);

const operators: Readonly<Record<string, (a: bigint, b: bigint) => bigint | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
};

test('longs pass through with every digit', () => {
  const kernel = kernelOf('SELECT a, b FROM t', schema);
  fc.assert(
    fc.property(longs, longs, (a, b) => {
      assert.equal(runOnce(kernel, Buffer.concat([long(a), long(b)])), `{"a":${a},"b":${b}}`);
    }),
    { numRuns: 2000 },
  );
});

for (const [operator, meaning] of Object.entries(operators))
  test(`a ${operator} b is exact, or an error of the record`, () => {
    const kernel = kernelOf(`SELECT a ${operator} b AS r FROM t`, schema);
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const body = Buffer.concat([long(a), long(b)]);
        const wanted = meaning(a, b);
        if (wanted === undefined || BigInt.asIntN(64, wanted) !== wanted)
          assert.throws(() => runOnce(kernel, body), { name: 'RecordError', stage: 'sql' });
        else assert.equal(runOnce(kernel, body), `{"r":${wanted}}`);
      }),
      { numRuns: 2000 },
    );
  });

test('comparisons are exact, also with numbers that only a BIGINT or a DOUBLE can say', () => {
  const sql =
    'SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a = 9007199254740993 AS big, a > 9.007199254740992e15 AS dbl FROM t';
  const kernel = kernelOf(sql, schema);
  fc.assert(
    fc.property(longs, longs, (a, b) => {
      const wanted = {
        lt: a < b,
        le: a <= b,
        eq: a === b,
        ne: a !== b,
        big: a === 9007199254740993n,
        dbl: a > 9007199254740992n,
      };
      assert.equal(runOnce(kernel, Buffer.concat([long(a), long(b)])), JSON.stringify(wanted));
    }),
    { numRuns: 2000 },
  );
});
