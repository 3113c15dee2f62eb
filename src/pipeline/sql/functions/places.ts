/** Functions that say where a part stands in a text, or whether it does; and how long the text is. Positions are of characters, from 1. */
import type { Long } from '../values.ts';
import { countCharacters, offsetAfter, offsetBefore, positionAt } from './characters.ts';
import { fail } from './fail.ts';
import type { Parameter, SqlFunction } from './function.ts';
import { boolean, int, textOrBytes } from './results.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const part: Parameter = { name: 'part', type: 'VARCHAR' };
const ofText = { category: 'strings', nulls: 'strict', result: int } as const;

const position = (wanted: string, whole: string): number => positionAt(whole, whole.indexOf(wanted));

/** An empty part stands at 1, wherever the search begins. */
function locate(wanted: string, whole: string, from: Long = 1): number {
  return wanted === '' ? 1 : positionAt(whole, whole.indexOf(wanted, offsetAfter(whole, Number(from) - 1)));
}

/** From the end to the beginning where `from` is negative. */
function inString(whole: string, wanted: string, from: Long = 1, occurrence: Long = 1): number {
  if (from === 0) return fail('INSTR from position 0: the first is 1, the last is -1');
  if (occurrence < 1) return fail(`occurrence ${occurrence} in INSTR: the first is 1`);
  if (whole === '') return wanted === '' ? 1 : 0;
  const forward = from > 0;
  let at = forward ? offsetAfter(whole, Number(from) - 1) : offsetBefore(whole, -Number(from));
  if (forward ? at >= whole.length : at === 0 && countCharacters(whole) < -Number(from)) return 0;
  for (let left = Number(occurrence); ; left--) {
    at = forward ? whole.indexOf(wanted, at) : whole.lastIndexOf(wanted, at);
    if (at < 0 || left === 1) return positionAt(whole, at);
    if (!forward && at === 0) return 0;
    at += forward ? 1 : -1;
  }
}

const octets = (v: string | Buffer): number => Buffer.byteLength(v);
const data: Parameter = { name: 'data', type: 'ANY' };

const length = (name: string): SqlFunction => ({
  ...ofText,
  name,
  doc: 'How many characters (Unicode code points) the text has.',
  examples: [{ sql: `${name}('a😀')`, result: '2' }],
  parameters: [text],
  body: { via: 'call', fn: (whole: string) => countCharacters(whole) },
});

const begins = (name: string): SqlFunction => ({
  ...ofText,
  name,
  doc: 'Whether the text begins with the part; every text does with an empty one.',
  examples: [{ sql: `${name}('10.0.0.1', '10.')`, result: 'true' }],
  parameters: [text, part],
  result: boolean,
  body: { via: 'call', fn: (whole: string, wanted: string) => whole.startsWith(wanted) },
});

const ends = (name: string): SqlFunction => ({
  ...ofText,
  name,
  doc: 'Whether the text ends with the part; every text does with an empty one.',
  examples: [{ sql: `${name}('a.example', '.example')`, result: 'true' }],
  parameters: [text, part],
  result: boolean,
  body: { via: 'call', fn: (whole: string, wanted: string) => whole.endsWith(wanted) },
});

export const places: readonly SqlFunction[] = [
  length('CHAR_LENGTH'),
  length('CHARACTER_LENGTH'),
  length('LENGTH'),
  {
    ...ofText,
    name: 'OCTET_LENGTH',
    doc: 'How many bytes the text has in UTF-8, or how many bytes there are.',
    examples: [
      { sql: "OCTET_LENGTH('é')", result: '2' },
      { sql: "OCTET_LENGTH(X'00ff')", result: '2' },
    ],
    parameters: [data],
    check: textOrBytes,
    body: { via: 'call', fn: octets },
  },
  {
    ...ofText,
    name: 'BIT_LENGTH',
    doc: 'Eight times what OCTET_LENGTH says.',
    examples: [{ sql: "BIT_LENGTH('é')", result: '16' }],
    parameters: [data],
    check: textOrBytes,
    body: { via: 'call', fn: (v: string | Buffer) => 8 * octets(v) },
  },
  {
    ...ofText,
    name: 'POSITION',
    doc: 'Where the part first stands in the text, counted in characters from 1; 0 where it does not.',
    examples: [
      { sql: "POSITION('c' IN 'abcabc')", result: '3' },
      { sql: "POSITION('x' IN 'abc')", result: '0' },
    ],
    parameters: [part, text],
    body: { via: 'call', fn: position },
  },
  {
    ...ofText,
    name: 'LOCATE',
    doc: 'Where the part first stands in the text, from a position on where one is given, counted in characters from 1; 0 where it does not.',
    examples: [
      { sql: "LOCATE('c', 'abcabc')", result: '3' },
      { sql: "LOCATE('c', 'abcabc', 4)", result: '6' },
    ],
    parameters: [part, text, { name: 'from', type: 'INTEGER' }],
    optional: 1,
    body: { via: 'call', fn: locate },
  },
  {
    ...ofText,
    name: 'INSTR',
    doc: 'Where the part stands in the text, counted in characters from 1; 0 where it does not. The search begins at `from`, a negative one counts from the end and searches backwards; `occurrence` says how many times the part must be found.',
    examples: [
      { sql: "INSTR('abcabc', 'c')", result: '3' },
      { sql: "INSTR('abcabc', 'c', -1)", result: '6' },
      { sql: "INSTR('abcabc', 'c', 1, 2)", result: '6' },
    ],
    parameters: [text, part, { name: 'from', type: 'INTEGER' }, { name: 'occurrence', type: 'INTEGER' }],
    optional: 2,
    fallible: true,
    body: { via: 'call', fn: inString },
  },
  {
    ...ofText,
    name: 'STRPOS',
    doc: 'Where the part first stands in the text, counted in characters from 1; 0 where it does not.',
    examples: [{ sql: "STRPOS('abcabc', 'c')", result: '3' }],
    parameters: [text, part],
    body: { via: 'call', fn: (whole: string, wanted: string) => position(wanted, whole) },
  },
  begins('STARTSWITH'),
  begins('STARTS_WITH'),
  ends('ENDSWITH'),
  ends('ENDS_WITH'),
  {
    ...ofText,
    name: 'CONTAINS',
    doc: 'Whether the part stands anywhere in the text; an empty one always does.',
    examples: [{ sql: "CONTAINS('abc', 'bc')", result: 'true' }],
    parameters: [text, part],
    result: boolean,
    body: { via: 'call', fn: (whole: string, wanted: string) => whole.includes(wanted) },
  },
];
