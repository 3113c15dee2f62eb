/** Functions that give a part of a text, or put another in its place. Positions and counts are of characters, from 1. */
import { plain, type SqlType } from '../types.ts';
import type { Long } from '../values.ts';
import { countCharacters, offsetAfter, offsetBefore, splitText } from './characters.ts';
import { checkLength, fail } from './fail.ts';
import type { Parameter, SqlFunction } from './function.ts';
import { varchar } from './results.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const from: Parameter = { name: 'from', type: 'INTEGER' };
const count: Parameter = { name: 'count', type: 'INTEGER' };
const ofText = { category: 'strings', nulls: 'strict', result: varchar } as const;

/** As the standard has it: characters at positions from `from` up to `from + count`, whichever of them there are. */
function substring(whole: string, start: Long, length?: Long): string {
  if (length !== undefined && length < 0) return fail(`SUBSTRING of a negative count, ${length}`);
  const first = Math.max(Number(start), 1);
  const begin = offsetAfter(whole, first - 1);
  if (length === undefined) return whole.slice(begin);
  return whole.slice(begin, offsetAfter(whole, Number(start) + Number(length) - first, begin));
}

/** From the end where `from` is negative; from the beginning where that is before it. */
function substr(whole: string, start: Long, length?: Long): string {
  if (length !== undefined && length < 0) return fail(`SUBSTR of a negative count, ${length}`);
  const begin = start < 0 ? offsetBefore(whole, -Number(start)) : offsetAfter(whole, Number(start) - 1);
  return length === undefined ? whole.slice(begin) : whole.slice(begin, offsetAfter(whole, Number(length), begin));
}

/** The standard's definition: what SUBSTRING says is before it, the other text, what SUBSTRING says is after it. */
function overlaid(whole: string, other: string, start: Long, length?: Long): string {
  if (start < 1) return fail(`OVERLAY from position ${start}: the first is 1`);
  const after = Number(start) + (length === undefined ? countCharacters(other) : Number(length));
  checkLength(2 * whole.length + other.length, 'OVERLAY');
  return whole.slice(0, offsetAfter(whole, Number(start) - 1)) + other + substring(whole, after);
}

/** The piece at an index from 0, without making the others. */
function piece(whole: string, separator: string, index: Long): string | null {
  if (whole === '' || index < 0) return null;
  if (separator === '') return index === 0 ? whole : null;
  let start = 0;
  for (let left = Number(index); left > 0; left--) {
    const at = whole.indexOf(separator, start);
    if (at < 0) return null;
    start = at + separator.length;
  }
  const end = whole.indexOf(separator, start);
  return end < 0 ? whole.slice(start) : whole.slice(start, end);
}

function pieces(whole: string, separator = ','): readonly string[] {
  if (whole === '') return [];
  return separator === '' ? [whole] : splitText(whole, separator, 'SPLIT');
}

const texts = (): SqlType => ({ kind: 'ARRAY', element: { type: plain('VARCHAR'), nullable: false } });

export const parts: readonly SqlFunction[] = [
  {
    ...ofText,
    name: 'SUBSTRING',
    doc: 'The characters from a position on, all or so many of them. Positions before 1 count, though no character is there; a negative count is an error of the record.',
    examples: [
      { sql: "SUBSTRING('abcde' FROM 2 FOR 3)", result: '"bcd"' },
      { sql: "SUBSTRING('abcde', 4)", result: '"de"' },
      { sql: "SUBSTRING('abc', 0, 2)", result: '"a"' },
    ],
    parameters: [text, from, count],
    optional: 1,
    fallible: true,
    body: { via: 'call', fn: substring },
  },
  {
    ...ofText,
    name: 'SUBSTR',
    doc: 'The characters from a position on, all or so many of them. A negative position counts from the end (-1 is the last character), and 0 is 1.',
    examples: [
      { sql: "SUBSTR('abcde', 2, 3)", result: '"bcd"' },
      { sql: "SUBSTR('abcde', -2)", result: '"de"' },
    ],
    parameters: [text, from, count],
    optional: 1,
    fallible: true,
    body: { via: 'call', fn: substr },
  },
  {
    ...ofText,
    name: 'LEFT',
    doc: 'The first characters, so many of them; an empty text for 0 or fewer.',
    examples: [{ sql: "LEFT('abcde', 2)", result: '"ab"' }],
    parameters: [text, count],
    body: { via: 'call', fn: (whole: string, n: Long) => whole.slice(0, offsetAfter(whole, Number(n))) },
  },
  {
    ...ofText,
    name: 'RIGHT',
    doc: 'The last characters, so many of them; an empty text for 0 or fewer.',
    examples: [{ sql: "RIGHT('abcde', 2)", result: '"de"' }],
    parameters: [text, count],
    body: { via: 'call', fn: (whole: string, n: Long) => whole.slice(offsetBefore(whole, Number(n))) },
  },
  {
    ...ofText,
    name: 'OVERLAY',
    doc: 'The text with another one in the place of the characters from a position on: of so many characters, or of as many as the other has.',
    examples: [
      { sql: "OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6)", result: '"xxxxxxxxx"' },
      { sql: "OVERLAY('xxxxxtest' PLACING 'abc' FROM 6 FOR 2)", result: '"xxxxxabcst"' },
    ],
    parameters: [text, { name: 'other', type: 'VARCHAR' }, from, count],
    optional: 1,
    fallible: true,
    body: { via: 'call', fn: overlaid },
  },
  {
    ...ofText,
    name: 'SPLIT_INDEX',
    doc: 'The piece at an index (the first is 0) of the text split at every separator; NULL where there is none, and of an empty text.',
    examples: [
      { sql: "SPLIT_INDEX('a,b,c', ',', 1)", result: '"b"' },
      { sql: "SPLIT_INDEX('a,b,c', ',', 3)", result: 'null' },
    ],
    parameters: [text, { name: 'separator', type: 'VARCHAR' }, { name: 'index', type: 'INTEGER' }],
    nullable: true,
    body: { via: 'call', fn: piece },
  },
  {
    ...ofText,
    name: 'SPLIT',
    doc: 'The pieces of the text split at every separator (a comma where none is given). An empty text has no piece; an empty separator splits nothing.',
    examples: [
      { sql: "SPLIT('a,,c')", result: '["a","","c"]' },
      { sql: "SPLIT('a::b', '::')", result: '["a","b"]' },
    ],
    parameters: [text, { name: 'separator', type: 'VARCHAR' }],
    optional: 1,
    result: texts,
    body: { via: 'call', fn: pieces },
  },
  {
    ...ofText,
    name: 'ELT',
    doc: 'The text at an index (the first is 1) among those given; NULL where there is none.',
    examples: [
      { sql: "ELT(2, 'a', 'b')", result: '"b"' },
      { sql: "ELT(3, 'a', 'b')", result: 'null' },
    ],
    parameters: [{ name: 'index', type: 'INTEGER' }, text],
    variadic: true,
    nulls: 'own',
    nullable: true,
    body: {
      via: 'call',
      fn: (index: Long | null, ...all: readonly (string | null)[]) =>
        index === null ? null : (all[Number(index) - 1] ?? null),
    },
  },
];
