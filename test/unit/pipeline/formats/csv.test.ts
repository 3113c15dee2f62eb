/** CSV fields by RFC 4180: quotes where they are needed, doubled inside, and NULL apart from an empty text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerLine, quoteInPlace, writeField, writeTextField } from '../../../../src/pipeline/formats/csv/text.ts';

const [comma, semicolon] = [44, 59];

function field(text: string, delimiter = comma, always = false): string {
  const dst = Buffer.alloc(4 * text.length + 16);
  return dst.toString('utf8', 0, writeTextField(dst, 0, text, delimiter, always));
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
  assert.equal(field('plain', comma, true), '"plain"');
  assert.equal(field(''), '""', 'an empty text is not NULL');
  assert.equal(field('Zoë'), 'Zoë');
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
  assert.equal(dst.toString('utf8', 0, quoteInPlace(dst, 2, 9, comma, false)), 'xx"{""a"":1}"');
});

test('a field that did not fit asks for room enough for its quotes', () => {
  assert.ok(quoteInPlace(Buffer.alloc(8), 0, 20, comma, false) >= 42);
  const src = Buffer.from('""""');
  assert.equal(writeField(src, 0, 4, Buffer.alloc(3), 0, comma, false), 10);
});

test('the header is one line of names, quoted where a name needs it', () => {
  assert.equal(headerLine(['a', 'b,c'], ',', false).toString(), 'a,"b,c"');
  assert.equal(headerLine(['a', 'b'], ';', true).toString(), '"a";"b"');
});
