/** What readers of a column's old schema can read of its new one, by how it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedTypes, readable, standalone, type Writing } from '../../../src/policies/update/readable.ts';

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

test('a column stands alone: it brings the types that another has defined, under their full names', () => {
  const inner = { type: 'enum', name: 'E', namespace: 'x', symbols: ['A'] };
  const whole = {
    type: 'record',
    name: 'Row',
    fields: [
      { name: 'first', type: { type: 'record', name: 'N', namespace: '', fields: [{ name: 'e', type: inner }] } },
      { name: 'second', type: ['null', { type: 'array', items: 'x.E' }, 'N', 'x.E'] },
    ],
  };
  const alone = { type: 'enum', name: 'x.E', symbols: ['A'] };
  assert.deepEqual(standalone(whole.fields[1]!.type, namedTypes(whole)), [
    'null',
    { type: 'array', items: alone },
    { type: 'record', name: 'N', fields: [{ name: 'e', type: 'x.E' }] },
    'x.E',
  ]);
});
