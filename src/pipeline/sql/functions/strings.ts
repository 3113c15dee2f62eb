/** Functions of texts: all rows, and those that are about a text as a whole. Parts, places and codes have files of their own. */
import { randomUUID } from 'node:crypto';
import { charactersOf, replaceMatches, splitText } from './characters.ts';
import { checkLength } from './fail.ts';
import type { Parameter, SqlFunction } from './function.ts';
import { padding } from './padding.ts';
import { parts } from './parts.ts';
import { places } from './places.ts';
import { varchar } from './results.ts';
import { textCodes } from './text-codes.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const ofText = { category: 'strings', parameters: [text], nulls: 'strict', result: varchar } as const;

/** A word's first letter or digit, and the rest of it. */
const word = /([\p{L}\p{N}])([\p{L}\p{N}\p{M}]*)/gu;

/** NULLs among the texts are left out. */
function joined(separator: string | null, ...texts: readonly (string | null)[]): string | null {
  if (separator === null) return null;
  let length = 0;
  for (const part of texts) length += separator.length + (part?.length ?? 0);
  checkLength(length, 'CONCAT_WS');
  return texts.filter((part) => part !== null).join(separator);
}

function replaced(whole: string, part: string, by: string): string {
  if (part === '') return whole;
  const longer = by.length - part.length;
  if (longer > 0) {
    let length = whole.length;
    for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + part.length)) length += longer;
    checkLength(length, 'REPLACE');
  }
  return splitText(whole, part, 'REPLACE').join(by);
}

/** Each character of `from` stands for the one at its place in `to`, or for nothing; the first of two equal ones counts. */
function translation(from: string, to: string): (whole: string) => string {
  const targets = charactersOf(to, 'TRANSLATE');
  const meaning = new Map<string, string>();
  charactersOf(from, 'TRANSLATE').forEach((character, i) => {
    if (!meaning.has(character)) meaning.set(character, targets[i] ?? '');
  });
  return (whole) =>
    charactersOf(whole, 'TRANSLATE')
      .map((character) => meaning.get(character) ?? character)
      .join('');
}

const whole: readonly SqlFunction[] = [
  {
    ...ofText,
    name: 'UPPER',
    doc: 'The text in upper case.',
    examples: [{ sql: "UPPER('straße')", result: '"STRASSE"' }],
    body: { via: 'fold', fold: 'upper' },
  },
  {
    ...ofText,
    name: 'LOWER',
    doc: 'The text in lower case.',
    examples: [{ sql: "LOWER('Ab')", result: '"ab"' }],
    body: { via: 'fold', fold: 'lower' },
  },
  {
    ...ofText,
    name: 'INITCAP',
    doc: 'The text with the first letter of each word in upper case and all others in lower case. A word is a run of letters and digits.',
    examples: [{ sql: "INITCAP('hello wORLD, foo-bar')", result: '"Hello World, Foo-Bar"' }],
    body: {
      via: 'call',
      fn: (whole: string) =>
        replaceMatches(whole, word, ([, first, rest]) => first!.toUpperCase() + rest!.toLowerCase()),
    },
  },
  {
    ...ofText,
    name: 'CONCAT',
    doc: 'The texts one after the other, as || does; NULL when any of them is.',
    examples: [{ sql: "CONCAT('a', 'b', 'c')", result: '"abc"' }],
    variadic: true,
    body: { via: 'form', form: 'concat' },
  },
  {
    ...ofText,
    name: 'CONCAT_WS',
    doc: 'The texts one after the other with the separator between them; those that are NULL are left out. NULL when the separator is.',
    examples: [
      { sql: "CONCAT_WS('~', 'a', NULL, '', 'b')", result: '"a~~b"' },
      { sql: "CONCAT_WS(',', CAST(NULL AS VARCHAR))", result: '""' },
    ],
    parameters: [{ name: 'separator', type: 'VARCHAR' }, text],
    variadic: true,
    nulls: 'own',
    fallible: true,
    body: { via: 'call', fn: joined },
  },
  {
    ...ofText,
    name: 'REPLACE',
    doc: 'The text with every occurrence of a part replaced by another text. An empty part occurs nowhere.',
    examples: [
      { sql: "REPLACE('hello world', 'world', 'there')", result: '"hello there"' },
      { sql: "REPLACE('ababab', 'abab', 'z')", result: '"zab"' },
    ],
    parameters: [text, { name: 'part', type: 'VARCHAR' }, { name: 'by', type: 'VARCHAR' }],
    fallible: true,
    body: { via: 'call', fn: replaced },
  },
  {
    ...ofText,
    name: 'TRANSLATE',
    doc: 'The text with each character that stands in the second text replaced by the one at the same place in the third; where the third is shorter, the character is left out.',
    examples: [
      { sql: "TRANSLATE('10.0.0.1', '.', '-')", result: '"10-0-0-1"' },
      { sql: "TRANSLATE('abcabc', 'abc', 'x')", result: '"xx"' },
    ],
    parameters: [text, { name: 'from', type: 'VARCHAR' }, { name: 'to', type: 'VARCHAR' }],
    body: {
      via: 'made',
      make: (_, [, from, to]) =>
        typeof from === 'string' && typeof to === 'string'
          ? translation(from, to)
          : (whole: string, characters: string, others: string) => translation(characters, others)(whole),
    },
  },
  {
    ...ofText,
    name: 'REVERSE',
    doc: 'The characters of the text from the last to the first.',
    examples: [{ sql: "REVERSE('a😀b')", result: '"b😀a"' }],
    body: { via: 'call', fn: (whole: string) => charactersOf(whole, 'REVERSE').reverse().join('') },
  },
  {
    ...ofText,
    name: 'UUID',
    doc: 'A random UUID (RFC 9562, version 4), another one for each record.',
    examples: [{ sql: 'CHAR_LENGTH(UUID())', result: '36' }],
    parameters: [],
    volatile: true,
    body: { via: 'call', fn: () => randomUUID() },
  },
];

export const strings: readonly SqlFunction[] = [...whole, ...padding, ...parts, ...places, ...textCodes];
