/** The update verdict over specs made at random: what must hold whatever the change. A failure prints its seed and the smallest case. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Plan } from '../../../src/contracts/plan.ts';
import { verdictKinds } from '../../../src/contracts/verdict.ts';
import { parseSchema } from '../../../src/pipeline/avro/parse.ts';
import { mistakeOf, resolve } from '../../../src/pipeline/avro/resolve.ts';
import type { AvroSchema } from '../../../src/pipeline/avro/schema.ts';
import { columnChanges } from '../../../src/policies/update/columns.ts';
import { type FlatSchema, flatten } from '../../../src/policies/update/flat-schema.ts';
import { Readers } from '../../../src/policies/update/readable.ts';
import { parsed } from '../../../src/policies/update/same.ts';
import { type Desired, updateVerdict } from '../../../src/policies/update-verdict.ts';
import { pairs } from '../../oracle/avro/pair.ts';
import { desired, stream, streams, type Written } from './desired.ts';

/** Every column in forms of its own: the types, the nullability and the schema differ. */
const forms: Readonly<Record<string, readonly string[]>> = {
  x: ['a', 'b', 'UPPER(a)', 'n', 'big', 'CAST(n AS DOUBLE)', 'level', 'geo', 'geo.country', 'ARRAY[n]', 'ROW(a, n)'],
  y: ['n', 'big', 'CAST(b AS INT)', 'at', 'CAST(n AS DECIMAL(5, 2))', "COALESCE(b, '')", 'MAP[a, n]', 'level'],
  z: ['geo', 'ROW(geo, level)', 'CAST(a AS BYTES)', "DATE '2026-01-31'", 'n'],
};
const columns = fc
  .record(Object.fromEntries(Object.entries(forms).map(([name, all]) => [name, fc.constantFrom(...all)])))
  .chain((chosen) => fc.shuffledSubarray(Object.entries(chosen), { minLength: 1 }));
const sql = fc
  .record({
    columns,
    from: fc.constantFrom('s', 'other'),
    where: fc.constantFrom('', ' WHERE n > 1', '\nWHERE big = 2'),
    keyBy: fc.constantFrom('', '', ' KEY BY a', ' KEY BY n'),
  })
  .map((q) => `SELECT ${q.columns.map(([n, e]) => `${e} AS ${n}`).join(', ')} FROM ${q.from}${q.where}${q.keyBy}`);
const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const format = fc.constantFrom<unknown>(
  'json',
  { json: { bigint: 'string' } },
  { json: {} },
  'avro',
  { avro: { framing: 'guid' } },
  { avro: { framing: { confluent: 1 } } },
  { avro: { framing: { confluent: 2 }, name: 'x.Y' } },
  'csv',
  { csv: { header: true } },
);
const written: fc.Arbitrary<Written> = fc
  .record({
    sql,
    sink: fc.record({
      topic: fc.constantFrom('t1', 't2'),
      format,
      key: maybe<unknown>(['a', ['a', 'n']]),
      headers: maybe([{ h: 'a', i: 'a' }, { i: 'a', h: 'n' }, { h: 'n' }]),
      tombstone: maybe(['n = 1', 'n = 2']),
      partitioning: maybe(['key', 'source']),
      partitions: fc.constantFrom(1, 2),
    }),
    spec: fc.record({
      delivery: fc.constantFrom('exactly_once', 'at_least_once'),
      start: fc.constantFrom('earliest', { timestamp: '2026-01-31T00:00:00Z' }),
      tasks: fc.constantFrom({ min: 1, max: 2 }, { min: 2, max: 2 }),
      errors: fc.constantFrom({ policy: 'fail' }, { policy: 'dlq', topic: 'd' }),
    }),
    labels: fc.constantFrom({}, { a: '1', b: '2' }, { b: '2', a: '1' }),
    topics: fc.constantFrom(['s1'], ['s1', 's2'], ['s2']),
  })
  .map(({ topics, sink, ...rest }) => ({
    ...rest,
    sink: Object.fromEntries(Object.entries(sink).filter(([, v]) => v !== undefined)),
    streams: streams({ s: stream({ topics: topics.map((topic) => ({ topic })) }) }),
  }));
const states = written.map(desired);

/** The same with the keys of every object in the opposite order, in texts of JSON too. */
function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reordered) as T;
  if (typeof value === 'string' && /^[{[]/.test(value)) return JSON.stringify(reordered(JSON.parse(value))) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reordered(v)]),
  ) as T;
}

test('a job that is as asked gets none, without a reason', () => {
  fc.assert(fc.property(states, (x) => assert.deepEqual(updateVerdict(x, x), { kind: 'none', reasons: [] })));
});

test('the order of keys does not matter', () => {
  fc.assert(
    fc.property(states, states, (x, y) => {
      assert.equal(updateVerdict(x, reordered(x)).kind, 'none');
      const brief = (a: Desired, b: Desired) => updateVerdict(a, b).reasons.map((r) => [r.kind, r.path, r.why]);
      assert.deepEqual(brief(reordered(x), reordered(y)), brief(x, y));
    }),
  );
});

test('the strongest reason decides, comes first, and none is the only verdict without reasons', () => {
  fc.assert(
    fc.property(states, states, (x, y) => {
      const { kind, reasons } = updateVerdict(x, y);
      const ranks = reasons.map((r) => verdictKinds.indexOf(r.kind));
      assert.deepEqual(
        ranks,
        [...ranks].sort((a, b) => b - a),
      );
      assert.equal(kind, reasons[0]?.kind ?? 'none');
      for (const r of reasons) assert.ok(r.kind !== 'none' && r.path.startsWith('/') && r.what.length < 1_000);
    }),
  );
});

test('whatever the plans hold, there is a verdict', () => {
  const text = fc.oneof(fc.json(), fc.string());
  const anyOutput = fc.record({
    outputSchema: text,
    output: fc.array(fc.record({ name: fc.constantFrom('x', 'y', '__proto__'), type: text, nullable: fc.boolean() })),
    key: text,
    keyed: fc.boolean(),
  });
  fc.assert(
    fc.property(states, states, anyOutput, anyOutput, (x, y, one, other) => {
      const strange = (d: Desired, more: Partial<Plan>): Desired => ({ ...d, plan: { ...d.plan, ...more } });
      assert.ok(verdictKinds.includes(updateVerdict(strange(x, one), strange(y, other)).kind));
    }),
  );
});

test('a column of framed Avro that goes in flight is read by its old schema, as the data plane reads it', () => {
  const framed = written.map((w) => desired({ ...w, sink: { ...w.sink, format: { avro: { framing: 'guid' } } } }));
  let readables = 0;
  fc.assert(
    fc.property(framed, framed, (x, y) => {
      const unreadable = columnChanges(x.plan, y.plan).retyped.map((c) => c.from.name);
      const [old, next] = [x, y].map(({ plan }) => fieldsOf(plan.outputSchema));
      for (const [name, schema] of old!) {
        const written = next!.get(name);
        if (written === undefined || unreadable.includes(name)) continue;
        readables++;
        assert.equal(mistakeOf(resolve(written, schema)), undefined);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(readables > 20, `only ${readables} columns could be read`);
});

/** The columns of an output schema, as the data plane has them. */
function fieldsOf(text: string): ReadonlyMap<string, AvroSchema> {
  const schema = parseSchema(text);
  assert.ok(schema.kind === 'record');
  return new Map(schema.fields.map((f) => [f.name, f.schema]));
}

test('of any two schemas, those called readable resolve', () => {
  let readables = 0;
  fc.assert(
    fc.property(pairs, ({ writerText, readerText }) => {
      const [writer, reader] = [writerText, readerText].map((text) => flatten(parsed(text))) as [
        FlatSchema,
        FlatSchema,
      ];
      if (!new Readers(writer, reader, 'avro').canRead(writer.root, reader.root)) return;
      readables++;
      assert.equal(mistakeOf(resolve(parseSchema(writerText), parseSchema(readerText))), undefined);
    }),
    { numRuns: 500 },
  );
  assert.ok(readables > 10, `only ${readables} pairs were called readable`);
});
