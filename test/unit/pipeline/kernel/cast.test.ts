/** CAST and TRY_CAST of every pair of types: what comes out, what is refused, and which pairs there are none for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import type { AvroRecord } from '../../../../src/pipeline/avro/schema.ts';
import { casterOf } from '../../../../src/pipeline/kernel/casters.ts';
import {
  decimal,
  notNull,
  nullable,
  plain,
  type SqlType,
  time,
  timestamp,
  typeOf,
} from '../../../../src/pipeline/sql/types.ts';
import { bound, cast, column, generate, type Held, literal } from './expressions.ts';

const record = parseSchema(
  JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'u', type: ['null', 'int', 'string'] }] }),
) as AvroRecord;
const union = typeOf(record.fields[0]!.schema).type;
const row = (...types: readonly SqlType[]): SqlType => ({
  kind: 'ROW',
  fields: types.map((type, i) => ({ name: `f${i}`, type: nullable(type) })),
});
const int = plain('INT');
const varchar = plain('VARCHAR');

const types: Readonly<Record<string, SqlType>> = {
  NULL: { kind: 'NULL' },
  BOOLEAN: plain('BOOLEAN'),
  TINYINT: plain('TINYINT'),
  SMALLINT: plain('SMALLINT'),
  INT: int,
  BIGINT: plain('BIGINT'),
  FLOAT: plain('FLOAT'),
  DOUBLE: plain('DOUBLE'),
  'DECIMAL(5, 2)': decimal(5, 2),
  'DECIMAL(38, 0)': decimal(38, 0),
  VARCHAR: varchar,
  BYTES: plain('BYTES'),
  DATE: plain('DATE'),
  'TIME(3)': time(3),
  'TIME(6)': time(6),
  'TIMESTAMP(3)': timestamp(3),
  'TIMESTAMP(9)': timestamp(9),
  'TIMESTAMP_LTZ(6)': timestamp(6, true),
  MONTHS: { kind: 'INTERVAL', of: 'MONTH' },
  SECONDS: { kind: 'INTERVAL', of: 'SECOND' },
  DURATION: plain('DURATION'),
  'ARRAY<INT>': { kind: 'ARRAY', element: nullable(int) },
  'ARRAY<VARCHAR NOT NULL>': { kind: 'ARRAY', element: notNull(varchar) },
  'MAP<INT>': { kind: 'MAP', value: nullable(int) },
  'MAP<VARCHAR>': { kind: 'MAP', value: nullable(varchar) },
  'ROW<INT, VARCHAR>': row(int, varchar),
  'ROW<VARCHAR, INT>': row(varchar, int),
  'UNION<INT, VARCHAR>': union,
};

/** Stands for an error of CAST, and NULL of TRY_CAST. */
const refused = Symbol('refused');
type Sample = readonly [Held, Held | typeof refused];

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
const duration = (months: number, days: number, millis: number): Buffer => {
  const bytes = Buffer.alloc(12);
  for (const [i, part] of [months, days, millis].entries()) bytes.writeUInt32LE(part, 4 * i);
  return bytes;
};
/** 2026-03-01 13:14:15.123456789 and 1969-12-31 23:59:59.999. */
const [moment, before] = [1_772_370_855, -1];
const nanos = BigInt(moment) * 1_000_000_000n + 123_456_789n;
const day = 20_513;
const clock = 47_655_123;

/** From → to → what becomes of what. Pairs that don't stand here have no cast. */
const table: Readonly<Record<string, Readonly<Record<string, readonly Sample[]>>>> = {
  NULL: Object.fromEntries(Object.keys(types).map((to) => [to, [[null, null]]])),
  BOOLEAN: {
    BOOLEAN: [[true, true]],
    TINYINT: [[true, 1]],
    SMALLINT: [[false, 0]],
    INT: [
      [true, 1],
      [null, null],
    ],
    BIGINT: [[true, 1]],
    FLOAT: [[true, 1]],
    DOUBLE: [[false, 0]],
    'DECIMAL(5, 2)': [[true, 100]],
    'DECIMAL(38, 0)': [[true, 1]],
    VARCHAR: [
      [true, 'TRUE'],
      [false, 'FALSE'],
      [null, null],
    ],
  },
  TINYINT: {
    BOOLEAN: [
      [0, false],
      [-1, true],
    ],
    TINYINT: [[-128, -128]],
    SMALLINT: [[-128, -128]],
    INT: [[127, 127]],
    BIGINT: [[127, 127]],
    FLOAT: [[127, 127]],
    DOUBLE: [[127, 127]],
    'DECIMAL(5, 2)': [[-128, -12_800]],
    'DECIMAL(38, 0)': [[5, 5]],
    VARCHAR: [[-5, '-5']],
  },
  SMALLINT: {
    BOOLEAN: [[300, true]],
    TINYINT: [
      [127, 127],
      [128, refused],
      [-129, refused],
    ],
    SMALLINT: [[300, 300]],
    INT: [[300, 300]],
    BIGINT: [[300, 300]],
    FLOAT: [[300, 300]],
    DOUBLE: [[300, 300]],
    'DECIMAL(5, 2)': [
      [999, 99_900],
      [1000, refused],
      [-1000, refused],
    ],
    'DECIMAL(38, 0)': [[300, 300]],
    VARCHAR: [[300, '300']],
  },
  INT: {
    BOOLEAN: [
      [0, false],
      [7, true],
    ],
    TINYINT: [
      [-128, -128],
      [300, refused],
    ],
    SMALLINT: [
      [32_767, 32_767],
      [32_768, refused],
    ],
    INT: [
      [7, 7],
      [null, null],
    ],
    BIGINT: [
      [7, 7],
      [null, null],
    ],
    FLOAT: [[16_777_217, 16_777_216]],
    DOUBLE: [[16_777_217, 16_777_217]],
    'DECIMAL(5, 2)': [
      [-7, -700],
      [100_000, refused],
    ],
    'DECIMAL(38, 0)': [[-7, -7]],
    VARCHAR: [
      [-7, '-7'],
      [null, null],
    ],
  },
  BIGINT: {
    BOOLEAN: [
      [0, false],
      [most, true],
    ],
    TINYINT: [
      [1, 1],
      [most, refused],
    ],
    SMALLINT: [
      [-32_768, -32_768],
      [-32_769, refused],
    ],
    INT: [
      [2_147_483_647, 2_147_483_647],
      [2_147_483_648, refused],
      [least, refused],
    ],
    BIGINT: [[most, most]],
    FLOAT: [[2 ** 40, 2 ** 40]],
    DOUBLE: [
      [most, 2 ** 63],
      [5, 5],
    ],
    'DECIMAL(5, 2)': [
      [5, 500],
      [most, refused],
    ],
    'DECIMAL(38, 0)': [[least, least]],
    VARCHAR: [
      [most, '9223372036854775807'],
      [-5, '-5'],
    ],
  },
  FLOAT: {
    BOOLEAN: [[0.5, true]],
    TINYINT: [
      [-1.5, -1],
      [128, refused],
    ],
    SMALLINT: [[1.5, 1]],
    INT: [
      [Number.NaN, refused],
      [2 ** 31, refused],
    ],
    BIGINT: [
      [2 ** 62, 2n ** 62n],
      [2 ** 63, refused],
    ],
    FLOAT: [[0.5, 0.5]],
    DOUBLE: [[Math.fround(0.1), Math.fround(0.1)]],
    'DECIMAL(5, 2)': [
      [Math.fround(0.125), 13],
      [Math.fround(0.1), 10],
    ],
    'DECIMAL(38, 0)': [[Math.fround(1e10), 10_000_000_000]],
    VARCHAR: [
      [Math.fround(0.1), '0.1'],
      [Math.fround(16_777_216), '1.6777216E7'],
      [Number.NaN, 'NaN'],
      [Math.fround(3.4e38), '3.4E38'],
    ],
  },
  DOUBLE: {
    BOOLEAN: [
      [0, false],
      [-0.5, true],
    ],
    TINYINT: [
      [-0.9, 0],
      [-128.9, -128],
      [Number.POSITIVE_INFINITY, refused],
    ],
    SMALLINT: [[1e9, refused]],
    INT: [
      [1.9, 1],
      [-1.9, -1],
      [2_147_483_647.9, 2_147_483_647],
      [2_147_483_648, refused],
      [Number.NaN, refused],
    ],
    BIGINT: [
      [1e15, 1e15],
      [-(2 ** 63), least],
      [2 ** 63, refused],
      [Number.NEGATIVE_INFINITY, refused],
    ],
    FLOAT: [
      [0.1, Math.fround(0.1)],
      [1e300, refused],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ],
    DOUBLE: [[0.1, 0.1]],
    'DECIMAL(5, 2)': [
      [1.005, 101],
      [-1.005, -101],
      [999.994, 99_999],
      [999.995, refused],
      [Number.NaN, refused],
    ],
    'DECIMAL(38, 0)': [
      [1e30, 10n ** 30n],
      [1e38, refused],
      [0.4, 0],
    ],
    VARCHAR: [
      [1, '1.0'],
      [0.1, '0.1'],
      [-0, '0.0'],
      [9_999_999, '9999999.0'],
      [1e7, '1.0E7'],
      [0.000_999, '9.99E-4'],
      [1e21, '1.0E21'],
      [Number.NEGATIVE_INFINITY, '-Infinity'],
    ],
  },
  'DECIMAL(5, 2)': {
    BOOLEAN: [
      [0, false],
      [1, true],
    ],
    TINYINT: [
      [-199, -1],
      [12_800, refused],
    ],
    SMALLINT: [[99_999, 999]],
    INT: [
      [199, 1],
      [-199, -1],
      [-99, 0],
    ],
    BIGINT: [[99_999, 999]],
    FLOAT: [[10, Math.fround(0.1)]],
    DOUBLE: [
      [10, 0.1],
      [-12_345, -123.45],
    ],
    'DECIMAL(5, 2)': [[12_345, 12_345]],
    'DECIMAL(38, 0)': [
      [149, 1],
      [150, 2],
      [-150, -2],
      [-149, -1],
    ],
    VARCHAR: [
      [12_300, '123.00'],
      [-5, '-0.05'],
      [0, '0.00'],
    ],
  },
  'DECIMAL(38, 0)': {
    BOOLEAN: [[10n ** 30n, true]],
    TINYINT: [[10n ** 30n, refused]],
    SMALLINT: [[5, 5]],
    INT: [[2_147_483_648, refused]],
    BIGINT: [
      [most, most],
      [most + 1n, refused],
    ],
    FLOAT: [[2 ** 40, 2 ** 40]],
    DOUBLE: [
      [10n ** 30n, 1e30],
      [9_007_199_254_740_993n, 9_007_199_254_740_992],
    ],
    'DECIMAL(5, 2)': [
      [999, 99_900],
      [1000, refused],
      [10n ** 30n, refused],
    ],
    'DECIMAL(38, 0)': [[10n ** 37n, 10n ** 37n]],
    VARCHAR: [[10n ** 20n, '100000000000000000000']],
  },
  VARCHAR: {
    BOOLEAN: [
      ['true', true],
      [' F ', false],
      ['Yes', true],
      ['0', false],
      ['maybe', refused],
      ['', refused],
    ],
    TINYINT: [
      ['-128', -128],
      ['128', refused],
    ],
    SMALLINT: [
      [' 5 ', 5],
      ['5.9', 5],
      ['5.9.0', refused],
    ],
    INT: [
      ['+5', 5],
      ['007', 7],
      ['-0', 0],
      ['', refused],
      ['5 5', refused],
      ['2147483648', refused],
      ['0x10', refused],
      [null, null],
    ],
    BIGINT: [
      ['9223372036854775807', most],
      ['-9223372036854775808', least],
      ['9223372036854775808', refused],
      ['1'.repeat(1000), refused],
    ],
    FLOAT: [
      ['0.1', Math.fround(0.1)],
      ['1e39', refused],
    ],
    DOUBLE: [
      ['1e3', 1000],
      [' .5', 0.5],
      ['5.', 5],
      ['NaN', Number.NaN],
      ['-Infinity', Number.NEGATIVE_INFINITY],
      ['1e999', refused],
      ['1,5', refused],
      ['0x1', refused],
      ['', refused],
    ],
    'DECIMAL(5, 2)': [
      ['1.005', 101],
      ['-1.004', -100],
      ['1e2', 10_000],
      ['.5', 50],
      ['5.', 500],
      ['0.00499', 0],
      ['0.005', 1],
      ['1000', refused],
      ['999.995', refused],
      ['1e99999999', refused],
      ['1e-99999999', 0],
      ['.', refused],
      ['one', refused],
    ],
    'DECIMAL(38, 0)': [
      ['9'.repeat(38), 10n ** 38n - 1n],
      ['1' + '0'.repeat(38), refused],
      [`${'0'.repeat(50)}7`, 7],
    ],
    VARCHAR: [
      ['é', 'é'],
      ['', ''],
      [null, null],
    ],
    BYTES: [['é', Buffer.from('é')]],
    DATE: [
      ['2026-03-01', day],
      [' 2026-3-1 ', day],
      ['2026-02-30', refused],
      ['2026-03-01 10:00:00', day],
      ['2026-03-01 25:00:00', refused],
      ['2026-03-01T10:00:00', refused],
      ['2026-3', day],
      ['1970', 0],
    ],
    'TIME(3)': [
      ['13:14:15.1239', clock],
      ['25:00:00', refused],
    ],
    'TIME(6)': [['13:14:15.123456', clock * 1000 + 456]],
    'TIMESTAMP(3)': [
      ['2026-03-01 13:14:15.123', moment * 1000 + 123],
      ['2026-03-01', day * 86_400_000],
      ['2026-03-01T13:14:15Z', moment * 1000],
      ['yesterday', refused],
    ],
    'TIMESTAMP(9)': [
      ['2026-03-01 13:14:15.123456789', nanos],
      ['1600-01-01 00:00:00', refused],
    ],
    'TIMESTAMP_LTZ(6)': [['2026-03-01 15:14:15+02:00', moment * 1e6]],
    MONTHS: [
      ['1-02', 14],
      ['-1-02', -14],
      ['5', 5],
      ['1-12', refused],
      ['x', refused],
    ],
    SECONDS: [
      ['1 02:03:04.5', 93_784_500_000_000],
      ['-00:00:01', -1_000_000_000],
      ['1 25:00:00', refused],
      ['999999999 00:00:00', 999_999_999n * 86_400_000_000_000n],
    ],
  },
  BYTES: {
    VARCHAR: [
      [Buffer.from('é'), 'é'],
      [Buffer.from([0xff]), refused],
      [Buffer.alloc(0), ''],
    ],
    BYTES: [[Buffer.from([1]), Buffer.from([1])]],
    DURATION: [
      [duration(1, 2, 3), duration(1, 2, 3)],
      [Buffer.alloc(11), refused],
    ],
  },
  DATE: {
    VARCHAR: [[day, '2026-03-01']],
    DATE: [[day, day]],
    'TIMESTAMP(3)': [[day, day * 86_400_000]],
    'TIMESTAMP(9)': [
      [day, BigInt(day) * 86_400_000_000_000n],
      [200_000, refused],
    ],
    'TIMESTAMP_LTZ(6)': [[-1, -86_400_000_000]],
  },
  'TIME(3)': {
    VARCHAR: [[clock, '13:14:15.123']],
    'TIME(3)': [[clock, clock]],
    'TIME(6)': [[clock, clock * 1000]],
    'TIMESTAMP(3)': [[clock, clock]],
    'TIMESTAMP(9)': [[clock, clock * 1e6]],
    'TIMESTAMP_LTZ(6)': [[clock, clock * 1000]],
  },
  'TIME(6)': {
    VARCHAR: [[clock * 1000 + 999, '13:14:15.123999']],
    'TIME(3)': [[clock * 1000 + 999, clock]],
    'TIME(6)': [[86_399_999_999, 86_399_999_999]],
    'TIMESTAMP(3)': [[clock * 1000 + 999, clock]],
    'TIMESTAMP(9)': [[clock * 1000 + 999, clock * 1e6 + 999_000]],
    'TIMESTAMP_LTZ(6)': [[clock * 1000, clock * 1000]],
  },
  'TIMESTAMP(3)': {
    VARCHAR: [
      [moment * 1000 + 123, '2026-03-01 13:14:15.123'],
      [before, '1969-12-31 23:59:59.999'],
    ],
    DATE: [
      [moment * 1000, day],
      [before, -1],
    ],
    'TIME(3)': [
      [moment * 1000 + 123, clock],
      [before, 86_399_999],
    ],
    'TIME(6)': [[moment * 1000 + 123, clock * 1000]],
    'TIMESTAMP(3)': [[before, before]],
    'TIMESTAMP(9)': [
      [moment * 1000, BigInt(moment) * 1_000_000_000n],
      [1e15, refused],
    ],
    'TIMESTAMP_LTZ(6)': [[before, -1000]],
  },
  'TIMESTAMP(9)': {
    VARCHAR: [[nanos, '2026-03-01 13:14:15.123456789']],
    DATE: [
      [nanos, day],
      [-1, -1],
    ],
    'TIME(3)': [
      [nanos, clock],
      [-1, 86_399_999],
    ],
    'TIME(6)': [[nanos, clock * 1000 + 456]],
    'TIMESTAMP(3)': [
      [nanos, moment * 1000 + 123],
      [-1, -1],
    ],
    'TIMESTAMP(9)': [[nanos, nanos]],
    'TIMESTAMP_LTZ(6)': [
      [nanos, moment * 1e6 + 123_456],
      [-1001, -2],
    ],
  },
  'TIMESTAMP_LTZ(6)': {
    VARCHAR: [[moment * 1e6, '2026-03-01 13:14:15.000000']],
    DATE: [[-1, -1]],
    'TIME(3)': [[-1, 86_399_999]],
    'TIME(6)': [[-1, 86_399_999_999]],
    'TIMESTAMP(3)': [
      [moment * 1e6, moment * 1000],
      [-1, -1],
    ],
    'TIMESTAMP(9)': [[5, 5000]],
    'TIMESTAMP_LTZ(6)': [[5, 5]],
  },
  MONTHS: {
    VARCHAR: [
      [14, '+1-02'],
      [-1, '-0-01'],
    ],
    MONTHS: [[14, 14]],
  },
  SECONDS: {
    VARCHAR: [
      [93_784_500_000_000, '+1 02:03:04.500'],
      [-1, '-0 00:00:00.000000001'],
      [0, '+0 00:00:00.000'],
      [least, '-106751 23:47:16.854775808'],
    ],
    SECONDS: [[5, 5]],
  },
  DURATION: {
    VARCHAR: [[duration(1, 2, 3004), 'P1M2DT3.004S']],
    BYTES: [[duration(1, 2, 3), duration(1, 2, 3)]],
    MONTHS: [
      [duration(14, 0, 0), 14],
      [duration(1, 1, 0), refused],
    ],
    SECONDS: [
      [duration(0, 1, 5), 86_400_005_000_000],
      [duration(1, 0, 0), refused],
    ],
    DURATION: [[duration(1, 2, 3), duration(1, 2, 3)]],
  },
  'ARRAY<INT>': {
    VARCHAR: [[[1, null], '[1, NULL]']],
    'ARRAY<INT>': [
      [
        [1, null],
        [1, null],
      ],
    ],
    'ARRAY<VARCHAR NOT NULL>': [
      [
        [1, 2],
        ['1', '2'],
      ],
      [[1, null], refused],
    ],
  },
  'ARRAY<VARCHAR NOT NULL>': {
    VARCHAR: [[['a"'], '[a"]']],
    'ARRAY<INT>': [
      [['1'], [1]],
      [['1', 'x'], refused],
      [[], []],
    ],
    'ARRAY<VARCHAR NOT NULL>': [[['1'], ['1']]],
  },
  'MAP<INT>': {
    VARCHAR: [[new Map([['a', 1]]), '{a=1}']],
    'MAP<INT>': [[new Map([['a', 1]]), new Map([['a', 1]])]],
    'MAP<VARCHAR>': [
      [
        new Map([
          ['a', 1],
          ['b', null],
        ]),
        new Map([
          ['a', '1'],
          ['b', null],
        ]),
      ],
    ],
  },
  'MAP<VARCHAR>': {
    VARCHAR: [[new Map(), '{}']],
    'MAP<INT>': [
      [new Map([['a', '1']]), new Map([['a', 1]])],
      [new Map([['a', 'x']]), refused],
    ],
    'MAP<VARCHAR>': [[new Map(), new Map()]],
  },
  'ROW<INT, VARCHAR>': {
    VARCHAR: [[[1, 'a'], '(1, a)']],
    'ROW<INT, VARCHAR>': [
      [
        [1, null],
        [1, null],
      ],
    ],
    'ROW<VARCHAR, INT>': [
      [
        [1, '2'],
        ['1', 2],
      ],
      [[1, 'x'], refused],
      [
        [null, null],
        [null, null],
      ],
    ],
  },
  'ROW<VARCHAR, INT>': {
    VARCHAR: [[[null, 1], '(NULL, 1)']],
    'ROW<INT, VARCHAR>': [
      [
        ['2', 1],
        [2, '1'],
      ],
    ],
    'ROW<VARCHAR, INT>': [
      [
        ['a', 1],
        ['a', 1],
      ],
    ],
  },
  'UNION<INT, VARCHAR>': {
    BOOLEAN: [
      [{ branch: 1, value: 1 }, true],
      [{ branch: 2, value: 'x' }, refused],
    ],
    ...Object.fromEntries(
      ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL(38, 0)'].map((to) => [
        to,
        [
          [{ branch: 1, value: 5 }, 5],
          [{ branch: 2, value: '6' }, 6],
          [{ branch: 2, value: 'x' }, refused],
        ],
      ]),
    ),
    'DECIMAL(5, 2)': [[{ branch: 1, value: 5 }, 500]],
    VARCHAR: [
      [{ branch: 1, value: 5 }, '5'],
      [{ branch: 2, value: 'x' }, 'x'],
      [null, null],
    ],
    BYTES: [
      [{ branch: 2, value: 'x' }, Buffer.from('x')],
      [{ branch: 1, value: 5 }, refused],
    ],
    DATE: [
      [{ branch: 2, value: '1970-01-02' }, 1],
      [{ branch: 1, value: 5 }, refused],
    ],
    ...Object.fromEntries(['TIME(3)', 'TIME(6)'].map((to) => [to, [[{ branch: 2, value: '00:00' }, 0]]])),
    ...Object.fromEntries(
      ['TIMESTAMP(3)', 'TIMESTAMP(9)', 'TIMESTAMP_LTZ(6)'].map((to) => [to, [[{ branch: 2, value: '1970-01-01' }, 0]]]),
    ),
    MONTHS: [[{ branch: 2, value: '5' }, 5]],
    SECONDS: [[{ branch: 2, value: '00:00' }, 0]],
    'UNION<INT, VARCHAR>': [
      [
        { branch: 1, value: 5 },
        { branch: 1, value: 5 },
      ],
    ],
  },
};

for (const [from, fromType] of Object.entries(types))
  test(`casts of ${from}: every pair gives what it should, or there is none`, () => {
    for (const [to, toType] of Object.entries(types)) {
      const samples = table[from]![to];
      assert.equal(casterOf(fromType, toType) !== undefined, samples !== undefined, `${from} to ${to}`);
      for (const holding of ['values', 'slices'] as const)
        for (const safe of [false, true]) {
          if (samples === undefined) continue;
          const { run } = generate(cast(column('a', fromType), toType, safe), ['a'], { holding });
          for (const [given, wanted] of samples) {
            const at = `${safe ? 'TRY_CAST' : 'CAST'} of ${String(given)} from ${from} to ${to} over ${holding}`;
            if (wanted !== refused) assert.deepEqual(run(given), wanted, at);
            else if (safe) assert.equal(run(given), null, at);
            else assert.throws(() => run(given), { name: 'RecordError', stage: 'sql' }, at);
          }
        }
    }
  });

test('an error of CAST shows the value, cut off where it is long, and what to do', () => {
  const { run } = generate(cast(column('a', varchar), int), ['a']);
  assert.throws(() => run('abc'), { message: "'abc' can't be cast to INT; TRY_CAST makes NULL of it" });
  assert.throws(() => run('x'.repeat(1000)), {
    message: `'${'x'.repeat(59)}…' can't be cast to INT; TRY_CAST makes NULL of it`,
  });
});

test('TRY_CAST gives NULL again after a value, and a value again after NULL', () => {
  const element = { name: 'x', ...nullable(varchar) };
  const sum = bound('exists', 'BOOLEAN', {
    array: literal({ kind: 'ARRAY', element: nullable(varchar) }, ['1', 'x', null, '2']),
    element,
    ordinality: undefined,
    test: bound('compare', 'BOOLEAN', {
      operator: '=',
      left: cast(bound('variable', varchar, { variable: element }), int, true),
      right: literal('INT', 2),
    }),
  });
  assert.equal(generate(sum).run(), true);
});

test('numbers come back from their texts', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }),
      fc.float({ noNaN: true }),
      fc.bigInt(least, most),
      (double, float, long) => {
        for (const [kind, v] of [
          ['DOUBLE', double],
          ['FLOAT', float],
          ['BIGINT', long],
        ] as const) {
          const value = typeof v === 'bigint' && Number.isSafeInteger(Number(v)) ? Number(v) : v;
          const there = generate(cast(column('a', kind), 'VARCHAR'), ['a']).run(value);
          assert.equal(
            generate(cast(column('a', 'VARCHAR'), kind), ['a']).run(there),
            Object.is(value, -0) ? 0 : value,
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});
