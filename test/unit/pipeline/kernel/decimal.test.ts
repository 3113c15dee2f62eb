/** DECIMAL arithmetic is exact, against fractions of bigints; rounding is half up; what has no room is the record's error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArithmeticOperator } from '../../../../src/pipeline/sql/bound.ts';
import { decimal, plain, type SqlType } from '../../../../src/pipeline/sql/types.ts';
import { type Long, narrow } from '../../../../src/pipeline/sql/values.ts';
import { bound, cast, column, generate, type Held, literal } from './expressions.ts';

/** n / d, not reduced. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const ten = (digits: number): bigint => 10n ** BigInt(digits);
const fraction = (unscaled: bigint, scale: number): Fraction => ({ n: unscaled, d: ten(scale) });

const meanings: Readonly<Record<ArithmeticOperator, (a: Fraction, b: Fraction) => Fraction | undefined>> = {
  '+': (a, b) => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d }),
  '-': (a, b) => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d }),
  '*': (a, b) => ({ n: a.n * b.n, d: a.d * b.d }),
  '/': (a, b) => (b.n === 0n ? undefined : { n: a.n * b.d, d: a.d * b.n }),
  '%': (a, b) => (b.n === 0n ? undefined : { n: (a.n * b.d) % (b.n * a.d), d: a.d * b.d }),
};

/** The unscaled value that is nearest, of two the one further from zero. */
function rounded({ n, d }: Fraction, scale: number): bigint {
  const [top, bottom] = [2n * n * ten(scale), 2n * d];
  const negative = top < 0n !== bottom < 0n && top !== 0n;
  const [size, by] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
  const nearest = (size + by / 2n) / by;
  return negative ? -nearest : nearest;
}

const digits = (v: bigint): number => String(v < 0n ? -v : v).length;

const decimals = fc
  .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
  .filter(([precision, scale]) => scale <= precision)
  .chain(([precision, scale]) => {
    const most = ten(precision) - 1n;
    const small = most < 1000n ? most : 1000n;
    return fc
      .oneof(fc.bigInt(-most, most), fc.bigInt(-small, small), fc.constantFrom(0n, most, -most))
      .map((value) => ({ type: decimal(precision, scale), scale, value }));
  });

for (const operator of ['+', '-', '*', '/', '%'] as const)
  test(`a ${operator} b is exact to the digit that the result's scale rounds half up, or an error`, () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, { type }) => {
        const result = type as SqlType & { kind: 'DECIMAL' };
        const given = [narrow(a.value), narrow(b.value)] as const;
        const { run } = generate(
          bound('arithmetic', result, { operator, left: column('a', a.type), right: column('b', b.type) }),
          ['a', 'b'],
        );
        // The remainder is one of decimals of the larger of both scales.
        const exact = meanings[operator](fraction(a.value, a.scale), fraction(b.value, b.scale));
        const wanted = exact === undefined ? undefined : rounded(exact, result.scale);
        if (wanted === undefined || digits(wanted) > result.precision)
          assert.throws(() => run(...given), { name: 'RecordError', stage: 'sql' });
        else assert.equal(run(...given), narrow(wanted));
      }),
      { numRuns: 1500 },
    );
  });

const evaluate = (operator: ArithmeticOperator, left: [SqlType, Held], right: [SqlType, Held], type: SqlType): Held =>
  generate(bound('arithmetic', type, { operator, left: literal(...left), right: literal(...right) })).run();

test('integers take part as decimals without a fraction, and decimals in doubles by their nearest double', () => {
  assert.equal(evaluate('+', [decimal(4, 2), 150], [plain('INT'), 2], decimal(13, 2)), 350);
  assert.equal(evaluate('*', [plain('BIGINT'), 2n ** 62n], [decimal(2, 1), 15], decimal(22, 1)), 2n ** 62n * 15n);
  assert.equal(evaluate('+', [decimal(4, 2), 10], [plain('DOUBLE'), 0.2], plain('DOUBLE')), 0.1 + 0.2);
  assert.equal(evaluate('*', [decimal(38, 0), 10n ** 30n], [plain('DOUBLE'), 2], plain('DOUBLE')), 2e30);
});

test('an overflow says what was computed', () => {
  assert.throws(() => evaluate('*', [decimal(3, 2), 999], [decimal(3, 2), 999], decimal(3, 2)), {
    message: '9.99 * 9.99 is beyond DECIMAL(3, 2)',
  });
});

test('the minus sign, comparisons and IN are exact beyond 2^53', () => {
  const type = decimal(38, 2);
  const big = 10n ** 30n + 1n;
  const a = column('a', type);
  assert.equal(generate(bound('negate', type, { operand: a }), ['a']).run(big), -big);
  assert.equal(generate(bound('negate', type, { operand: a }), ['a']).run(5), -5);
  const less = bound('compare', 'BOOLEAN', { operator: '<', left: a, right: literal(type, big) });
  assert.deepEqual(
    [big - 1n, big, 5].map((v) => generate(less, ['a']).run(v)),
    [true, false, true],
  );
  const list = Array.from({ length: 20 }, (_, i) => literal(type, narrow(big + BigInt(i))));
  const within = bound('in', 'BOOLEAN', { operand: a, list });
  assert.deepEqual(
    [big + 19n, big + 20n, null].map((v) => generate(within, ['a']).run(v)),
    [true, false, null],
  );
});

test('another scale rounds half up, and its texts come back', () => {
  fc.assert(
    fc.property(decimals, decimals, (a, { type }) => {
      const to = type as SqlType & { kind: 'DECIMAL' };
      const wanted = rounded(fraction(a.value, a.scale), to.scale);
      const given = narrow(a.value);
      const made = generate(cast(column('a', a.type), to, true), ['a']).run(given);
      assert.equal(made, digits(wanted) > to.precision ? null : narrow(wanted));
      const there = generate(cast(column('a', a.type), 'VARCHAR'), ['a']).run(given);
      assert.equal(generate(cast(column('a', 'VARCHAR'), a.type), ['a']).run(there), given);
      assert.equal(generate(cast(column('a', 'VARCHAR'), to, true), ['a']).run(there), made);
      assert.equal(generate(cast(column('a', a.type), 'DOUBLE'), ['a']).run(given), Number(there));
      assert.equal(
        generate(cast(column('a', a.type), decimal(38, 0)), ['a']).run(given) as Long,
        narrow(rounded(fraction(a.value, a.scale), 0)),
      );
    }),
    { numRuns: 1500 },
  );
});
