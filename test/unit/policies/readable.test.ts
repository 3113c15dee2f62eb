/** What readers of a column's old schema can read of its new one, by how it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FlatSchema, fieldTypes, flatten, unchangedTypes } from '../../../src/policies/update/flat-schema.ts';
import { Readers, type Writing } from '../../../src/policies/update/readable.ts';

const record = (fields: Readonly<Record<string, unknown>>, name = 'R'): unknown => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([n, type]) => ({ name: n, type })),
});
const symbols = (...all: readonly string[]): unknown => ({ type: 'enum', name: 'E', symbols: all });
const fixed = (size: number): unknown => ({ type: 'fixed', name: 'F', size });
const list = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
const longer = {
  type: 'record',
  name: 'L',
  fields: [
    { name: 'next', type: ['null', 'L'] },
    { name: 'n', type: 'int' },
  ],
};
const decimal = (scale: number): unknown => ({ type: 'bytes', logicalType: 'decimal', precision: 9, scale });

/** New schema, old schema, and the ways of writing in which readers of the old can read the new. */
const cases: Readonly<Record<string, readonly [unknown, unknown, readonly Writing[]]>> = {
  'a narrower number': ['int', 'double', ['avro', 'text', 'text with bigint strings']],
  'a wider number': ['double', 'int', []],
  'a long for a double': ['long', 'double', ['avro', 'text']],
  'a text for bytes': ['string', 'bytes', ['avro']],
  'bytes for a text': ['bytes', 'string', ['avro']],
  'a number for a text': ['int', 'string', []],
  'one that may be null': [['null', 'int'], 'int', []],
  'one that is never null any more': ['int', ['null', 'int'], ['avro', 'text', 'text with bigint strings']],
  'a branch fewer of a union': [
    ['int', 'string'],
    ['null', 'string', 'int'],
    ['avro', 'text', 'text with bigint strings'],
  ],
  'a branch more of a union': [['null', 'int', 'string'], ['null', 'string'], []],
  'fewer symbols of an enum': [symbols('A'), symbols('B', 'A'), ['avro', 'text', 'text with bigint strings']],
  'more symbols of an enum': [symbols('A', 'C'), symbols('B', 'A'), ['text', 'text with bigint strings']],
  'a text for an enum': ['string', symbols('A'), ['text', 'text with bigint strings']],
  'another size of fixed bytes': [fixed(4), fixed(8), ['text', 'text with bigint strings']],
  'another scale of a decimal': [decimal(2), decimal(3), []],
  'a time for a number': [{ type: 'long', logicalType: 'timestamp-millis' }, 'long', []],
  'one field more of a record': [
    record({ a: 'int', b: 'int' }),
    record({ a: 'int' }),
    ['avro', 'text', 'text with bigint strings'],
  ],
  'one field fewer of a record': [record({ a: 'int' }), record({ a: 'int', b: ['null', 'int'] }), []],
  'a record of another name': [record({ a: 'int' }, 'S'), record({ a: 'int' }), ['text', 'text with bigint strings']],
  'a record that holds itself, and gains a field': [longer, list, ['avro', 'text', 'text with bigint strings']],
  'a record that holds itself, and loses a field': [list, longer, []],
  'another item of a list': [{ type: 'array', items: 'string' }, { type: 'array', items: 'int' }, []],
  'another value of a map': [{ type: 'map', values: 'string' }, { type: 'map', values: 'int' }, []],
  'a map for a list': [{ type: 'map', values: 'int' }, { type: 'array', items: 'int' }, []],
  'a type that nobody has defined': ['Gone', 'Gone', []],
};

function readable(next: unknown, old: unknown, writing: Writing): boolean {
  const [writer, reader] = [flatten(next), flatten(old)];
  return new Readers(writer, reader, writing).canRead(writer.root, reader.root);
}

const writings: readonly Writing[] = ['avro', 'avro without its schema', 'text', 'text with bigint strings'];
for (const [what, [next, old, allowed]] of Object.entries(cases)) {
  test(`${what}: read on as ${allowed.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(
      writings.filter((w) => w !== 'avro without its schema' && readable(next, old, w)),
      allowed,
    );
  });
}

test('Avro without its schema is read on where nothing changes', () => {
  for (const [next, old] of Object.values(cases)) {
    assert.equal(readable(next, old, 'avro without its schema'), next === old);
    assert.equal(readable(old, old, 'avro without its schema'), true);
  }
});

test('what came of one part is not taken for granted by the next', () => {
  const holding = (x: string): unknown =>
    record({ a: record({ b: ['null', record({ a: ['null', 'A'] }, 'B')], x }, 'A'), b: 'B' });
  const [next, old] = [flatten(holding('string')), flatten(holding('int'))];
  const readers = new Readers(next, old, 'avro');
  for (let turn = 0; turn < 2; turn++)
    assert.deepEqual(
      ['A', 'B'].map((n) => readers.canRead(n, n)),
      [false, false],
    );
});

test('a schema is taken apart into types under their full names, which stand for them', () => {
  const whole = {
    type: 'record',
    name: 'Row',
    namespace: 'top',
    fields: [
      {
        name: 'first',
        type: { type: 'record', name: 'N', namespace: '', fields: [{ name: 'n', type: ['null', 'N'] }] },
      },
      { name: 'second', type: { type: 'array', items: { type: 'enum', name: 'x.E', symbols: ['A'] } } },
      { name: 'third', type: ['null', { type: 'fixed', name: 'F', size: 2 }, 'N', 'x.E'] },
      { name: 'fourth', type: { type: 'map', values: 'F' } },
    ],
  };
  const { root, names } = flatten(whole);
  assert.equal(root, 'top.Row');
  assert.deepEqual([...names.keys()].sort(), ['N', 'top.F', 'top.Row', 'x.E']);
  assert.deepEqual(names.get('N'), { type: 'record', name: 'N', fields: [{ name: 'n', type: ['null', 'N'] }] });
  assert.deepEqual(fieldTypes(flatten(whole)), [
    'N',
    { type: 'array', items: 'x.E' },
    ['null', 'top.F', 'N', 'x.E'],
    { type: 'map', values: 'top.F' },
  ]);
});

test('a type is unchanged only where all that it uses is', () => {
  const schema = (symbol: string): FlatSchema =>
    flatten(
      record({
        a: record({ e: record({ s: symbols(symbol) }, 'Inner') }, 'Outer'),
        b: record({ n: 'int', again: ['null', 'Alone'] }, 'Alone'),
      }),
    );
  assert.deepEqual([...unchangedTypes(schema('A'), schema('A'))].sort(), ['Alone', 'E', 'Inner', 'Outer', 'R']);
  assert.deepEqual([...unchangedTypes(schema('A'), schema('B'))], ['Alone']);
});
