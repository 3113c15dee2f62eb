/** YAML and JSON text → values with places. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { readSource } from '../../../src/client/source.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { parseDocument } from '../../../src/contracts/parse.ts';

function refusal(text: string): MillraceError {
  try {
    readSource(text);
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
  assert.fail('it is refused');
}

test('several documents are read, empty ones left out, JSON too', () => {
  const values = (text: string) => readSource(text).map((d) => d.value);
  assert.deepEqual(values('---\n---\na: 1\n---\nb: [x, 2]\n---\n'), [{ a: 1 }, { b: ['x', 2] }]);
  assert.deepEqual(values('{\n\t"a": "1"\n}'), [{ a: '1' }]);
  assert.deepEqual(values(''), []);
});

test('a pointer is found in the text, or what is written around it', () => {
  const [source] = readSource('# head\nkind: Job\nspec:\n  sink:\n    kafka: { topc: x }\n  list: [1, {a: 2}]\n');
  const places = ['/kind', '/spec/sink/kafka/topc', '/spec/sink/kafka/topic', '/spec/list/1/a', '/none'].map((p) =>
    Object.values(source!.locate(p)),
  );
  assert.deepEqual(places, [
    [2, 1],
    [5, 14],
    [5, 5],
    [6, 14],
    [2, 1],
  ]);
});

test('a syntax error says line and column, with a caret under the place', () => {
  const error = refusal('ok: 1\na: b: c\n');
  assert.equal(error.failure.code, 'invalid_spec');
  assert.match(error.message, /line 2, column 4/);
  assert.deepEqual(error.problems[0]?.position, { line: 2, column: 4, length: 1 });
  assert.equal(error.problems[0]?.excerpt, 'a: b: c\n   ^');
});

test('a key that stands twice, an unknown alias, and keys that are no text are refused', () => {
  for (const text of ['a: 1\na: 2\n', 'a: *x\n', '? [a]\n: 1\n'])
    assert.equal(refusal(text).failure.code, 'invalid_spec');
});

test('a hostile text costs little: nesting, aliases, long lines, size', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
  ];
  assert.match(refusal(bomb.join('\n')).problems[0]?.message ?? '', /alias/);
  const nested = refusal('['.repeat(20_000));
  assert.ok(nested.problems.length <= 10);
  assert.ok(nested.problems.every((p) => (p.excerpt ?? '').length < 300));
  assert.match(refusal('x'.repeat(limits.specBytesMax + 1)).message, /larger than/);
});

test('a value that JSON has no form for is refused: bytes, dates, lists of pairs', () => {
  for (const text of ['a: !!binary aGk=', '%YAML 1.1\n---\na: 2026-01-31', 'a: !!omap [b: 1]', 'a: !!pairs [b: 1]'])
    assert.match(refusal(text).problems[0]?.message ?? '', /JSON/, text);
});

test('a mistake is told in few words, whatever it quotes', () => {
  for (const text of [`a: *${'x'.repeat(10_000)}`, `a: !e!${'x'.repeat(10_000)} b`])
    assert.ok(JSON.stringify(refusal(text).problems).length < 2_000, text.slice(0, 10));
});

test('the examples are valid documents, and the stream has the schema of its events', () => {
  const documents = globSync('examples/*.yaml').flatMap((f) =>
    readSource(readFileSync(f, 'utf8')).map((d) => parseDocument(d.value)),
  );
  assert.deepEqual(documents.map((d) => `${d.kind} ${d.metadata.name}`).sort(), [
    'Job denied',
    'Job large-transfers',
    'Stream firewall',
  ]);
  const stream = documents.find((d) => d.kind === 'Stream');
  assert.deepEqual(stream?.spec.schema.avro, JSON.parse(readFileSync('examples/firewall/event.avsc', 'utf8')));
});
