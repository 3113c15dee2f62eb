/** What becomes of a job when its spec changes: every rule by a change that it is about, then how several make one verdict. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { updatesPage } from '../../../scripts/updates.ts';
import type { JobSpec, StreamSpec } from '../../../src/contracts/spec.ts';
import type { VerdictKind } from '../../../src/contracts/verdict.ts';
import { updateRules, updateVerdict } from '../../../src/policies/update-verdict.ts';
import { desired, field, record, stream, streams, type Written } from './desired.ts';

interface Case {
  readonly rule: string;
  readonly kind: VerdictKind;
  readonly path: string;
  readonly what: RegExp;
  readonly from?: Written;
  readonly to: Written;
}

const avro = (framing: unknown): Record<string, unknown> => ({ format: { avro: { framing } } });
const csv = (options: Record<string, unknown> = {}): Record<string, unknown> => ({ format: { csv: options } });
const withTopics = (...topics: readonly string[]): Record<string, StreamSpec> =>
  streams({ s: stream({ topics: topics.map((topic) => ({ topic })) }) });

const timed = (logicalType: string): Record<string, StreamSpec> => {
  const at = field('at', ['null', { type: 'long', logicalType }]);
  return streams({ s: stream({ schema: { avro: record([field('a', 'string'), field('n', 'int'), at]) } }) });
};

/** The test's name is the property. */
const cases: Readonly<Record<string, Case>> = {
  'a filter goes in flight': {
    rule: 'query',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /in line 1 from "SELECT a, n FROM s" to "SELECT a, n FROM s WHERE n > 1"/,
    to: { sql: 'SELECT a, n FROM s WHERE n > 1' },
  },
  'a projection with the same columns goes in flight': {
    rule: 'query',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /the query changes/,
    to: { sql: 'SELECT UPPER(a) AS a, n FROM s' },
  },
  'a query over two lines is shown at the line that differs': {
    rule: 'query',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /in line 2 from nothing to "WHERE n = 1"/,
    to: { sql: 'SELECT a, n FROM s\nWHERE n = 1' },
  },
  'an added stream goes in flight and begins at start': {
    rule: 'stream_added',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /also reads other/,
    to: { sql: 'SELECT a, n FROM s UNION ALL SELECT a, n FROM other' },
  },
  'a removed stream is drained': {
    rule: 'stream_removed',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /no longer reads s/,
    to: { sql: 'SELECT a, n FROM other' },
  },
  'a stream that gains a topic goes in flight': {
    rule: 'topic_added',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /also reads the topic acme.s2/,
    to: { streams: withTopics('acme.s', 'acme.s2') },
  },
  'a stream that loses a topic is drained': {
    rule: 'topic_removed',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /no longer reads the topic acme.s$/,
    to: { streams: withTopics('acme.s2') },
  },
  "a stream's new schema goes in flight": {
    rule: 'stream_schema',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /reads by another schema the stream s/,
    to: {
      streams: streams({
        s: stream({ schema: { avro: record([field('a', 'string'), field('n', 'int'), field('x', 'int')]) } }),
      }),
    },
  },
  'a new schema that changes the unit of a time says which': {
    rule: 'stream_schema',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /the stream s, in which the unit changes of at from timestamp-millis to timestamp-micros$/,
    from: { streams: timed('timestamp-millis') },
    to: { streams: timed('timestamp-micros') },
  },
  'a stream on another cluster is refused, because its offsets are left behind': {
    rule: 'stream_on_another_cluster',
    kind: 'refused',
    path: '/spec/sql',
    what: /read s on the cluster east instead of main/,
    to: {
      sink: { cluster: 'east' },
      streams: streams({ s: stream({ topics: [{ cluster: 'east', topic: 'acme.s' }] }) }),
    },
  },
  'a sink on another cluster drains and replaces: the offsets are where the streams are': {
    rule: 'sink_cluster',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/cluster',
    what: /from main to east/,
    to: {
      spec: { delivery: 'at_least_once' },
      sink: { cluster: 'east' },
    },
  },
  'an added column goes in flight in JSON': {
    rule: 'column_added',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /gains b \(VARCHAR\)/,
    to: { sql: 'SELECT a, n, b FROM s' },
  },
  'an added column goes in flight in CSV with header lines': {
    rule: 'column_added',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /gains b/,
    from: { sink: csv({ header: true }) },
    to: { sql: 'SELECT a, n, b FROM s', sink: csv({ header: true }) },
  },
  'an added column goes in flight in Avro that names its schema': {
    rule: 'column_added',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /gains b/,
    from: { sink: avro('guid') },
    to: { sql: 'SELECT a, b, n FROM s', sink: avro('guid') },
  },
  'a column added at the end is drained in CSV without header lines': {
    rule: 'column_added_by_place',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /gains b/,
    from: { sink: csv() },
    to: { sql: 'SELECT a, n, b FROM s', sink: csv() },
  },
  'an added column is drained in Avro that names no schema': {
    rule: 'column_added_by_place',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /gains b/,
    from: { sink: avro('none') },
    to: { sql: 'SELECT a, n, b FROM s', sink: avro('none') },
  },
  'a removed column is drained': {
    rule: 'column_removed',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /loses n \(INT NOT NULL\)/,
    to: { sql: 'SELECT a FROM s' },
  },
  'a renamed column is drained': {
    rule: 'column_removed',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /loses n/,
    to: { sql: 'SELECT a, n AS m FROM s' },
  },
  'columns in another order go in flight in JSON': {
    rule: 'columns_moved',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /another order/,
    to: { sql: 'SELECT n, a FROM s' },
  },
  'columns in another order are drained in CSV without header lines': {
    rule: 'columns_moved_by_place',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /another order/,
    from: { sink: csv() },
    to: { sql: 'SELECT n, a FROM s', sink: csv() },
  },
  'a column of another type is drained': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /n changes from INT NOT NULL to VARCHAR NOT NULL/,
    to: { sql: 'SELECT a, CAST(n AS VARCHAR) AS n FROM s' },
  },
  'a wider number is drained, because readers of the old type can not hold it': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /n changes from INT NOT NULL to BIGINT NOT NULL/,
    from: { sink: avro('guid') },
    to: { sql: 'SELECT a, CAST(n AS BIGINT) AS n FROM s', sink: avro('guid') },
  },
  'a column that may be NULL where it was not is drained': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /a changes from VARCHAR NOT NULL to VARCHAR$/,
    to: { sql: 'SELECT b AS a, n FROM s' },
  },
  'a number within a text of JSON that becomes a string is drained': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /big changes from BIGINT NOT NULL to INT NOT NULL/,
    from: { sql: 'SELECT big FROM s', sink: { format: { json: { bigint: 'string' } } } },
    to: { sql: 'SELECT CAST(big AS INT) AS big FROM s', sink: { format: { json: { bigint: 'string' } } } },
  },
  'a time that becomes a plain number is drained': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /at changes from TIMESTAMP/,
    from: { sql: 'SELECT at FROM s', sink: avro('guid') },
    to: { sql: 'SELECT big AS at FROM s', sink: avro('guid') },
  },
  'a narrower number goes in flight': {
    rule: 'column_narrowed',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /big changes from BIGINT NOT NULL to INT NOT NULL/,
    from: { sql: 'SELECT big FROM s' },
    to: { sql: 'SELECT CAST(big AS INT) AS big FROM s' },
  },
  'a column that is never NULL any more goes in flight': {
    rule: 'column_narrowed',
    kind: 'in_flight',
    path: '/spec/sql',
    what: /b changes from VARCHAR to VARCHAR NOT NULL/,
    from: { sql: 'SELECT b FROM s', sink: avro('guid') },
    to: { sql: "SELECT COALESCE(b, '') AS b FROM s", sink: avro('guid') },
  },
  'a narrower number is drained in Avro that names no schema': {
    rule: 'column_retyped',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /big changes/,
    from: { sql: 'SELECT big FROM s', sink: avro('none') },
    to: { sql: 'SELECT CAST(big AS INT) AS big FROM s', sink: avro('none') },
  },
  'another schema under the same schema id is refused': {
    rule: 'schema_id_kept',
    kind: 'refused',
    path: '/spec/sink/kafka/format',
    what: /the schema id 7 stays/,
    from: { sink: avro({ confluent: 7 }) },
    to: { sql: 'SELECT a, n, b FROM s', sink: avro({ confluent: 7 }) },
  },
  'another schema id goes in flight': {
    rule: 'schema_id',
    kind: 'in_flight',
    path: '/spec/sink/kafka/format',
    what: /the schema id/,
    from: { sink: avro({ confluent: 7 }) },
    to: { sql: 'SELECT a, n, b FROM s', sink: avro({ confluent: 8 }) },
  },
  "the output's format is drained": {
    rule: 'sink_format',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/format',
    what: /from json to avro/,
    to: { sink: { format: 'avro' } },
  },
  'an option of the format is drained': {
    rule: 'sink_format',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/format',
    what: /"temporal":"iso"/,
    to: { sink: { format: { json: { temporal: 'iso' } } } },
  },
  'another framing of Avro is drained': {
    rule: 'sink_format',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/format',
    what: /guid/,
    from: { sink: avro('none') },
    to: { sink: avro('guid') },
  },
  'another topic of the sink is drained': {
    rule: 'sink_topic',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/topic',
    what: /the sink's topic changes from acme.out to acme.out2/,
    to: { sink: { topic: 'acme.out2' } },
  },
  'partitions of the sink go in flight and change nothing of a topic that exists': {
    rule: 'sink_partitions',
    kind: 'in_flight',
    path: '/spec/sink/kafka/partitions',
    what: /from 1 to 4/,
    to: { sink: { partitions: 4 } },
  },
  'a key where there was none is drained': {
    rule: 'key',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/key',
    what: /from the source records' own to a/,
    to: { sink: { key: 'a' } },
  },
  'another expression of the key is drained': {
    rule: 'key',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/key',
    what: /from a to UPPER\(a\)/,
    from: { sink: { key: 'a' } },
    to: { sink: { key: 'UPPER(a)' } },
  },
  'another KEY BY in the query is drained': {
    rule: 'key',
    kind: 'drain_replace',
    path: '/spec/sql',
    what: /from a to b/,
    from: { sql: 'SELECT a, b FROM s KEY BY a' },
    to: { sql: 'SELECT a, b FROM s KEY BY b' },
  },
  'an added header goes in flight': {
    rule: 'header_added',
    kind: 'in_flight',
    path: '/spec/sink/kafka/headers/rule~1x',
    what: /gains the header rule\/x/,
    to: { sink: { headers: { 'rule/x': 'a' } } },
  },
  'a removed header is drained': {
    rule: 'header_removed',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/headers/h',
    what: /loses the header h/,
    from: { sink: { headers: { h: 'a' } } },
    to: {},
  },
  "a header's other expression goes in flight": {
    rule: 'header_value',
    kind: 'in_flight',
    path: '/spec/sink/kafka/headers/h',
    what: /h from a to UPPER\(a\)/,
    from: { sink: { headers: { h: 'a' } } },
    to: { sink: { headers: { h: 'UPPER(a)' } } },
  },
  'first tombstones are drained': {
    rule: 'tombstones_begin',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/tombstone',
    what: /from none to n = 1/,
    to: { sink: { tombstone: 'n = 1' } },
  },
  'first forwarded tombstones are drained': {
    rule: 'tombstones_begin',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/tombstones',
    what: /from drop to forward/,
    to: { sink: { tombstones: 'forward' } },
  },
  'another condition for tombstones goes in flight': {
    rule: 'tombstone',
    kind: 'in_flight',
    path: '/spec/sink/kafka/tombstone',
    what: /from n = 1 to n = 2/,
    from: { sink: { tombstone: 'n = 1' } },
    to: { sink: { tombstone: 'n = 2' } },
  },
  'tombstones that are no longer forwarded go in flight': {
    rule: 'tombstones',
    kind: 'in_flight',
    path: '/spec/sink/kafka/tombstones',
    what: /from forward to drop/,
    from: { sink: { tombstones: 'forward' } },
    to: {},
  },
  'another partitioning is drained': {
    rule: 'partitioning',
    kind: 'drain_replace',
    path: '/spec/sink/kafka/partitioning',
    what: /from by source to by key/,
    to: { sink: { partitioning: 'key' } },
  },
  'another compression goes in flight': {
    rule: 'compression',
    kind: 'in_flight',
    path: '/spec/sink/kafka/compression',
    what: /from lz4 to zstd/,
    to: { sink: { compression: 'zstd' } },
  },
  'another delivery is drained': {
    rule: 'delivery',
    kind: 'drain_replace',
    path: '/spec/delivery',
    what: /from exactly_once to at_least_once/,
    to: { spec: { delivery: 'at_least_once' } },
  },
  'another start goes in flight and moves no offset': {
    rule: 'start',
    kind: 'in_flight',
    path: '/spec/start',
    what: /from earliest to latest/,
    to: { spec: { start: 'latest' } },
  },
  'what a topic that is made again means goes in flight': {
    rule: 'on recreate',
    kind: 'in_flight',
    path: '/spec/onRecreate',
    what: /from fail to earliest/,
    to: { spec: { onRecreate: 'earliest' } },
  },
  'another number of tasks goes in flight': {
    rule: 'tasks',
    kind: 'in_flight',
    path: '/spec/tasks',
    what: /"min":2/,
    to: { spec: { tasks: { min: 2, max: 4 } } },
  },
  'another error policy goes in flight': {
    rule: 'errors',
    kind: 'in_flight',
    path: '/spec/errors',
    what: /"dlq"/,
    to: { spec: { errors: { policy: 'dlq', topic: 'acme.dlq' } } },
  },
  'labels go in flight': {
    rule: 'labels',
    kind: 'in_flight',
    path: '/metadata/labels',
    what: /"team":"soc"/,
    to: { labels: { team: 'soc' } },
  },
  'the same in other words goes in flight': {
    rule: 'wording',
    kind: 'in_flight',
    path: '/spec',
    what: /the plan changes from [0-9a-f]{16} to [0-9a-f]{16}/,
    to: { sink: { format: { json: {} } } },
  },
};

for (const [property, { rule, kind, path, what, from = {}, to }] of Object.entries(cases)) {
  test(property, () => {
    const by = updateRules.find((r) => r.name === rule)!;
    const verdict = updateVerdict(desired(from), desired(to));
    const reason = verdict.reasons.find((r) => r.why === by.why && r.path === path);
    assert.ok(reason !== undefined, `no reason of ${rule} at ${path}: ${JSON.stringify(verdict, null, 1)}`);
    assert.match(reason.what, what);
    assert.deepEqual([reason.kind, by.kind, verdict.kind], [kind, kind, kind]);
  });
}

test('every rule has a case', () => {
  const covered = new Set(Object.values(cases).map((c) => c.rule));
  assert.deepEqual(
    updateRules.map((r) => r.name).filter((name) => !covered.has(name)),
    [],
  );
});

test('no rule stands twice', () => {
  assert.equal(new Set(updateRules.map((r) => r.name)).size, updateRules.length);
});

/** What must not be told apart, or what no one need know. */
const silent: Readonly<Record<string, readonly [Written, Written, readonly string[]]>> = {
  'the same spec changes nothing': [{}, {}, []],
  'a column whose Avro type changes is the same in JSON where its text is': [
    { sql: 'SELECT level FROM s' },
    { sql: 'SELECT UPPER(level) AS level FROM s' },
    ['query'],
  ],
  'a nested record that gains a field is read on as JSON and as framed Avro': [
    { sql: 'SELECT geo FROM s', sink: avro('guid') },
    {
      sql: 'SELECT geo FROM s',
      sink: avro('guid'),
      streams: streams({
        s: stream({
          schema: {
            avro: record([field('geo', record([field('country', 'string'), field('city', 'string')], 'Geo'))]),
          },
        }),
      }),
    },
    ['column_narrowed', 'stream_schema'],
  ],
  'the key in other words is the same key': [{ sink: { key: 'a' } }, { sink: { key: ['"a"'] } }, ['wording']],
  'KEY BY in the query goes before the key of the sink': [
    { sql: 'SELECT a, b FROM s KEY BY a', sink: { key: 'a' } },
    { sql: 'SELECT a, b FROM s KEY BY a', sink: { key: 'b' } },
    ['wording'],
  ],
  'partitioning by key is the default where there is a key': [
    { sink: { key: 'a' } },
    { sink: { key: 'a', partitioning: 'key' } },
    ['wording'],
  ],
  'a tombstone beside others goes in flight': [
    { sink: { tombstones: 'forward' } },
    { sink: { tombstones: 'forward', tombstone: 'n = 1' } },
    ['tombstone'],
  ],
  'a column that moves for want of another has not moved': [
    { sql: 'SELECT a, b, n FROM s', sink: csv() },
    { sql: 'SELECT a, n FROM s', sink: csv() },
    ['column_removed', 'query'],
  ],
};

for (const [property, [from, to, rules]] of Object.entries(silent)) {
  test(property, () => {
    const { reasons } = updateVerdict(desired(from), desired(to));
    const told = reasons.map((r) => updateRules.find((rule) => rule.why === r.why && rule.kind === r.kind)!.name);
    assert.deepEqual(told.sort(), [...rules].sort());
  });
}

test('of several changes the strongest decides, and each is told, the strongest first', () => {
  const change = { sql: 'SELECT a, n FROM s WHERE n > 1', labels: { x: 'y' }, sink: { topic: 'acme.out2' } };
  const verdict = updateVerdict(desired(), desired({ ...change, spec: { delivery: 'at_least_once' } }));
  assert.equal(verdict.kind, 'drain_replace');
  assert.deepEqual(
    verdict.reasons.map((r) => [r.kind, r.path]),
    [
      ['drain_replace', '/spec/sink/kafka/topic'],
      ['drain_replace', '/spec/delivery'],
      ['in_flight', '/spec/sql'],
      ['in_flight', '/metadata/labels'],
    ],
  );
});

test('a field that is undefined is as good as one that is not there', () => {
  const plain = desired();
  const { kafka } = plain.spec.sink;
  const spec = { ...plain.spec, sink: { kafka: { ...kafka, key: undefined, headers: undefined } } };
  assert.equal(updateVerdict(plain, { ...plain, spec: spec as unknown as JobSpec }).kind, 'none');
});

test('long values are clipped, and long lists are counted', () => {
  const columns = Array.from({ length: 300 }, (_, i) => `a AS c${i}`).join(', ');
  const { reasons } = updateVerdict(desired(), desired({ sql: `SELECT a, n, ${columns} FROM s` }));
  assert.deepEqual(
    reasons.map((r) => r.what.length < 250),
    [true, true],
  );
  assert.match(reasons[1]!.what + reasons[0]!.what, /c4 \(VARCHAR NOT NULL\) and 295 more/);
});

test('docs/updates.md has the rules as they are', () => {
  const page = readFileSync(new URL('../../../docs/updates.md', import.meta.url), 'utf8');
  assert.equal(page, updatesPage(), 'run `node scripts/updates.ts` and commit docs/updates.md');
});
