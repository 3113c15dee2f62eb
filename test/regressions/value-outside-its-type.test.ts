/**
 * A time beyond its day, a decimal of too many digits and a uuid that is none were printed as nonsense, passed on to others,
 * or ended the kernel with a TypeError that no error policy was asked about.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormatSpec } from '../../src/contracts/format.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { type Kernel, RecordError } from '../../src/pipeline/ports.ts';
import { runQuery } from '../../src/pipeline/query/run.ts';
import { bytesOf, kernelOf } from '../unit/pipeline/support.ts';

type Json = string | { readonly [key: string]: unknown } | readonly Json[];

const schemaOf = (t: Json): string =>
  JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'id', type: 'int' },
      { name: 't', type: t },
    ],
  });
const logical = (type: string, name: string, more: object = {}): Json => ({ type, logicalType: name, ...more });
const decimal = { precision: 4, scale: 2 };
const tinyDecimal = { type: 'fixed', name: 'D', size: 3, logicalType: 'decimal', ...decimal };

/** Zigzag varint. */
function long(v: bigint): Buffer {
  let rest = BigInt.asUintN(64, (v << 1n) ^ (v >> 63n));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
const text = (t: string): Buffer => Buffer.concat([long(BigInt(t.length)), Buffer.from(t)]);
const hex = (h: string): Buffer => Buffer.from(h, 'hex');

interface Case {
  readonly type: Json;
  readonly good: readonly Buffer[];
  readonly bad: readonly Buffer[];
  readonly says: RegExp;
}

const uuid = '6f1b1a1e-93b0-4d3b-8e0e-0123456789AB';
const cases: Readonly<Record<string, Case>> = {
  'time-millis': {
    type: logical('int', 'time-millis'),
    good: [long(0n), long(86_399_999n)],
    bad: [long(86_400_000n), long(-1n), long(2_147_483_647n), long(-2_147_483_648n)],
    says: /^t at byte 1: -?\d+ is no time-millis: that is 0 to 86399999$/,
  },
  'time-micros': {
    type: logical('long', 'time-micros'),
    good: [long(0n), long(86_399_999_999n)],
    bad: [long(86_400_000_000n), long(-1n), long(2n ** 63n - 1n), long(-(2n ** 63n)), long(-81_000_000_000_000_000n)],
    says: /^t at byte 1: -?\d+ is no time-micros: that is 0 to 86399999999$/,
  },
  'decimal bytes': {
    type: logical('bytes', 'decimal', decimal),
    good: [hex('04270f'), hex('04d8f1'), hex('00')],
    bad: [hex('042710'), hex('04d8f0'), hex('067fffff'), hex(`20${'7f'.repeat(16)}`)],
    says: /^t at byte 1: -?\d+ is no decimal\(4, 2\): its unscaled value has more digits$/,
  },
  'decimal bytes of 20 digits': {
    type: logical('bytes', 'decimal', { precision: 20, scale: 2 }),
    good: [hex(`12${(10n ** 20n - 1n).toString(16).padStart(18, '0')}`), hex('02ff')],
    bad: [hex(`12${(10n ** 20n).toString(16).padStart(18, '0')}`)],
    says: /^t at byte 1: 100000000000000000000 is no decimal\(20, 2\)/,
  },
  'decimal fixed': {
    type: tinyDecimal,
    good: [hex('00270f'), hex('ffd8f1')],
    bad: [hex('002710'), hex('ffd8f0'), hex('7fffff')],
    says: /^t at byte 1: -?\d+ is no decimal\(4, 2\)/,
  },
  uuid: {
    type: logical('string', 'uuid'),
    good: [text(uuid), text(uuid.toLowerCase())],
    bad: [text(''), text(`${uuid}0`), text(uuid.replace('-', '0')), text(uuid.replace('6', 'g'))],
    says: /^t at byte 1: '.*' is no uuid$/,
  },
};

const formats: readonly FormatSpec[] = ['json', { json: { temporal: 'iso' } }, 'csv', 'avro'];

function refused(kernel: Kernel, body: Buffer): RecordError {
  try {
    const rows = bytesOf(kernel, body);
    assert.fail(`taken as ${rows.map(String).join()}`);
  } catch (e) {
    assert.ok(e instanceof RecordError, String(e));
    return e;
  }
}

const id = long(7n);
const zero = Buffer.alloc(1);

for (const [name, { type, good, bad, says }] of Object.entries(cases)) {
  test(`${name}: a value outside of it is an error wherever the column is read`, () => {
    const isNumber = name !== 'uuid';
    const queries = [
      'SELECT t FROM t',
      'SELECT id, t FROM t',
      'SELECT CAST(t AS VARCHAR) AS v FROM t',
      'SELECT id FROM t WHERE t IS NOT NULL AND t = t',
      "SELECT JSON_OBJECT(KEY 'a' VALUE t) AS v FROM t",
      'SELECT COALESCE(NULLIF(t, t), t) AS v FROM t',
      'SELECT ARRAY[t] AS v FROM t',
      ...(name.startsWith('decimal')
        ? ['SELECT CAST(t AS DECIMAL(20, 2)) AS v FROM t', 'SELECT t + 1 AS v FROM t']
        : []),
      ...(name.startsWith('time')
        ? ['SELECT EXTRACT(HOUR FROM t) AS v FROM t', 'SELECT FLOOR(t TO HOUR) AS v FROM t']
        : []),
      ...(isNumber ? ['SELECT id FROM t WHERE t > t'] : ["SELECT id FROM t WHERE t LIKE '%'"]),
    ];
    const schema = schemaOf(type);
    for (const format of formats)
      for (const sql of queries) {
        const kernel = kernelOf(sql, schema, format);
        for (const value of good) assert.doesNotThrow(() => bytesOf(kernel, Buffer.concat([id, value])), sql);
        for (const value of bad) {
          const e = refused(kernel, Buffer.concat([id, value]));
          assert.equal(e.stage, 'decode', `${sql}: ${e.message}`);
          assert.match(e.message, says);
        }
      }
  });

  test(`${name}: what isn't read may hold anything`, () => {
    for (const format of formats) {
      const kernel = kernelOf('SELECT id FROM t', schemaOf(type), format);
      for (const value of bad) assert.equal(bytesOf(kernel, Buffer.concat([id, value])).length, 1);
      const guarded = kernelOf('SELECT t FROM t WHERE id <> 7', schemaOf(type), format);
      for (const value of bad) assert.equal(bytesOf(guarded, Buffer.concat([id, value])).length, 0);
    }
  });

  test(`${name}: so is one within a record, a list, a map, a union`, () => {
    const inner = { type: 'record', name: 'In', fields: [{ name: 'x', type }] };
    const around: readonly { readonly type: Json; readonly wrap: (v: Buffer) => Buffer }[] = [
      { type: ['null', type], wrap: (v) => Buffer.concat([long(1n), v]) },
      { type: ['int', type, 'null'], wrap: (v) => Buffer.concat([long(1n), v]) },
      { type: inner, wrap: (v) => v },
      { type: { type: 'array', items: type }, wrap: (v) => Buffer.concat([long(1n), v, zero]) },
      {
        type: { type: 'array', items: inner },
        wrap: (v) => Buffer.concat([long(-1n), long(BigInt(v.length)), v, zero]),
      },
      { type: { type: 'map', values: type }, wrap: (v) => Buffer.concat([long(1n), text('k'), v, zero]) },
    ];
    for (const { type: outer, wrap } of around) {
      // An uuid and a string, an int and a time-millis are no two branches of one union.
      if (Array.isArray(outer) && name === 'time-millis' && outer.length === 3) continue;
      const schema = schemaOf(outer);
      const list = !Array.isArray(outer) && ['array', 'map'].includes((outer as { type: string }).type);
      const queries = ['SELECT t FROM t', 'SELECT CAST(id AS BIGINT) AS id, t FROM t'];
      if (list)
        queries.push(
          `SELECT u FROM t CROSS JOIN UNNEST(${(outer as { type: string }).type === 'map' ? 'MAP_VALUES(t)' : 't'}) AS x (u)`,
        );
      for (const format of formats)
        for (const sql of queries) {
          const kernel = kernelOf(sql, schema, format);
          for (const value of good) bytesOf(kernel, Buffer.concat([id, wrap(value)]));
          for (const value of bad) {
            const e = refused(kernel, Buffer.concat([id, wrap(value)]));
            assert.match(e.message, /^t.* is no /, `${sql} ${JSON.stringify(outer)}`);
          }
        }
    }
  });
}

test("a value that resolution brings into a narrower type is checked by the reader's", () => {
  const reader = schemaOf(logical('long', 'time-micros'));
  const query = compileQuery({ sql: 'SELECT t FROM t', streams: { t: reader }, format: { json: { temporal: 'iso' } } });
  const kernel = query.kernel('t', schemaOf('int'));
  assert.equal(String(bytesOf(kernel, Buffer.concat([id, long(1n)]))[0]), '{"t":"00:00:00.000001"}');
  assert.match(refused(kernel, Buffer.concat([id, long(-5n)])).message, /^t at byte 1: -5 is no time-micros/);
});

test('a default outside of its type is a mistake in the schema', () => {
  const field = { name: 't', type: logical('int', 'time-millis'), default: 86_400_000 };
  const reader = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'id', type: 'int' }, field] });
  const writer = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'id', type: 'int' }] });
  const query = compileQuery({ sql: 'SELECT t FROM t', streams: { t: reader }, format: 'json' });
  assert.throws(() => query.kernel('t', writer), /a default lies outside of its type: 86400000 is no time-millis/);
});

test('dates, timestamps and durations take every value of their underlying types', () => {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  const types: readonly (readonly [Json, readonly Buffer[]])[] = [
    [logical('int', 'date'), [long(-(2n ** 31n)), long(2n ** 31n - 1n)]],
    ...['millis', 'micros', 'nanos'].flatMap((unit) =>
      ['', 'local-'].map((zone): readonly [Json, readonly Buffer[]] => [
        logical('long', `${zone}timestamp-${unit}`),
        [long(least), long(most), long(0n), long(-1n)],
      ]),
    ),
    [{ type: 'fixed', name: 'U', size: 12, logicalType: 'duration' }, [Buffer.alloc(12, 255)]],
    [{ type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' }, [Buffer.alloc(16, 255)]],
  ];
  for (const [type, values] of types)
    for (const format of formats)
      for (const sql of ['SELECT t FROM t', 'SELECT CAST(t AS VARCHAR) AS v FROM t', 'SELECT ARRAY[t] AS v FROM t']) {
        const kernel = kernelOf(sql, schemaOf(type), format);
        for (const value of values) {
          const [row] = bytesOf(kernel, Buffer.concat([id, value]));
          assert.doesNotMatch(String(row), /undefined|NaN/);
        }
      }
});

test('a query over a file passes such records over, and says which they were', async () => {
  const files = [
    {
      type: logical('int', 'time-millis'),
      hex: '000000050280bab7030000000504bfaab237000000050680f0b2520000000608c0b2e4d702',
      bad: [1, 2, 3],
    },
    { type: logical('long', 'time-micros'), hex: '0000000202000000000a048080d0e2c6bfce972f000000020600', bad: [1] },
  ];
  for (const { type, hex: content, bad } of files) {
    const errors: number[] = [];
    const bytes = Buffer.from(content, 'hex');
    const done = await runQuery({
      sql: 'SELECT id, t FROM t',
      schemaText: schemaOf(type),
      input: '-',
      stdin: (async function* () {
        yield bytes;
      })(),
      format: 'csv',
      errors: 'skip',
      onError: (e, record) => {
        assert.equal(e.stage, 'decode');
        errors.push(record);
      },
      write: () => {},
    });
    assert.deepEqual(errors, bad);
    assert.equal(done.failed, bad.length);
  }
});
