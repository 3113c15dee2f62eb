/** What stands in few words: narrow integers, the forms of functions, changed letters, symbols of enums, long texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import type { ArithmeticOperator, Bound } from '../../../../src/pipeline/sql/bound.ts';
import type { SqlFunction } from '../../../../src/pipeline/sql/functions/function.ts';
import { type Plain, plain } from '../../../../src/pipeline/sql/types.ts';
import { bound, column, generate, type Held, int, literal, text } from './expressions.ts';

const compute = (operator: ArithmeticOperator, type: Plain, a: Held, b: Held): Held => {
  const shape = { operator, left: column('a', type), right: column('b', type) };
  return generate(bound('arithmetic', type, shape), ['a', 'b']).run(a, b);
};

test('integers of each width hold their range and nothing beyond', () => {
  const ranges = { TINYINT: [-128, 127], SMALLINT: [-32_768, 32_767], INT: [-2_147_483_648, 2_147_483_647] } as const;
  for (const [kind, [least, most]] of Object.entries(ranges) as [keyof typeof ranges, readonly [number, number]][]) {
    assert.equal(compute('+', kind, most - 1, 1), most);
    assert.equal(compute('-', kind, least + 1, 1), least);
    assert.equal(compute('*', kind, 0, -5), 0);
    assert.equal(compute('/', kind, -7, 2), -3);
    assert.equal(compute('%', kind, -7, 2), -1);
    assert.equal(compute('+', kind, null, 1), null);
    const beyond = { name: 'RecordError', stage: 'sql', message: new RegExp(`beyond ${kind}`) };
    assert.throws(() => compute('+', kind, most, 1), beyond);
    assert.throws(() => compute('*', kind, most, least), beyond);
    assert.throws(() => compute('/', kind, least, -1), beyond);
    assert.throws(() => compute('%', kind, 1, 0), { message: 'division by zero in %' });
    const { run } = generate(bound('negate', kind, { operand: column('a', kind) }), ['a']);
    assert.deepEqual([run(most), run(0), run(null)], [-most, 0, null]);
    assert.throws(() => run(least), beyond);
  }
});

test('BIGINTs, doubles and floats', () => {
  const most = 2n ** 63n - 1n;
  assert.equal(compute('*', 'BIGINT', 0, -5), 0);
  assert.ok(Object.is(compute('*', 'BIGINT', 0, -5), 0));
  assert.equal(compute('-', 'BIGINT', most, 2n ** 62n), most - 2n ** 62n);
  assert.throws(() => compute('+', 'BIGINT', most, 1), { message: '9223372036854775807 + 1 is beyond BIGINT' });
  assert.equal(compute('/', 'DOUBLE', 1, 0), Number.POSITIVE_INFINITY);
  assert.equal(
    compute('+', 'FLOAT', Math.fround(0.1), Math.fround(0.2)),
    Math.fround(Math.fround(0.1) + Math.fround(0.2)),
  );
  const mixed = bound('arithmetic', 'DOUBLE', {
    operator: '+',
    left: column('a', 'BIGINT'),
    right: column('b', 'DOUBLE'),
  });
  assert.equal(generate(mixed, ['a', 'b']).run(2n ** 60n, 0.5), 2 ** 60);
  const { run } = generate(bound('negate', 'BIGINT', { operand: column('a', 'BIGINT') }), ['a']);
  assert.deepEqual([run(-most), run(5)], [most, -5]);
  assert.throws(() => run(-most - 1n), { message: /beyond BIGINT/ });
  assert.equal(generate(bound('negate', 'DOUBLE', { operand: column('a', 'DOUBLE') }), ['a']).run(0.5), -0.5);
});

const fn = (body: SqlFunction['body']): SqlFunction => ({
  name: 'TEST',
  category: 'conditions',
  doc: '',
  examples: [],
  parameters: [],
  nulls: 'strict',
  result: () => plain('VARCHAR'),
  body,
});
const call = (body: SqlFunction['body'], ...args: readonly Bound[]): Bound =>
  bound('call', 'VARCHAR', { fn: fn(body), args });
const [s, t] = [column('s', 'VARCHAR'), column('t', 'VARCHAR')];

test('letters are changed where a text is read, also twice and among others', () => {
  const [upper, lower] = [
    { via: 'fold', fold: 'upper' },
    { via: 'fold', fold: 'lower' },
  ] as const;
  for (const holding of ['values', 'slices'] as const) {
    const run = (b: Bound, ...given: Held[]): Held => generate(b, ['s', 't'], { holding }).run(...given);
    assert.deepEqual([run(call(upper, s), 'aé', null), run(call(lower, call(upper, s)), 'Aß', null)], ['AÉ', 'ass']);
    const chosen = (a: Bound, b: Bound): Bound => bound('coalesce', 'VARCHAR', { operands: [a, b] });
    assert.deepEqual(
      [run(chosen(call(upper, s), call(upper, t)), null, 'b'), run(chosen(call(upper, s), t), null, 'b')],
      ['B', 'b'],
    );
    const same = bound('compare', 'BOOLEAN', { operator: '=', left: call(lower, s), right: call(lower, t) });
    assert.deepEqual([run(same, 'AB', 'ab'), run(same, 'AB', 'a')], [true, false]);
    const before = bound('compare', 'BOOLEAN', { operator: '<', left: call(upper, s), right: text('B') });
    assert.deepEqual([run(before, 'a', null), run(before, 'b', null)], [true, false]);
  }
});

/** A text that is held as one of the symbols of an enum. */
const symbol = bound('case', 'VARCHAR', {
  whens: [
    {
      when: bound('compare', 'BOOLEAN', { operator: '=', left: column('i', 'INT'), right: int(1) }),
      result: text('deny'),
    },
    {
      when: bound('compare', 'BOOLEAN', { operator: '=', left: column('i', 'INT'), right: int(2) }),
      result: text('allow'),
    },
  ],
  otherwise: literal('VARCHAR', null),
});

test('constant texts that are chosen from are compared, looked up and chosen from again without being made', () => {
  const answers = (b: Bound): readonly Held[] => [1, 2, 3].map((i) => generate(b, ['i']).run(i));
  const compared = bound('compare', 'BOOLEAN', { operator: '<>', left: text('deny'), right: symbol });
  assert.deepEqual(answers(compared), [false, true, null]);
  const list = [...Array.from({ length: 20 }, (_, i) => text(`x${i}`)), text('deny')];
  const within = bound('in', 'BOOLEAN', { operand: symbol, list });
  assert.deepEqual(answers(within), [true, false, null]);
  const again = bound('coalesce', 'VARCHAR', { operands: [symbol, text('allow')] });
  assert.deepEqual(answers(again), ['deny', 'allow', 'allow']);
  for (const b of [compared, within]) assert.doesNotMatch(generate(b, ['i']).source, /'deny'|"deny"/);
});

test('|| makes no text beyond the bound', () => {
  const { run } = generate(bound('concat', 'VARCHAR', { operands: [s, t] }), ['s', 't']);
  const half = 'x'.repeat(limits.textCharsMax / 2);
  assert.equal((run(half, half) as string).length, limits.textCharsMax);
  assert.throws(() => run(half, `${half}x`), { name: 'RecordError', stage: 'sql' });
});

test('comparisons of a literal with a column are those of the column with the literal', () => {
  for (const holding of ['values', 'slices'] as const)
    for (const [operator, wanted] of [
      ['<', true],
      ['<=', true],
      ['=', false],
      ['>', false],
      ['>=', false],
      ['<>', true],
    ] as const) {
      const b = bound('compare', 'BOOLEAN', { operator, left: text('b'), right: s });
      assert.deepEqual(
        [generate(b, ['s'], { holding }).run('c'), generate(b, ['s'], { holding }).run(null)],
        [wanted, null],
      );
    }
});
