/** JSON is read in place as JSON.parse reads it, by SQL/JSON paths, with all digits; and is made by the types of values. */
import assert from 'node:assert/strict';
import test from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { limits } from '../../../../src/contracts/limits.ts';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { jsonFunctions } from '../../../../src/pipeline/sql/functions/json.ts';
import { jsonType } from '../../../../src/pipeline/sql/functions/results.ts';
import {
  decimal,
  notNull,
  nullable,
  plain,
  type SqlType,
  time,
  timestamp,
} from '../../../../src/pipeline/sql/types.ts';
import { kernelOf, runOnce } from '../support.ts';
import { callsOf } from './call.ts';

const { call, unknown, row } = callsOf(jsonFunctions);
const varchar = plain('VARCHAR');

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON texts with a character changed, left out or put in, and with spaces. */
const nearly = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '"', '\\', ',', '0', '-', '.', 'e', '[', '}', ' ', '\n', '\u0001', 'u'),
    fc.nat(1),
  )
  .map(([text, where, put, cut]) => {
    const at = where % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + cut);
  });

test('what counts as JSON is what JSON.parse takes', () => {
  fc.assert(
    fc.property(nearly, (text) => {
      assert.equal(call('JSON_VALID', [text]), parses(text), text);
    }),
    { numRuns: 5000 },
  );
  for (const text of [
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    'NaN',
    "'a'",
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '[1,]',
    '{"a"}',
    '',
    '1 2',
  ])
    assert.equal(call('JSON_VALID', [text]), false, text);
});

test('JSON nested deeper than the bound is none, and exhausts no stack', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(call('JSON_VALID', [nested(limits.valueDepthMax)]), true);
  assert.equal(call('JSON_VALID', [nested(limits.valueDepthMax + 1)]), false);
  assert.equal(call('JSON_VALID', ['['.repeat(1_000_000)]), false);
});

test('each member of any object is found by its quoted name, as JSON.parse has it', () => {
  const space = fc.constantFrom('', ' ', '\n\t ');
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 })),
      space,
      (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
          const path = `$.${JSON.stringify(key)}`;
          const found = call('JSON_QUERY', [text, path, 'unconditional']) as string;
          assert.deepEqual(JSON.parse(found), [value]);
          if (typeof value === 'string') assert.equal(call('JSON_VALUE', [text, path]), value);
        }
        assert.deepEqual(
          call('JSON_KEYS', [text]),
          Object.keys(JSON.parse(text) as object).length === 0 ? [] : keysIn(text),
        );
      },
    ),
  );
});

/** In the order of the text: JSON.parse puts keys that are numbers first. */
const keysIn = (text: string): readonly string[] => {
  const keys = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (depth === 1 && token.endsWith(':')) keys.add(JSON.parse(token.slice(0, -1)) as string);
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
  }
  return [...keys];
};

const store = `{"a": [{"b": 1, "c": [10, 20, 30]}, {"b": 2}, 3], "d": {"e f": "x", "g": null}, "n": 9007199254740993,
  "s": "\\u00e9\\n", "t": true, "a\\u0062": 7, "k": 1, "k": 2,
  "odd": ["{\\"b\\":1}", [{"b": 1}], "b", null, {"b": 2}]}`;

/** What a path leads to, as a JSON array; null where it doesn't fit. */
const found = (path: string): unknown => {
  const text = call('JSON_QUERY', [store, path, 'unconditional', '[]', 'null']);
  return text === null ? null : JSON.parse(text as string);
};

test('lax paths take arrays apart, wrap what is none, and find nothing where nothing is', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['$.a[0].b', [1]],
    ['$.a.b', [1, 2]],
    ['lax $.a[*].b', [1, 2]],
    ['$.a[0].c[last]', [30]],
    ['$.a[0].c[last - 1]', [20]],
    ['$.a[0].c[last - 9]', []],
    ['$.a[0].c[1 to last]', [20, 30]],
    ['$.a[0].c[2, 0 to 1]', [30, 10, 20]],
    ['$.a[0].c[0, 0]', [10, 10]],
    ['$.a[0].c[1 to 0]', []],
    ['$.a[0].c[1 to 100]', [20, 30]],
    ['$.a[7]', []],
    ['$.d."e f"', ['x']],
    ["$.d['e f']", ['x']],
    ['$["d"]["e f"]', ['x']],
    ['$.d.*', ['x', null]],
    ['$.d[0].g', [null]],
    ['$.d[*].g', [null]],
    ['$.d[last]."e f"', ['x']],
    ['$.t[0]', [true]],
    ['$.t[1]', []],
    ['$.t.x', []],
    ['$.t.*', []],
    ['$.a.*', [1, [10, 20, 30], 2]],
    ['$.missing.x[3].*', []],
    ['$.ab', [7]],
    ['$.odd.b', [2]],
    ['$.odd.*', [2]],
    ['$.k', [2]],
    ['$ . d . "g" ', [null]],
  ];
  for (const [path, expected] of cases) assert.deepEqual(found(path), expected, path);
});

test('strict paths fit exactly or not at all', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['strict $.a[0].b', [1]],
    ['strict $.a[0 to 1].b', [1, 2]],
    ['STRICT $.a[0].c[last]', [30]],
    ['strict $.a.b', null],
    ['strict $.a[*].b', null],
    ['strict $.a[3]', null],
    ['strict $.a[last - 3]', null],
    ['strict $.a[1 to 0]', null],
    ['strict $.d[0]', null],
    ['strict $.d[*]', null],
    ['strict $.missing', null],
    ['strict $.t.*', null],
    ['strict $.a.*', null],
    ['strict $.d.*', ['x', null]],
  ];
  for (const [path, expected] of cases) assert.deepEqual(found(path), expected, path);
});

test('a text that is no path is an error that says where, when the call is made and when it is not known before', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /character 1: a path begins with \$/],
    ['a.b', /character 1/],
    ['$a', /character 2: \.name or \[index\]/],
    ['$.a-b', /character 4: .*quoted/],
    ['$.', /character 3/],
    ['$..a', /character 4: \.\. is not in SQL\/JSON/],
    ['$.a ? (@ > 1)', /filters are not supported/],
    ['$.a.size()', /method size\(\) is not supported/],
    ['$[', /an index is a number/],
    ['$[1', /\] should follow/],
    ['$[1.5]', /\] should follow/],
    ['$[-1]', /an index is a number/],
    ['$[99999999999]', /beyond 2147483647/],
    ['$["a]', /an index is a number/],
    ['$."\\x"', /no quoted name/],
    [`$.${'a'.repeat(limits.jsonPathCharsMax)}`, /at most 1000 characters/],
  ];
  for (const [path, message] of cases) {
    for (const name of ['JSON_VALUE', 'JSON_QUERY', 'JSON_EXISTS', 'JSON_TYPE']) {
      const isThat = (e: unknown): boolean => e instanceof RecordError && message.test(e.message);
      assert.throws(() => call(name, ['{}', path]), isThat, path);
      assert.throws(() => unknown(name, ['{}', path]), isThat, path);
    }
  }
});

test('a path that visits too many values is an error of the record, not a hang', () => {
  assert.throws(() => call('JSON_VALUE', ['1', `$${'[0, 0]'.repeat(100)}[1]`]), /visits over/);
});

test('numbers keep the digits that they are written with', () => {
  for (const digits of [
    '9007199254740993',
    '-9223372036854775808',
    '1.10',
    '1e3',
    '0.1000000000000000055511151231257827',
  ]) {
    assert.equal(call('JSON_VALUE', [`{"n": ${digits} }`, '$.n']), digits);
    assert.equal(call('JSON_VALUE', [`[${digits}]`, '$[0]']), digits);
    assert.equal(call('JSON_VALUE', [digits, '$']), digits);
    assert.equal(call('JSON_QUERY', [`{"n": [${digits}]}`, '$.n']), `[${digits}]`);
  }
});

test('JSON_VALUE gives scalars as text, and takes null for nothing', () => {
  assert.equal(call('JSON_VALUE', [store, '$.s']), 'é\n');
  assert.equal(call('JSON_VALUE', [store, '$.t']), 'true');
  assert.equal(call('JSON_VALUE', [store, '$.d.g', 'default', 'E', 'error']), 'E');
  assert.equal(call('JSON_VALUE', [store, '$.d.g']), null);
  assert.equal(call('JSON_VALUE', [null, '$.d']), null);
  assert.equal(call('JSON_VALUE', [store, null]), null);
});

test('JSON_VALUE has its own answer to nothing and to an error', () => {
  const ofMode = (json: string, path: string, onEmpty: string, onError: string): unknown =>
    call('JSON_VALUE', [json, path, onEmpty, 'E', onError, 'X']);
  assert.equal(ofMode(store, '$.x', 'default', 'default'), 'E');
  assert.equal(ofMode(store, '$.x', 'null', 'default'), null);
  for (const path of ['$.a', '$.d', '$.a.b']) assert.equal(ofMode(store, path, 'default', 'default'), 'E', path);
  for (const [json, path] of [
    [store, 'strict $.a'],
    [store, 'strict $.d'],
    [store, 'strict $.x'],
    ['{"a":', '$.x'],
  ] as const) {
    assert.equal(ofMode(json, path, 'default', 'default'), 'X', path);
    assert.equal(ofMode(json, path, 'error', 'null'), null, path);
    assert.throws(() => ofMode(json, path, 'null', 'error'), RecordError, path);
  }
  assert.throws(() => ofMode(store, '$.x', 'error', 'null'), /nothing is at '\$\.x'/);
  assert.throws(() => ofMode('{', '$.x', 'null', 'error'), /the text is no JSON/);
});

test('JSON_QUERY gives one object or array as it is written, and others in a wrapper', () => {
  assert.equal(call('JSON_QUERY', [store, '$.a[0].c']), '[10, 20, 30]');
  const wrapped = (path: string): readonly unknown[] =>
    ['without', 'conditional', 'unconditional'].map((w) => call('JSON_QUERY', ['{"a":[1],"b":2,"c":[3,4]}', path, w]));
  assert.deepEqual(wrapped('$.a'), ['[1]', '[1]', '[[1]]']);
  assert.deepEqual(wrapped('$.b'), [null, '[2]', '[2]']);
  assert.equal(call('JSON_QUERY', ['1', '$', 'without', '[]', 'error']), '[]');
  assert.deepEqual(wrapped('$.c[*]'), [null, '[3,4]', '[3,4]']);
  assert.deepEqual(wrapped('$.x'), [null, null, null]);
  assert.equal(call('JSON_QUERY', ['{}', '$.x', 'without', '[]', 'null']), '[]');
  assert.equal(call('JSON_QUERY', ['{', '$.x', 'without', '[]', '{}']), '{}');
  assert.throws(() => call('JSON_QUERY', ['{}', '$.x', 'without', 'error', 'null']), RecordError);
  assert.throws(() => call('JSON_QUERY', ['1', 'strict $', 'without', 'null', 'error']), /WITH WRAPPER/);
});

test('JSON_EXISTS is what ON ERROR says where the text is no JSON or a strict path does not fit', () => {
  assert.equal(call('JSON_EXISTS', [store, '$.d.g']), true);
  assert.equal(call('JSON_EXISTS', [store, '$.d.h']), false);
  for (const [mode, expected] of [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const) {
    assert.equal(call('JSON_EXISTS', ['{', '$', mode]), expected);
    assert.equal(call('JSON_EXISTS', ['{}', 'strict $.a', mode]), expected);
  }
  assert.equal(call('JSON_EXISTS', ['{', '$']), false);
  assert.throws(() => call('JSON_EXISTS', ['{', '$', 'error']), RecordError);
});

test('JSON_TYPE, JSON_LENGTH and JSON_KEYS say of one value what it is, and of anything else NULL', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['{"a":1,"b":[2],"a":3}', 'object', 2],
    [' [1, [2, 3]] ', 'array', 2],
    ['[]', 'array', 0],
    ['{}', 'object', 0],
    ['"x"', 'string', 1],
    ['-1e3', 'number', 1],
    ['false', 'boolean', 1],
    ['null', 'null', 1],
  ];
  for (const [text, type, length] of cases) {
    assert.equal(call('JSON_TYPE', [text]), type, text);
    assert.equal(call('JSON_LENGTH', [text]), length, text);
    assert.equal(call('JSON_KEYS', [text]) === null, type !== 'object', text);
  }
  for (const name of ['JSON_TYPE', 'JSON_LENGTH', 'JSON_KEYS']) {
    assert.equal(call(name, ['{']), null);
    assert.equal(call(name, [store, '$.x']), null);
    assert.equal(call(name, [store, '$.a[*]']), null);
  }
  assert.deepEqual(call('JSON_KEYS', [store, '$.d']), ['e f', 'g']);
});

test('JSON is made of values of every type, by type', () => {
  const rowType: SqlType = {
    kind: 'ROW',
    fields: [
      { name: 'a"b', type: notNull(varchar) },
      { name: 'n', type: nullable(decimal(20, 2)) },
    ],
  };
  const cases: readonly (readonly [SqlType, unknown, string])[] = [
    [plain('BOOLEAN'), false, 'false'],
    [plain('BIGINT'), 9223372036854775807n, '9223372036854775807'],
    [decimal(20, 2), 123456789012345678901n, '1234567890123456789.01'],
    [decimal(4, 2), -5, '-0.05'],
    [plain('DOUBLE'), 0.1, '0.1'],
    [plain('DOUBLE'), Number.POSITIVE_INFINITY, 'null'],
    [varchar, 'é"\n', '"é\\"\\n"'],
    [plain('BYTES'), Buffer.from([0, 255]), '"AP8="'],
    [plain('DATE'), 0, '"1970-01-01"'],
    [time(3), 1500, '"00:00:01.500"'],
    [timestamp(3, true), 1, '"1970-01-01T00:00:00.001Z"'],
    [timestamp(6), 1, '"1970-01-01T00:00:00.000001"'],
    [{ kind: 'ARRAY', element: nullable(plain('DATE')) }, [0, null], '["1970-01-01",null]'],
    [
      { kind: 'MAP', value: nullable(rowType) },
      new Map([
        ['k', ['x', 150]],
        ['l', null],
      ]),
      '{"k":{"a\\"b":"x","n":1.50},"l":null}',
    ],
    [jsonType, '{"a": 1}', '{"a": 1}'],
  ];
  for (const [type, value, expected] of cases) {
    assert.equal(call('JSON_STRING', [value], [type]), expected);
    assert.equal(call('JSON_ARRAY', [value], [type]), `[${expected}]`);
    assert.equal(call('JSON_OBJECT', ['k', value], [varchar, type]), `{"k":${expected}}`);
  }
  assert.equal(call('TO_JSON', [null]), null);
});

test('values larger than the room there was are written whole', () => {
  const long = 'é'.repeat(100_000);
  assert.equal(call('JSON_STRING', [long]), `"${long}"`);
  assert.equal(call('JSON_ARRAY', [long, 1]), `["${long}",1]`);
});

test('NULL is null in an object, absent from an array, and no key', () => {
  assert.equal(call('JSON_OBJECT', ['a', null, 'b', 1]), '{"a":null,"b":1}');
  assert.equal(call('JSON_ARRAY', [null, 1, null]), '[1]');
  assert.equal(call('JSON_OBJECT', []), '{}');
  assert.equal(call('JSON_ARRAY', []), '[]');
  assert.throws(() => call('JSON_OBJECT', [null, 1], [varchar]), /key 1 is NULL/);
});

test('JSON_OBJECT wants pairs, and keys that are text', () => {
  const check = row('JSON_OBJECT').check!;
  assert.match(check([notNull(varchar)])!, /a value after each key/);
  assert.match(
    check([notNull(varchar), notNull(varchar), notNull(plain('INT')), notNull(varchar)])!,
    /key 2 is INT NOT NULL/,
  );
});

test('JSON checks, JSON_QUOTE and JSON_UNQUOTE undo each other', () => {
  assert.equal(call('JSON', [' [1] ']), ' [1] ');
  assert.throws(() => call('JSON', ['[1']), RecordError);
  for (const text of ['', 'a"b\\c\u0001é😀', '"already"']) {
    const quoted = call('JSON_QUOTE', [text]);
    assert.equal(quoted, JSON.stringify(text));
    assert.equal(call('JSON_UNQUOTE', [quoted]), text);
  }
  for (const text of ['x', '{"a":1}', '"open']) assert.equal(call('JSON_UNQUOTE', [text]), text);
});

test('the clauses of a call say what its columns do, and RETURNING its type', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'T',
    fields: [
      { name: 'j', type: 'string' },
      { name: 'p', type: 'string' },
    ],
  });
  const body = avsc.Type.forSchema(JSON.parse(schema)).toBuffer({
    j: '{"a": 9007199254740993, "b": [1.50]}',
    p: 'strict $.c',
  });
  const cases: readonly (readonly [string, string])[] = [
    ["JSON_VALUE(j, '$.a' RETURNING BIGINT)", '9007199254740993'],
    ["JSON_VALUE(j, '$.b[0]' RETURNING DECIMAL(4, 2))", '1.50'],
    ["JSON_VALUE(j, '$.c' RETURNING INT DEFAULT 7 ON EMPTY)", '7'],
    ["JSON_VALUE(j, p NULL ON EMPTY DEFAULT 'wrong' ON ERROR)", '"wrong"'],
    ['JSON_VALUE(j, p)', 'null'],
    ["JSON_QUERY(j, '$.a' WITH CONDITIONAL WRAPPER)", '"[9007199254740993]"'],
    ["JSON_QUERY(j, '$.c' EMPTY OBJECT ON EMPTY)", '"{}"'],
    ['JSON_QUERY(j, p EMPTY ARRAY ON ERROR)', '"[]"'],
    ['JSON_EXISTS(j, p TRUE ON ERROR)', 'true'],
    ['JSON_EXISTS(j, p UNKNOWN ON ERROR)', 'null'],
    ['JSON_EXISTS(j, p)', 'false'],
    [
      "JSON_OBJECT('q' VALUE JSON_QUERY(j, '$.b'), 't' VALUE j)",
      JSON.stringify(`{"q":[1.50],"t":${JSON.stringify('{"a": 9007199254740993, "b": [1.50]}')}}`),
    ],
  ];
  for (const [sql, expected] of cases)
    assert.equal(runOnce(kernelOf(`SELECT ${sql} AS v FROM t`, schema), body), `{"v":${expected}}`, sql);
  for (const sql of [
    "JSON_VALUE(j, '$.c' ERROR ON EMPTY)",
    'JSON_QUERY(j, p ERROR ON ERROR)',
    'JSON_EXISTS(j, p ERROR ON ERROR)',
  ])
    assert.throws(() => runOnce(kernelOf(`SELECT ${sql} AS v FROM t`, schema), body), RecordError, sql);
});
