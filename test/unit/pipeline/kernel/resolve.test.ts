/** Generated code over records of another schema: what it reads is what the reader of single values reads, by the same resolution. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { mistakeOf, resolve, same } from '../../../../src/pipeline/avro/resolve.ts';
import type { Bound } from '../../../../src/pipeline/sql/bound.ts';
import { recordReader } from '../../../support/reader.ts';
import { schemas, typeOf } from '../support.ts';
import {
  column,
  computed,
  equals,
  isNull,
  type Json,
  kernelOf,
  not,
  outputOf,
  record,
  recordSchema,
  rowsOf,
  text,
  textsOf,
  where,
} from './bounds.ts';

/** What avsc writes for a value of the schema. */
const written = (schema: Json, value: unknown): Buffer =>
  avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: true }).toBuffer(value);

/** `SELECT columns` of one value that was written by another schema, as JSON values. */
function select(writer: Json, reader: Json, value: unknown, names: readonly string[], test?: Bound): unknown {
  const schema = recordSchema(reader);
  const values = names.map((name) => column(schema, name));
  const kernel = kernelOf(schema, [{ steps: test === undefined ? [] : [where(test)], values }], {
    writer: recordSchema(writer),
  });
  const [row] = textsOf(kernel, written(writer, value));
  return row === undefined ? undefined : Object.values(JSON.parse(row[0]!) as object);
}

/** A reader's schema made of a writer's: fields moved, left out, added and promoted, types put into unions. */
function evolved(writer: Json, choices: readonly number[]): Json {
  let at = 0;
  const next = (bound: number): number => choices[at++ % choices.length]! % bound;
  const change = (schema: unknown): unknown => {
    if (typeof schema === 'string') {
      const wider: Record<string, readonly string[]> = {
        int: ['long', 'float', 'double'],
        long: ['double'],
        float: ['double'],
        string: ['bytes'],
        bytes: ['string'],
      };
      const list = wider[schema];
      return list === undefined || next(2) === 0 ? maybeUnion(schema) : maybeUnion(list[next(list.length)]!);
    }
    if (Array.isArray(schema)) return next(2) === 0 ? schema : [...schema].reverse();
    const { type } = schema as { type: string };
    if (type === 'array') return { type, items: change((schema as { items: unknown }).items) };
    if (type === 'map') return { type, values: change((schema as { values: unknown }).values) };
    if (type === 'enum')
      return {
        ...(schema as object),
        symbols: [
          ['A', 'B', 'C'],
          ['C', 'X', 'A'],
          ['X', 'C', 'B', 'A'],
        ][next(3)],
        default: 'C',
      };
    if (type !== 'record') return maybeUnion(schema);
    const fields = (schema as { fields: { name: string; type: unknown }[] }).fields
      .filter(() => next(5) > 0)
      .map((f) => ({ name: f.name, type: change(f.type) }));
    if (next(2) === 0) fields.reverse();
    if (next(2) === 0) fields.splice(next(fields.length + 1), 0, added[next(added.length)]!);
    return { ...(schema as object), fields };
  };
  const maybeUnion = (schema: unknown): unknown =>
    [schema, ['null', schema], [schema, 'null'], ['null', 'boolean', { type: 'array', items: 'null' }, schema]][
      schema === 'null' || schema === 'boolean' ? 0 : next(4)
    ];
  return change(writer) as Json;
}

const added = [
  { name: 'n1', type: 'string', default: 'new' },
  { name: 'n2', type: ['null', 'int'], default: null },
  { name: 'n3', type: { type: 'array', items: 'int' }, default: [1, 2] },
  { name: 'n4', type: 'double', default: 0.25 },
];

test('columns of any evolved schema are what the reader of single values makes of the same bytes', () => {
  let readable = 0;
  fc.assert(
    fc.property(schemas, fc.array(fc.nat(1000), { minLength: 4, maxLength: 40 }), (schema, choices) => {
      const writerJson = JSON.parse(schema) as Json;
      const [writer, reader] = [recordSchema(writerJson), recordSchema(evolved(writerJson, choices))];
      const reading = resolve(writer, reader);
      if (mistakeOf(reading) !== undefined || reader.fields.length === 0) return;
      readable++;
      const columns = reader.fields.map((f) => column(reader, f.name));
      const output = recordReader(same(outputOf(columns)));
      const first = columns[choices[0]! % columns.length]!;
      const kernels = [
        kernelOf(reader, [{ values: columns }], { writer, format: 'avro' }),
        kernelOf(reader, [{ values: columns, steps: [where(not(isNull(first)))] }], { writer, format: 'avro' }),
        kernelOf(reader, [{ values: columns, extras: { key: text('k') } }], { writer, format: 'avro' }),
      ];
      const type = typeOf(schema);
      for (let i = 0; i < 3; i++) {
        const body = type.toBuffer(type.random());
        const wanted = recordReader(reading)(body, 0, body.length) as readonly unknown[];
        for (const [k, kernel] of kernels.entries()) {
          const [row] = rowsOf(kernel, body);
          if (k === 1 && wanted[choices[0]! % columns.length] === null) assert.equal(row, undefined);
          else {
            const value = row!.at(-1)!;
            assert.deepEqual(output(value, 0, value.length), wanted);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(readable > 100);
});

const geo = (fields: readonly object[]): Json => ['null', record('Geo', fields)];
const lat = { name: 'lat', type: 'float' };
const writerGeo = record('R', [
  { name: 'id', type: 'int' },
  { name: 'geo', type: geo([lat, { name: 'city', type: 'string' }]) },
]);
const readerGeo = record('R', [
  {
    name: 'geo',
    type: geo([
      { name: 'city', type: ['null', 'string'] },
      { name: 'zip', type: 'string', default: 'none' },
      { name: 'lat', type: 'double' },
    ]),
  },
  { name: 'id', type: 'long' },
  {
    name: 'in',
    type: record('In', [
      { name: 'x', type: 'int' },
      { name: 'y', type: ['null', 'string'] },
    ]),
    default: { x: 4, y: null },
  },
]);

test('paths into a nullable record: promoted, moved, defaulted where the record is there, and NULL where it is not', () => {
  const names = ['id', 'geo.zip', 'geo.lat', 'geo.city', 'geo'];
  const there = { id: 1, geo: { Geo: { lat: 0.5, city: 'x' } } };
  assert.deepEqual(select(writerGeo, readerGeo, there, names), [
    1,
    'none',
    0.5,
    'x',
    { city: 'x', zip: 'none', lat: 0.5 },
  ]);
  assert.deepEqual(select(writerGeo, readerGeo, { id: 1, geo: null }, names), [1, null, null, null, null]);
  const zip = equals(column(recordSchema(readerGeo), 'geo.zip'), text('none'));
  assert.deepEqual(select(writerGeo, readerGeo, there, ['id'], zip), [1]);
  assert.equal(select(writerGeo, readerGeo, { id: 1, geo: null }, ['id'], zip), undefined);
});

test('a column that the writer lacks is its default, and so are the paths into it', () => {
  const value = { id: 1, geo: null };
  assert.deepEqual(select(writerGeo, readerGeo, value, ['in.y', 'in.x', 'in']), [null, 4, { x: 4, y: null }]);
  const four = isNull(column(recordSchema(readerGeo), 'in.y'));
  assert.deepEqual(select(writerGeo, readerGeo, value, ['id'], four), [1]);
  assert.equal(select(writerGeo, readerGeo, value, ['id'], not(four)), undefined);
});

test('a column may come from any branch of a writer’s union, with its default from those that lack it', () => {
  const one = record('A', [
    { name: 'n', type: 'int' },
    { name: 'tags', type: { type: 'array', items: 'int' } },
  ]);
  const other = record('B', [
    { name: 's', type: 'string' },
    { name: 'n', type: 'long' },
  ]);
  const writer = record('R', [
    { name: 'v', type: [one, 'null', other] },
    { name: 'z', type: 'int' },
  ]);
  const reader = record('R', [
    {
      name: 'v',
      type: [
        'null',
        record('A', [
          { name: 'n', type: 'double' },
          { name: 's', type: 'string', default: 'd' },
          { name: 'tags', type: { type: 'array', items: 'long' }, default: [] },
        ]),
      ],
    },
    { name: 'z', type: 'int' },
  ]);
  const names = ['z', 'v.s', 'v.n', 'v.tags', 'v'];
  assert.deepEqual(select(writer, reader, { v: { A: { n: 3, tags: [1, 2] } }, z: 9 }, names), [
    9,
    'd',
    3,
    [1, 2],
    { n: 3, s: 'd', tags: [1, 2] },
  ]);
  assert.deepEqual(select(writer, reader, { v: { B: { n: 4, s: 'q' } }, z: 9 }, names), [
    9,
    'q',
    4,
    [],
    { n: 4, s: 'q', tags: [] },
  ]);
  assert.deepEqual(select(writer, reader, { v: null, z: 9 }, names), [9, null, null, null, null]);
});

test('branches of a union are columns by their names, NULL where another is there', () => {
  const u = ['null', 'int', 'string', record('P', [{ name: 'x', type: 'int' }])];
  const schema = record('R', [
    { name: 'u', type: u },
    { name: 'z', type: 'int' },
  ]);
  const names = ['u.int', 'u.string', 'u.P.x', 'u.P', 'z'];
  const all = (value: unknown): unknown => select(schema, schema, { u: value, z: 1 }, names);
  assert.deepEqual(all({ int: 5 }), [5, null, null, null, 1]);
  assert.deepEqual(all({ string: 'a' }), [null, 'a', null, null, 1]);
  assert.deepEqual(all({ P: { x: 2 } }), [null, null, 2, { x: 2 }, 1]);
  assert.deepEqual(all(null), [null, null, null, null, 1]);
  const alone = record('R', [
    { name: 'u', type: 'long' },
    { name: 'z', type: 'int' },
  ]);
  const both = record('R', [
    { name: 'u', type: ['null', 'double', 'string'] },
    { name: 'z', type: 'int' },
  ]);
  assert.deepEqual(select(alone, both, { u: 6, z: 1 }, ['u.double', 'u.string', 'u']), [6, null, 6]);
});

test('what no record of the writer can give is refused when the kernel is made, and only where the query wants it', () => {
  const writer = record('R', [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'int' },
    { name: 'c', type: ['null', 'string'] },
  ]);
  const reader = record('R', [
    { name: 'a', type: 'int' },
    { name: 'b', type: 'long' },
    { name: 'c', type: ['null', 'int'] },
    { name: 'd', type: 'int' },
  ]);
  const value = { a: 'x', b: 7, c: null };
  assert.deepEqual(select(writer, reader, value, ['b']), [7]);
  assert.throws(() => select(writer, reader, value, ['a']), {
    name: 'MillraceError',
    message: /a: the writer's string can't be read as int/,
  });
  assert.throws(() => select(writer, reader, value, ['b', 'd']), {
    name: 'MillraceError',
    message: /d: the writer has no such field/,
  });
  // Here it depends on the record.
  assert.deepEqual(select(writer, reader, value, ['c', 'b']), [null, 7]);
  assert.throws(() => select(writer, reader, { ...value, c: { string: 'q' } }, ['b', 'c']), {
    name: 'RecordError',
    message: /string can't be read as/,
  });
});

test('what a nullable record can’t give is an error of the records that have it', () => {
  const nullable = (type: Json): Json => record('R', [{ name: 'g', type: geo([{ name: 'n', type }]) }]);
  assert.deepEqual(select(nullable('string'), nullable('int'), { g: null }, ['g.n']), [null]);
  const there = { g: { Geo: { n: 'x' } } };
  assert.throws(() => select(nullable('string'), nullable('int'), there, ['g.n']), { name: 'RecordError' });
});

test('an unknown symbol is an error of the records that hold it, where the column is read', () => {
  const enumOf = (list: string[]): Json => ({ type: 'enum', name: 'E', symbols: list });
  const writer = record('R', [
    { name: 'e', type: enumOf(['A', 'B']) },
    { name: 'z', type: 'int' },
  ]);
  const reader = record('R', [
    { name: 'z', type: 'int' },
    { name: 'e', type: enumOf(['C', 'A']) },
  ]);
  assert.deepEqual(select(writer, reader, { e: 'A', z: 1 }, ['e', 'z']), ['A', 1]);
  assert.deepEqual(select(writer, reader, { e: 'B', z: 1 }, ['z']), [1]);
  assert.throws(() => select(writer, reader, { e: 'B', z: 1 }, ['z', 'e']), {
    name: 'RecordError',
    message: /B is no symbol of E/,
  });
});

/** Decimals of no more digits than their types say. */
function withinDigits(values: object): unknown {
  const { f2, f3, f4, f8 } = values as { f2: Buffer; f3: Buffer; f4: Buffer; f8: { bytes: Buffer } | null };
  const short = f8 === null ? null : { bytes: f8.bytes.subarray(0, 1) };
  return {
    ...values,
    f2: f2.subarray(0, 16),
    f3: Buffer.from(f3).fill(0, 0, 4),
    f4: Buffer.from(f4).fill(0, 0, 1),
    f8: short,
  };
}

test('every logical type is decoded by generated code as it is by the reader of single values', () => {
  const logical = (type: string, logicalType: string, more = {}): object => ({ type, logicalType, ...more });
  const types = [
    logical('int', 'date'),
    logical('long', 'timestamp-nanos'),
    logical('bytes', 'decimal', { precision: 40, scale: 2 }),
    logical('fixed', 'decimal', { name: 'D', size: 20, precision: 40, scale: 0 }),
    logical('fixed', 'decimal', { name: 'S', size: 3, precision: 5, scale: 0 }),
    logical('fixed', 'uuid', { name: 'U', size: 16 }),
    logical('fixed', 'duration', { name: 'P', size: 12 }),
    'float',
    ['null', logical('bytes', 'decimal', { precision: 4, scale: 1 })],
  ];
  const schema = record(
    'R',
    types.map((type, i) => ({ name: `f${i}`, type })),
  );
  const parsed = recordSchema(schema);
  const columns = parsed.fields.map((f) => column(parsed, f.name));
  const plainType = avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)) as avsc.Schema, { wrapUnions: true });
  const wanted = recordReader(resolve(parsed, parsed));
  const output = recordReader(same(outputOf(columns)));
  // Tested, so that every column is decoded; then written as it stands, and as an expression.
  const steps = columns.map((c) => where(not(isNull(computed(equals(c, c))))));
  for (const values of [columns, columns.map(computed)]) {
    const kernel = kernelOf(parsed, [{ values, steps: steps.slice(0, 8) }], { format: 'avro' });
    for (let i = 0; i < 200; i++) {
      const body = plainType.toBuffer(withinDigits(plainType.random() as object));
      const [row] = rowsOf(kernel, body);
      const [value] = row!;
      assert.deepEqual(output(value!, 0, value!.length), wanted(body, 0, body.length));
    }
  }
});
