/** Numbers of documents went through doubles: the default of a long became its neighbour, or one of another type was cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonToAvro } from '../../src/cli/avro-json.ts';
import { readSource, type SourceKind } from '../../src/client/source.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { checkDocument, parseDocument } from '../../src/contracts/parse.ts';
import { parseRollout } from '../../src/contracts/rollout.ts';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { resolve } from '../../src/pipeline/avro/resolve.ts';
import type { Value } from '../../src/pipeline/sql/values.ts';
import { recordReader } from '../support/reader.ts';

const schema = (fields: string): string => `{"type":"record","name":"R","fields":[${fields}]}`;
const field = (type: string, text: string): string => `{"name":"f","type":${type},"default":${text}}`;
const streamText = (avro: string): string =>
  `{"apiVersion":"millrace/v1","kind":"Stream","metadata":{"tenant":"a","name":"s"},"spec":{"topics":[{"topic":"t"}],"schema":{"avro":${avro}}}}`;

/** The text that a stream keeps of its schema: through a document, and through the JSON of a workflow's payload. */
function keptText(text: string, kind: SourceKind): string {
  const document = parseDocument(readSource(text, kind)[0]?.value);
  const { spec } = JSON.parse(JSON.stringify(document)) as { spec: { schema: { avro: unknown } } };
  const { avro } = spec.schema;
  return typeof avro === 'string' ? avro : JSON.stringify(avro);
}

function defaultOf(text: string): Value | null | undefined {
  const row = recordReader(resolve(parseSchema(schema('')), parseSchema(text)))(Buffer.alloc(0), 0, 0);
  return (row as readonly (Value | null)[])[0];
}

const kept: readonly (readonly [type: string, text: string, value: Value | null])[] = [
  ['"long"', '9007199254740993', 9007199254740993n],
  ['"long"', '-9223372036854775808', -9223372036854775808n],
  ['"long"', '9223372036854775807', 9223372036854775807n],
  ['"long"', '1000000000000000000', 1000000000000000000n],
  ['"double"', '9007199254740993', 9007199254740992],
  ['"double"', '1.7976931348623157e308', Number.MAX_VALUE],
  ['"double"', '5e-324', Number.MIN_VALUE],
  ['"double"', '-0.0', -0],
  ['["long","null"]', '9223372036854775807', 9223372036854775807n],
  ['"bytes"', '"\\u00ff\\u0000"', Buffer.from([255, 0])],
];

for (const kind of ['json', 'yaml'] as const) {
  test(`a default in a stream's ${kind} is kept to its last digit`, () => {
    for (const [type, text, value] of kept) {
      assert.deepEqual(defaultOf(keptText(streamText(schema(field(type, text))), kind)), value, `${type} ${text}`);
    }
  });
}

test('a default in a block of YAML is kept as well, hexadecimal too', () => {
  const block = (number: string): string =>
    `apiVersion: millrace/v1\nkind: Stream\nmetadata: {tenant: a, name: s}\nspec:\n  topics: [{topic: t}]\n  schema:\n    avro:\n      type: record\n      name: R\n      fields:\n        - name: f\n          type: long\n          default: ${number}\n`;
  assert.equal(defaultOf(keptText(block('9223372036854775807'), 'yaml')), 9223372036854775807n);
  assert.equal(defaultOf(keptText(block('0x7fffffffffffffff'), 'yaml')), 9223372036854775807n);
});

test('a default outside of its type is refused by name, and not cut', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['"long"', '1e19'],
    ['"long"', '9223372036854775808'],
    ['"long"', '9007199254740993.0'],
    ['"long"', '1.5'],
    ['"int"', '2147483648'],
    ['"float"', '1e39'],
    ['"double"', '2'.repeat(309)],
    ['"double"', '1e400'],
    ['"bytes"', '"\\u0100"'],
    ['{"type":"fixed","name":"F","size":1}', '"\\u20ac"'],
    ['"string"', '"\\ud800"'],
  ];
  for (const [type, text] of wrong) {
    const refused = (error: unknown): boolean =>
      error instanceof MillraceError &&
      error.failure.code === 'invalid_schema' &&
      error.problems[0]?.path === '/fields/0/default';
    assert.throws(() => parseSchema(schema(field(type, text))), refused, `${type} ${text}`);
  }
});

test('a number that no double and no long can hold is refused at its place', () => {
  for (const kind of ['json', 'yaml'] as const) {
    assert.throws(() => readSource('{"a": 1e400}', kind), /line 1, column 7/);
    assert.throws(() => readSource(`{"a": ${'9'.repeat(400)}}`, kind), /line 1, column 7/);
  }
});

test('a large number where none belongs is a mistake that is told', () => {
  const job = { apiVersion: 'millrace/v1', kind: 'Job', metadata: { tenant: 'a', name: 'b' } };
  const spec = { sql: 'SELECT 1', sink: { kafka: { topic: 'o', partitions: 2n ** 63n } } };
  const checked = checkDocument({ ...job, spec });
  assert.ok(!checked.ok);
  assert.match(checked.problems[0]?.message ?? '', /not the number 9223372036854775808/);
  const patch = { spec: { tasks: { max: 2n ** 63n } } };
  const order = { action: { kind: 'patch', patch }, selector: { tenant: 'a' } };
  assert.throws(() => parseRollout(order), /number/);
});

for (const kind of ['json', 'yaml'] as const) {
  test(`a default with a fraction or an exponent that no double holds is refused in a stream's ${kind}, and not taken for its neighbour`, () => {
    for (const text of ['9007199254740993.0', '9007199254740993e0', '9.007199254740993e15', '-1e18']) {
      const kept = keptText(streamText(schema(field('"long"', text))), kind);
      assert.throws(() => parseSchema(kept), /is not a default for long/, text);
      assert.equal(defaultOf(keptText(streamText(schema(field('"double"', text))), kind)), Number(text));
    }
  });
}

test('what is produced by a schema has its defaults, and its numbers, to their last digit', () => {
  const encoded = (type: string, more: string, json: string): string =>
    jsonToAvro(schema(`{"name":"f","type":${type}${more}}`))
      .encode(json)
      .toString('hex');
  const long = (n: string): string => encoded('"long"', `,"default":${n}`, '{}');
  assert.equal(long('9223372036854775807'), 'feffffffffffffffff01');
  assert.equal(long('9007199254740993'), encoded('"long"', '', '{"f":9007199254740993}'));
  assert.equal(encoded('["long","null"]', ',"default":9223372036854775807', '{}'), '00feffffffffffffffff01');
  const nanos = '{"type":"long","logicalType":"timestamp-nanos"}';
  assert.equal(encoded(nanos, '', '{"f":1790000000000000001}'), encoded('"long"', '', '{"f":1790000000000000001}'));
  assert.throws(() => encoded('"bytes"', ',"default":"\\u0100"', '{}'), /invalid_schema|is not a default for bytes/);
  for (const type of ['"int"', '"string"', '"boolean"', '{"type":"int","logicalType":"date"}'])
    assert.throws(() => encoded(type, '', '{"f":9007199254740993}'), /does not fit the schema/, type);
});
