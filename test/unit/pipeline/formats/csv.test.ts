/** CSV fields by RFC 4180: quotes where they are needed, doubled inside, and NULL apart from an empty text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import {
  headerLine,
  type Quoting,
  quoteInPlace,
  quotingOf,
  writeField,
  writeTextField,
} from '../../../../src/pipeline/formats/csv/text.ts';
import { kernelOf, rowsOf } from '../support.ts';

const by = (delimiter: string, quoting: 'minimal' | 'all' = 'minimal', absent = ''): Quoting =>
  quotingOf({ kind: 'csv', header: false, delimiter, quoting, null: absent });
const [comma, semicolon] = [by(','), by(';')];

function field(text: string, quoting = comma): string {
  const dst = Buffer.alloc(4 * text.length + 16);
  return dst.toString('utf8', 0, writeTextField(dst, 0, text, quoting));
}

test('quotes stand around a field that holds a quote, the delimiter, a line end, or blanks at its ends', () => {
  assert.equal(field('plain'), 'plain');
  assert.equal(field('a,b'), '"a,b"');
  assert.equal(field('a,b', semicolon), 'a,b');
  assert.equal(field('a;b', semicolon), '"a;b"');
  assert.equal(field('say "hi"'), '"say ""hi"""');
  assert.equal(field('two\nlines'), '"two\nlines"');
  assert.equal(field('cr\rhere'), '"cr\rhere"');
  assert.equal(field(' lead'), '" lead"');
  assert.equal(field('plain', by(',', 'all')), '"plain"');
  assert.equal(field(''), '""', 'an empty text is not NULL');
  assert.equal(field('Zoë'), 'Zoë');
});

test('a field that is the word for NULL stands in quotes, and so does one that holds a delimiter of several bytes', () => {
  const words = by(',', 'minimal', 'NULL');
  assert.deepEqual(
    ['NULL', 'NUL', 'NULLS', ''].map((text) => field(text, words)),
    ['"NULL"', 'NUL', 'NULLS', '""'],
  );
  const arrows = by('→');
  assert.deepEqual(
    ['a→', '→', '←', '€', '←→'].map((text) => field(text, arrows)),
    ['"a→"', '"→"', '←', '€', '"←→"'],
  );
});

/** One line back to its fields, by the grammar of RFC 4180. */
function parse(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    let text = '';
    if (line[at] === '"') {
      for (at++; line[at] !== '"' || line[at + 1] === '"'; at++) {
        if (line[at] === '"') at++;
        text += line[at];
      }
      at++;
    } else for (; at < line.length && line[at] !== ','; at++) text += line[at];
    fields.push(text);
  }
  return fields;
}

test('fields of any text come back as they were', () => {
  const any = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ë', '😀', ';') }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(fc.property(any, (texts) => assert.deepEqual(parse(texts.map((t) => field(t)).join(',')), texts)));
});

test('a field is written the same from bytes in place, also where it grows', () => {
  const dst = Buffer.alloc(64);
  dst.write('xx{"a":1}', 0);
  assert.equal(dst.toString('utf8', 0, quoteInPlace(dst, 2, 9, comma)), 'xx"{""a"":1}"');
});

test('a field that did not fit asks for room enough for its quotes', () => {
  assert.ok(quoteInPlace(Buffer.alloc(8), 0, 20, comma) >= 42);
  const src = Buffer.from('""""');
  assert.equal(writeField(src, 0, 4, Buffer.alloc(3), 0, comma), 10);
});

test('the header is one line of names, quoted where a name needs it', () => {
  assert.equal(headerLine(['a', 'b,c'], comma).toString(), 'a,"b,c"');
  assert.equal(headerLine(['a', 'b'], by(';', 'all')).toString(), '"a";"b"');
});

test('numbers that JSON lacks are written by their names, from the record as from an expression', () => {
  const fields = [
    { name: 'd', type: 'double' },
    { name: 'f', type: ['null', 'float'] },
    { name: 'list', type: { type: 'array', items: 'double' } },
  ];
  const schema = JSON.stringify({ type: 'record', name: 'R', fields });
  const body = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: false });
  const wider = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [{ name: 'd', type: ['int', 'double', 'float'] }],
  });
  const narrow = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'd', type: 'double' }] });
  const ofUnion = avsc.Type.forSchema(JSON.parse(wider) as avsc.Schema, { wrapUnions: true });
  const query = compileQuery({ sql: 'SELECT d, d AS e FROM t', streams: { t: narrow }, format: 'csv' });
  for (const [value, text] of [
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [1e21, '1e+21'],
    [-2.5, '-2.5'],
  ] as const) {
    const nested = Number.isFinite(value) ? text : 'null';
    const sql = 'SELECT d, f, list, ABS(d) * SIGN(d) AS g FROM t';
    const [row] = rowsOf(kernelOf(sql, schema, 'csv'), body.toBuffer({ d: value, f: null, list: [value] }));
    assert.equal(row, `${text},,[${nested}],${text}`);
    const [float] = rowsOf(kernelOf('SELECT f FROM t', schema, 'csv'), body.toBuffer({ d: 0, f: value, list: [] }));
    assert.equal(float, String(Math.fround(value)));
    const [union] = rowsOf(query.kernel('t', wider), ofUnion.toBuffer({ d: { double: value } }));
    assert.equal(union, `${text},${text}`);
  }
});
