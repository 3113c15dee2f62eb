/** Constants of every type are evaluated now, as a record's would be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateConstant } from '../../../../src/pipeline/kernel/constant.ts';
import { decimal, nullable, plain, type SqlType, time, timestamp } from '../../../../src/pipeline/sql/types.ts';
import { bound, cast, column, type Held, int, literal, text } from './expressions.ts';

const array: SqlType = { kind: 'ARRAY', element: nullable(plain('INT')) };
const literals: readonly (readonly [SqlType, Held])[] = [
  [plain('BOOLEAN'), true],
  [plain('BOOLEAN'), false],
  [plain('TINYINT'), -128],
  [plain('INT'), -5],
  [plain('BIGINT'), 2n ** 63n - 1n],
  [plain('DOUBLE'), Number.NaN],
  [plain('FLOAT'), -0.5],
  [decimal(38, 2), -(10n ** 37n)],
  [plain('VARCHAR'), '`\u2028"\\é</script>'],
  [plain('BYTES'), Buffer.from([0, 255])],
  [plain('DATE'), -1],
  [time(3), 5],
  [time(6), 86_399_999_999],
  [timestamp(9), 2n ** 62n],
  [{ kind: 'INTERVAL', of: 'MONTH' }, -14],
  [{ kind: 'INTERVAL', of: 'SECOND' }, -(2n ** 63n)],
  [plain('DURATION'), Buffer.alloc(12)],
  [array, [1, null]],
  [{ kind: 'MAP', value: nullable(plain('INT')) }, new Map([['a', null]])],
  [{ kind: 'ROW', fields: [{ name: 'a', type: nullable(plain('INT')) }] }, [null]],
];

test('a literal of any type is its value, and NULL is null', () => {
  for (const [type, value] of literals) {
    assert.deepEqual(evaluateConstant(literal(type, value)), value, type.kind);
    assert.equal(evaluateConstant(literal(type, null)), null, type.kind);
  }
  assert.equal(evaluateConstant(literal({ kind: 'NULL' }, null)), null);
});

test('literals of every type are distinct from NULL only, and the same as themselves', () => {
  for (const [type, value] of literals) {
    const distinct = (left: Held, right: Held): Held =>
      evaluateConstant(bound('distinct', 'BOOLEAN', { left: literal(type, left), right: literal(type, right) }));
    assert.equal(distinct(value, null), true, type.kind);
    assert.equal(distinct(null, null), false, type.kind);
    if (!Number.isNaN(value)) assert.equal(distinct(value, value), false, type.kind);
    const chosen = bound('coalesce', type, { operands: [literal(type, null), literal(type, value)] });
    assert.deepEqual(evaluateConstant(chosen), value, type.kind);
  }
});

test('what would be the error of a record is thrown now', () => {
  const quotient = bound('arithmetic', 'INT', { operator: '/', left: int(1), right: int(0) });
  assert.throws(() => evaluateConstant(quotient), { name: 'RecordError', stage: 'sql' });
  assert.throws(() => evaluateConstant(cast(text('x'), 'INT')), { name: 'RecordError', stage: 'sql' });
});

test('a column is no constant', () => {
  assert.throws(() => evaluateConstant(column('a', 'INT')), TypeError);
});
