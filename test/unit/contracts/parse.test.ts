/** Documents and their mistakes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { checkDocument, parseDocument } from '../../../src/contracts/parse.ts';

const job = (spec: Record<string, unknown>, metadata: Record<string, unknown> = {}) => ({
  apiVersion: 'millrace/v1',
  kind: 'Job',
  metadata: { tenant: 'acme', name: 'denied', ...metadata },
  spec: { sql: 'SELECT a FROM b', sink: { kafka: { topic: 'out' } }, ...spec },
});

function problems(value: unknown): Record<string, string> {
  const parsed = checkDocument(value);
  assert.equal(parsed.ok, false, 'it has mistakes');
  return Object.fromEntries(parsed.problems.map((p) => [p.path, `${p.message} → ${p.remedy ?? ''}`]));
}

test('what is left out gets its default', () => {
  const document = parseDocument(job({}));
  assert.equal(document.kind, 'Job');
  assert.deepEqual(document.metadata.labels, {});
  assert.deepEqual(document.spec, {
    sql: 'SELECT a FROM b',
    start: 'earliest',
    onRecreate: 'fail',
    sink: { kafka: { cluster: 'main', topic: 'out', partitions: 1, format: 'json' } },
    delivery: 'exactly_once',
    tasks: { min: 1, max: 1 },
    errors: { policy: 'fail' },
  });
});

test('every mistake is told at once, each with its pointer and remedy', () => {
  const found = problems({
    apiVersion: 'millrace/v2',
    kind: 'job',
    metadata: { tenant: 'Ac me', name: '', labels: { 'a=b': 'c', ok: 5 } },
    extra: 1,
    spec: {
      start: 'earlist',
      sink: { kafka: { topc: 'x', partitions: 0, format: 'jsn', cluster: 5 } },
      delivery: 'exactly-once',
      tasks: { min: 4, max: 2 },
      errors: { policy: 'dql' },
    },
  });
  const expected: Record<string, RegExp> = {
    '/apiVersion': /must be millrace\/v1/,
    '/kind': /→ write kind: Job or kind: Stream/,
    '/metadata/tenant': /"Ac me" is not allowed here → use lower-case letters/,
    '/metadata/name': /must not be empty → write at least one character/,
    '/metadata/labels/a=b': /not allowed as a key here → use letters/,
    '/metadata/labels/ok': /must be a text, not the number 5 → put it in quotes: "5"/,
    '/extra': /unknown key "extra" → known here: apiVersion, kind, metadata, spec/,
    '/spec/sql': /is missing → write a text/,
    '/spec/start': /must be earliest, latest, or .* → write earliest/,
    '/spec/sink/kafka/topic': /is missing/,
    '/spec/sink/kafka/topc': /unknown key "topc" → write topic; known here/,
    '/spec/sink/kafka/partitions': /must be at least 1, not 0/,
    '/spec/sink/kafka/format': /must be json, avro or csv/,
    '/spec/sink/kafka/cluster': /must be a text/,
    '/spec/delivery': /must be one of exactly_once, at_least_once, not "exactly-once" → write exactly_once/,
    '/spec/tasks': /has min above max → raise max or lower min/,
    '/spec/errors/policy': /must be one of fail, skip, dlq, not "dql" → write dlq/,
  };
  for (const [path, pattern] of Object.entries(expected)) assert.match(found[path] ?? `nothing at ${path}`, pattern);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
});

test('limits are told by their number', () => {
  const found = problems(job({ tasks: { min: 1, max: limits.tasksMax + 1 }, sql: 'x'.repeat(limits.sqlCharsMax + 1) }));
  assert.match(found['/spec/tasks/max'] ?? '', new RegExp(`at most ${limits.tasksMax}`));
  assert.match(found['/spec/sql'] ?? '', new RegExp(`at most ${limits.sqlCharsMax}`));
});

test('a mistake inside one shape of several is told for that shape', () => {
  assert.match(problems(job({ start: { timestmp: 'x' } }))['/spec/start/timestmp'] ?? '', /write timestamp/);
  assert.match(problems(job({ start: { timestamp: 'noon' } }))['/spec/start/timestamp'] ?? '', /ISO 8601/);
  assert.match(problems(job({ errors: { policy: 'dlq', tpic: 'd' } }))['/spec/errors/tpic'] ?? '', /write topic/);
});

test("CSV's word for NULL holds neither the delimiter nor a quote or a line end", () => {
  const csv = (options: object): Record<string, string> =>
    problems(job({ sink: { kafka: { topic: 'out', format: { csv: options } } } }));
  const at = '/spec/sink/kafka/format/csv';
  assert.match(csv({ delimiter: ';', null: 'a;b' })[`${at}/null`] ?? '', /holds the delimiter.* → take another/);
  assert.match(csv({ null: ',' })[`${at}/null`] ?? '', /holds the delimiter/);
  for (const word of ['"', 'a\nb']) assert.match(csv({ null: word })[`${at}/null`] ?? '', /no quotes or line ends/);
  assert.match(csv({ delimiter: '\ud800' })[`${at}/delimiter`] ?? '', /one character/);
  parseDocument(job({ sink: { kafka: { topic: 'out', format: { csv: { delimiter: ';', null: 'a,b' } } } } }));
});

test('a stream is recognised where its kind is missing, and an oversized schema is refused', () => {
  const topics = [{ topic: 'a' }, { topic: '__b' }];
  const avro = { type: 'string', doc: 'x'.repeat(limits.schemaBytesMax) };
  const found = problems({
    apiVersion: 'millrace/v1',
    metadata: { tenant: 'a', name: 'b_c' },
    spec: { topics, schema: { avro } },
  });
  assert.deepEqual(Object.keys(found).sort(), ['/kind', '/spec/schema/avro', '/spec/topics/1/topic']);
});

test('how a topic of a stream is made is bounded, and settings are of no use without partitions', () => {
  const stream = (topic: object): Record<string, string> =>
    problems({
      apiVersion: 'millrace/v1',
      kind: 'Stream',
      metadata: { tenant: 'a', name: 'b' },
      spec: { topics: [{ topic: 't', ...topic }], schema: { avro: 'string' } },
    });
  const at = '/spec/topics/0';
  assert.match(stream({ config: { 'retention.ms': 1 } })[at] ?? '', /no partitions.* → say how many/);
  assert.match(stream({ partitions: 0 })[`${at}/partitions`] ?? '', /at least 1/);
  assert.match(stream({ partitions: limits.topicPartitionsMax + 1 })[`${at}/partitions`] ?? '', /at most/);
  assert.match(stream({ partitions: 1, config: { 'retention.ms': [1] } })[`${at}/config/retention.ms`] ?? '', /a text/);
  assert.ok(`${at}/config/Retention` in stream({ partitions: 1, config: { Retention: 1 } }));
  const many = Object.fromEntries(Array.from({ length: limits.topicConfigMax + 1 }, (_, i) => [`a.${i}`, 1]));
  assert.match(stream({ partitions: 1, config: many })[`${at}/config`] ?? '', /at most/);
});

test('keys of a pointer are escaped as RFC 6901 says', () => {
  assert.ok('/spec/a~1b~0c' in problems(job({ 'a/b~c': 1 })));
});

test('whatever is given, it is refused with problems, never with another error', () => {
  for (const value of [
    null,
    undefined,
    3,
    'x',
    [],
    [[]],
    { kind: 3, spec: 4 },
    { kind: 'Stream', spec: null },
    { spec: [] },
  ]) {
    assert.throws(
      () => parseDocument(value),
      (e) => e instanceof MillraceError && e.failure.code === 'invalid_spec' && e.problems.length > 0,
    );
  }
});
