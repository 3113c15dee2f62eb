/** Types as casts name them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSinkExpression } from '../../../../src/pipeline/sql/parse.ts';
import { assertRefused, shape, type } from './parse-shape.ts';

function typeShape(text: string): unknown {
  const cast = parseSinkExpression(`CAST(x AS ${text})`);
  assert.equal(cast.kind, 'cast');
  return shape(cast.type);
}

function assertTypes(cases: readonly (readonly [text: string, expected: object])[]): void {
  for (const [text, expected] of cases) assert.deepEqual(typeShape(text), expected, text);
}

test('types of one word keep it, in upper case, with their numbers', () => {
  for (const word of [
    'VARCHAR',
    'CHAR',
    'STRING',
    'INTEGER',
    'BIGINT',
    'DOUBLE',
    'BYTES',
    'VARBINARY',
    'BINARY',
    'DATE',
  ])
    assertTypes([
      [word, type(word)],
      [word.toLowerCase(), type(word)],
    ]);
  assertTypes([
    ['VARCHAR(10)', type('VARCHAR', { parameters: [10] })],
    ['DECIMAL(10, 2)', type('DECIMAL', { parameters: [10, 2] })],
    ['NUMERIC (5)', type('NUMERIC', { parameters: [5] })],
    ['TIMESTAMP(3)', type('TIMESTAMP', { parameters: [3] })],
    ['TIMESTAMP_LTZ(6)', type('TIMESTAMP_LTZ', { parameters: [6] })],
    ['TIME(0)', type('TIME', { parameters: [0] })],
  ]);
});

test('types of several words are one text, or the word that means the same', () => {
  assertTypes([
    ['DOUBLE PRECISION', type('DOUBLE PRECISION')],
    ['TIMESTAMP WITHOUT TIME ZONE', type('TIMESTAMP')],
    ['TIMESTAMP(3) WITH LOCAL TIME ZONE', type('TIMESTAMP_LTZ', { parameters: [3] })],
    ['TIME(3) WITHOUT TIME ZONE', type('TIME', { parameters: [3] })],
    ['CHARACTER VARYING(5)', type('VARCHAR', { parameters: [5] })],
    ['CHAR VARYING', type('VARCHAR')],
    ['BINARY VARYING', type('VARBINARY')],
    ['INTERVAL YEAR TO MONTH', type('INTERVAL YEAR TO MONTH')],
    ['INTERVAL DAY(3) TO SECOND(6)', type('INTERVAL DAY TO SECOND')],
    ['INTERVAL HOUR', type('INTERVAL HOUR')],
  ]);
});

test('arrays, maps and rows hold types', () => {
  const int = type('INT');
  const text = type('VARCHAR');
  const array = (element: object) => type('ARRAY', { elements: [element] });
  const row = type('ROW', {
    fields: [
      { name: 'a', type: int },
      { name: 'b', type: array(text) },
    ],
  });
  assertTypes([
    ['ARRAY<INT>', array(int)],
    ['INT ARRAY', array(int)],
    ['INT ARRAY ARRAY', array(array(int))],
    ['ARRAY<ARRAY<INT>>', array(array(int))],
    ['MAP<VARCHAR, ARRAY<INT>>', type('MAP', { elements: [text, array(int)] })],
    ['ROW<a INT, b ARRAY<VARCHAR>>', row],
    ['ROW(a INT, b VARCHAR ARRAY)', row],
    [
      'ROW<"a b" INT, end INT>',
      type('ROW', {
        fields: [
          { name: 'a b', type: int },
          { name: 'end', type: int },
        ],
      }),
    ],
  ]);
});

test('[NOT] NULL after a type is read and says nothing', () => {
  assertTypes([
    ['INT NOT NULL', type('INT')],
    ['ARRAY<INT NULL> NOT NULL', type('ARRAY', { elements: [type('INT')] })],
    ['INT NOT NULL ARRAY', type('ARRAY', { elements: [type('INT')] })],
  ]);
});

test('a wrong type is refused where it is wrong', () => {
  assertRefused(parseSinkExpression, [
    ['CAST(a AS «)»', 'expected a type, but found ")" | such as VARCHAR, BIGINT or ARRAY<INT>'],
    ["CAST(a AS «'INT'»)", 'expected a type, but found "INT" | such as VARCHAR, BIGINT or ARRAY<INT>'],
    [
      'CAST(a AS ARRAY«)»',
      'expected <, but found ")" | what it holds stands in angle brackets: ARRAY<INT>, MAP<VARCHAR, INT>',
    ],
    [
      'CAST(a AS MAP<INT«>»)',
      'expected ,, but found ">" | a MAP has a type of its keys and one of its values: MAP<VARCHAR, INT>',
    ],
    ['a::ARRAY<INT«>=»b', 'expected >, but found ">=" | write a space between > and ='],
    ['CAST(a AS VARCHAR(«1.5»))', 'expected a whole number of a type, but found "1.5"'],
    [
      'CAST(a AS TIMESTAMP «WITH» TIME ZONE)',
      'TIMESTAMP with a time zone of its own is not supported yet | an instant is TIMESTAMP_LTZ',
    ],
    ['CAST(a AS INT «MULTISET»)', 'MULTISET is not supported yet'],
    ['CAST(a AS «MULTISET»<INT>)', 'MULTISET is not supported yet'],
    ['CAST(a AS INTERVAL «WEEK»)', 'expected one of YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, but found "WEEK"'],
  ]);
});

test('a type may not be nested deeper than an expression', () => {
  const deep = `CAST(x AS ${'ARRAY<'.repeat(300)}INT${'>'.repeat(300)})`;
  const long = `CAST(x AS INT${' ARRAY'.repeat(300)})`;
  const mixed = `CAST(x AS ${'ARRAY<'.repeat(20)}INT${' ARRAY>'.repeat(20)}${' ARRAY'.repeat(170)})`;
  for (const sql of [deep, long, mixed])
    assert.throws(() => parseSinkExpression(sql), { message: 'the query is nested deeper than 200' });
});
