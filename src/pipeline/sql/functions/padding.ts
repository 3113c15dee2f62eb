/** Functions that take characters from a text's ends, or put some there. Lengths count characters. */
import { charactersOf, countCharacters, offsetAfter } from './characters.ts';
import { checkLength } from './fail.ts';
import type { Example, Parameter, SqlFunction } from './function.ts';
import { varchar } from './results.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const ofText = { category: 'strings', nulls: 'strict', result: varchar } as const;

/** The ends of what is left of the text, in units, once these characters are taken from the one or the other. */
function trimmed(text: string, characters: string, left: boolean, right: boolean): string {
  let [start, end] = [0, text.length];
  if (characters === ' ') {
    while (left && start < end && text.charCodeAt(start) === 0x20) start++;
    while (right && end > start && text.charCodeAt(end - 1) === 0x20) end--;
    return text.slice(start, end);
  }
  const all = charactersOf(text, 'TRIM');
  const taken = new Set(characters);
  end = all.length;
  while (left && start < end && taken.has(all[start]!)) start++;
  while (right && end > start && taken.has(all[end - 1]!)) end--;
  return all.slice(start, end).join('');
}

const trim = (
  name: string,
  where: string,
  [left, right]: readonly [boolean, boolean],
  examples: readonly Example[],
): SqlFunction => ({
  ...ofText,
  name,
  doc: `The text without the given characters, in any order and number, at ${where}; without spaces where none are given.`,
  examples,
  parameters: [text, { name: 'characters', type: 'VARCHAR' }],
  optional: 1,
  body: { via: 'call', fn: (whole: string, characters = ' ') => trimmed(whole, characters, left, right) },
});

/** What stands beside the text, or the text's beginning where it is longer. NULL of a negative length and of an empty pad, as in Flink. */
function padded(
  name: string,
  text: string,
  length: number | bigint,
  pad: string,
  side: 'left' | 'right',
): string | null {
  if (length < 0 || pad === '') return null;
  const missing = Number(length) - countCharacters(text);
  if (missing <= 0) return text.slice(0, offsetAfter(text, Number(length)));
  const width = countCharacters(pad);
  const times = Math.floor(missing / width);
  checkLength(text.length + (times + 1) * pad.length, name);
  const filling = pad.repeat(times) + pad.slice(0, offsetAfter(pad, missing - times * width));
  return side === 'left' ? filling + text : text + filling;
}

const pad = (name: string, side: 'left' | 'right', examples: readonly Example[]): SqlFunction => ({
  ...ofText,
  name,
  doc: `The text brought to so many characters: filled on the ${side} with the pad (spaces where none is given), or cut off at its end. NULL where the length is negative or the pad empty.`,
  examples,
  parameters: [text, { name: 'length', type: 'INTEGER' }, { name: 'pad', type: 'VARCHAR' }],
  optional: 1,
  nullable: true,
  fallible: true,
  body: {
    via: 'call',
    fn: (whole: string, length: number | bigint, by = ' ') => padded(name, whole, length, by, side),
  },
});

function repeated(name: string, text: string, times: number | bigint): string {
  if (times <= 0 || text === '') return '';
  checkLength(text.length * Number(times), name);
  return text.repeat(Number(times));
}

export const padding: readonly SqlFunction[] = [
  trim(
    'TRIM',
    'both ends',
    [true, true],
    [
      { sql: "TRIM('  a ')", result: '"a"' },
      { sql: "TRIM(BOTH 'ab' FROM 'abcab')", result: '"c"' },
    ],
  ),
  trim('BTRIM', 'both ends', [true, true], [{ sql: "BTRIM('xxaxx', 'x')", result: '"a"' }]),
  trim(
    'LTRIM',
    'its beginning',
    [true, false],
    [
      { sql: "LTRIM('  a ')", result: '"a "' },
      { sql: "TRIM(LEADING '0' FROM '0070')", result: '"70"' },
    ],
  ),
  trim(
    'RTRIM',
    'its end',
    [false, true],
    [
      { sql: "RTRIM('  a ')", result: '"  a"' },
      { sql: "RTRIM('axyx', 'yx')", result: '"a"' },
    ],
  ),
  pad('LPAD', 'left', [
    { sql: "LPAD('7', 3, '0')", result: '"007"' },
    { sql: "LPAD('hi', 1)", result: '"h"' },
  ]),
  pad('RPAD', 'right', [{ sql: "RPAD('hi', 5, 'ab')", result: '"hiaba"' }]),
  {
    ...ofText,
    name: 'REPEAT',
    doc: 'The text so many times, one after the other; an empty text for 0 or fewer.',
    examples: [{ sql: "REPEAT('ab', 3)", result: '"ababab"' }],
    parameters: [text, { name: 'times', type: 'INTEGER' }],
    fallible: true,
    body: { via: 'call', fn: (whole: string, times: number | bigint) => repeated('REPEAT', whole, times) },
  },
  {
    ...ofText,
    name: 'SPACE',
    doc: 'So many spaces; an empty text for 0 or fewer.',
    examples: [{ sql: "CONCAT('a', SPACE(3), 'b')", result: '"a   b"' }],
    parameters: [{ name: 'times', type: 'INTEGER' }],
    fallible: true,
    body: { via: 'call', fn: (times: number | bigint) => repeated('SPACE', ' ', times) },
  },
];
