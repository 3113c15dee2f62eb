/** Kernels of shape 'rows': keys, headers, tombstones, several branches, metadata. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import type { SourceRecord } from '../../../../src/pipeline/ports.ts';
import { Rows } from '../../../../src/pipeline/rows.ts';
import type { Bound, MetaName } from '../../../../src/pipeline/sql/bound.ts';
import { nullable, plain, type SqlType, timestamp } from '../../../../src/pipeline/sql/types.ts';
import {
  column,
  computed,
  equals,
  isNull,
  kernelOf,
  not,
  read,
  record,
  recordSchema,
  text,
  textsOf,
  variable,
  where,
} from './bounds.ts';

const schemaJson = record('R', [
  { name: 'id', type: 'int' },
  { name: 'name', type: ['null', 'string'] },
  { name: 'kind', type: 'string' },
]);
const schema = recordSchema(schemaJson);
const type = avsc.Type.forSchema(schemaJson as avsc.Schema);
const of = (name: string): Bound => column(schema, name);
const body = (id: number, name: string | null, kind: string): Buffer => type.toBuffer({ id, name, kind });

test('a branch of filters alone is of shape value, and anything beside the value makes rows', () => {
  const values = [of('id')];
  assert.equal(kernelOf(schema, [{ values }]).shape, 'value');
  assert.equal(kernelOf(schema, [{ values, steps: [where(isNull(of('name')))] }]).shape, 'value');
  for (const extras of [
    { key: of('name') },
    { headers: [{ name: 'h', value: of('kind') }] },
    { tombstone: isNull(of('name')) },
  ])
    assert.equal(kernelOf(schema, [{ values, extras }]).shape, 'rows');
  assert.equal(kernelOf(schema, [{ values }, { values }]).shape, 'rows');
});

test('the parts of a row stand in their order, and NULL is no key and no header', () => {
  const headers = ['name', 'kind'].map((name) => ({ name, value: of(name) }));
  const kernel = kernelOf(schema, [{ values: [of('kind'), of('id')], extras: { key: of('name'), headers } }]);
  assert.deepEqual(kernel.parts, { key: true, headers: ['name', 'kind'] });
  assert.deepEqual(textsOf(kernel, body(1, 'n', 'k')), [['n', '{"c0":"k","c1":1}', 'n', 'k']]);
  assert.deepEqual(textsOf(kernel, body(1, null, 'k')), [[null, '{"c0":"k","c1":1}', null, 'k']]);
});

test('a row that the tombstone is true of has its key and no value', () => {
  const tombstone = equals(of('kind'), text('gone'));
  for (const format of ['json', 'avro', 'csv'] as const) {
    const kernel = kernelOf(schema, [{ values: [of('id')], extras: { key: of('name'), tombstone } }], { format });
    assert.deepEqual(textsOf(kernel, body(1, 'n', 'gone')), [['n', null]]);
    assert.notEqual(textsOf(kernel, body(1, 'n', 'here'))[0]![1], null);
  }
});

test('branches come one after the other, each with its own filters', () => {
  const branch = (kind: string, value: Bound) => ({ values: [value], steps: [where(equals(of('kind'), text(kind)))] });
  const selects = [branch('a', text('first')), branch('a', of('kind')), branch('b', text('third'))];
  const kernel = kernelOf(schema, selects);
  const rows = (kind: string): unknown => textsOf(kernel, body(1, null, kind)).map((row) => row[0]);
  assert.deepEqual(rows('a'), ['{"c0":"first"}', '{"c0":"a"}']);
  assert.deepEqual(rows('b'), ['{"c0":"third"}']);
  assert.deepEqual(rows('c'), []);
});

test('what one branch has decoded is decoded again by the next, which may be the only one that runs', () => {
  const selects = ['a', 'b'].map((kind) => ({
    values: [computed(of('id')), computed(of('name'))],
    steps: [where(equals(of('kind'), text(kind)))],
  }));
  const kernel = kernelOf(schema, selects);
  assert.deepEqual(textsOf(kernel, body(300, 'n', 'b')), [['{"c0":300,"c1":"n"}']]);
});

test('a record that fails leaves no row, also when it fails behind the first', () => {
  const listed = recordSchema(
    record('L', [
      { name: 'l', type: { type: 'array', items: 'int' } },
      { name: 'z', type: 'int' },
    ]),
  );
  const l = column(listed, 'l');
  const element = variable('e', plain('INT'));
  const step = { kind: 'unnest', operand: l, element, key: undefined, ordinality: undefined, outer: false } as const;
  const kernel = kernelOf(listed, [{ values: [column(listed, 'z'), read(element)], steps: [step] }]);
  const rows = new Rows();
  const run = (...bytes: readonly number[]): number =>
    kernel.run(Buffer.from(bytes), 0, bytes.length, Buffer.alloc(100), 0, rows, nothing);
  run(2, 2, 0, 18);
  assert.equal(rows.count, 1);
  // The block tells two bytes, its item takes one.
  assert.throws(() => run(1, 4, 2, 0, 0, 18), { name: 'RecordError' });
  assert.equal(rows.count, 0);
});

const bytes = Buffer.from('...keyname1value1name2');
const nothing: SourceRecord = {
  topic: null,
  partition: null,
  offset: null,
  timestamp: null,
  keyStart: -1,
  keyEnd: -1,
  headerCount: 0,
  eachHeader: () => {},
};
/** A record whose value stands in front of its key and headers. */
const source = (from: number): SourceRecord => ({
  topic: 'orders',
  partition: 3,
  offset: 9_007_199_254_740_991,
  timestamp: 1_700_000_000_000,
  keyStart: from + 3,
  keyEnd: from + 6,
  headerCount: 2,
  eachHeader: (each) => {
    each(from + 6, from + 11, from + 11, from + 17);
    each(from + 17, from + 22, -1, -1);
  },
});

const meta = (name: MetaName, of: SqlType): Bound => ({
  kind: 'meta',
  name,
  type: of,
  nullable: true,
  fallible: false,
});
const metadata: readonly Bound[] = [
  meta('topic', plain('VARCHAR')),
  meta('partition', plain('INT')),
  meta('offset', plain('BIGINT')),
  meta('timestamp', timestamp(3, true)),
  meta('key', plain('BYTES')),
  meta('headers', { kind: 'MAP', value: nullable(plain('BYTES')) }),
];

test('metadata are columns, of values and of rows, and NULL where there are none', () => {
  for (const extras of [{}, { key: of('kind') }]) {
    const kernel = kernelOf(schema, [{ values: metadata, extras, steps: [where(not(isNull(of('id'))))] }]);
    assert.equal(kernel.readsRecord, true);
    const value = body(1, null, 'k');
    const row = textsOf(kernel, Buffer.concat([value, bytes]), source(value.length), value.length)[0]!.at(-1)!;
    assert.deepEqual(Object.values(JSON.parse(row) as object), [
      'orders',
      3,
      9_007_199_254_740_991,
      1_700_000_000_000,
      Buffer.from('key').toString('base64'),
      { name1: Buffer.from('value1').toString('base64'), name2: null },
    ]);
    const empty = textsOf(kernel, value, nothing)[0]!.at(-1)!;
    assert.deepEqual(Object.values(JSON.parse(empty) as object), [null, null, null, null, null, {}]);
  }
  assert.equal(kernelOf(schema, [{ values: [of('id')] }]).readsRecord, false);
});

test('where only one branch has a key, rows of the other keep the record’s', () => {
  const kernel = kernelOf(schema, [{ values: [of('id')], extras: { key: of('kind') } }, { values: [of('id')] }]);
  const value = body(1, null, 'k');
  const rows = textsOf(kernel, Buffer.concat([value, bytes]), source(value.length), value.length);
  assert.deepEqual(
    rows.map((row) => row[0]),
    ['k', 'key'],
  );
});
