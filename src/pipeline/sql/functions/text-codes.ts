/** Functions between texts and their codes: of characters, in character sets, in hexadecimal digits, by sound. */
import { type SqlType, type Typed, typeText } from '../types.ts';
import type { Long } from '../values.ts';
import { charactersOf, replaceMatches, roomForPieces } from './characters.ts';
import { fail } from './fail.ts';
import type { Parameter, SqlFunction } from './function.ts';
import { bytes, int, varchar } from './results.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const charset: Parameter = { name: 'charset', type: 'VARCHAR' };
const ofText = { category: 'strings', parameters: [text], nulls: 'strict', result: varchar } as const;

interface Charset {
  readonly encode: (text: string) => Buffer;
  readonly decode: (bytes: Buffer) => string;
}

/** One byte for each character; a question mark for those above `last`, as Java has it. */
const singleByte = (last: number, decode: (bytes: Buffer) => string): Charset => ({
  encode: (text) =>
    Buffer.from(
      charactersOf(text, 'ENCODE')
        .map((c) => (c.codePointAt(0)! > last ? '?' : c))
        .join(''),
      'latin1',
    ),
  decode,
});
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const decoderOf = (encoding: string) => {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes: Buffer): string => decoder.decode(bytes);
};
const [decodeBig, decodeLittle] = [decoderOf('utf-16be'), decoderOf('utf-16le')];
const marks = { big: Buffer.from([0xfe, 0xff]), little: Buffer.from([0xff, 0xfe]) };
const beginsWith = (bytes: Buffer, mark: Buffer): boolean => bytes.subarray(0, 2).equals(mark);

const charsets: ReadonlyMap<string, Charset> = new Map([
  ['US-ASCII', singleByte(0x7f, (b) => replaceMatches(b.toString('latin1'), /[\x80-\xff]/g, () => '\ufffd'))],
  ['ISO-8859-1', singleByte(0xff, (b) => b.toString('latin1'))],
  ['UTF-8', { encode: (text) => Buffer.from(text), decode: (b) => b.toString('utf8') }],
  ['UTF-16BE', { encode: bigEndian, decode: decodeBig }],
  ['UTF-16LE', { encode: (text) => Buffer.from(text, 'utf16le'), decode: decodeLittle }],
  [
    'UTF-16',
    {
      encode: (text) => Buffer.concat([marks.big, bigEndian(text)]),
      decode: (b) =>
        beginsWith(b, marks.little)
          ? decodeLittle(b.subarray(2))
          : decodeBig(beginsWith(b, marks.big) ? b.subarray(2) : b),
    },
  ],
]);

function charsetOf(name: string): Charset {
  return (
    charsets.get(name.toUpperCase()) ??
    fail(`there is no character set ${name}; there are ${[...charsets.keys()].join(', ')}`)
  );
}

/** The character set is found once where it is a literal. */
const withCharset = <A extends string | Buffer>(use: (set: Charset, v: A) => string | Buffer): SqlFunction['body'] => ({
  via: 'made',
  make: (_, [, name]) => {
    if (typeof name !== 'string') return (v: A, dynamic: string) => use(charsetOf(dynamic), v);
    const set = charsetOf(name);
    return (v: A) => use(set, v);
  },
});

function character(code: Long): string {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    fail(`CHR of ${code}, which is no Unicode character`);
  return String.fromCodePoint(Number(code));
}

const hexable: ReadonlySet<SqlType['kind']> = new Set([
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'VARCHAR',
  'BYTES',
  'NULL',
]);
const checkHexable = ([first]: readonly Typed[]): string | undefined =>
  hexable.has(first!.type.kind) ? undefined : `wants an integer, VARCHAR or BYTES, not ${typeText(first!)}`;

function hex(v: Long | string | Buffer): string {
  if (typeof v === 'number' && v >= 0) return v.toString(16).toUpperCase();
  if (typeof v === 'number' || typeof v === 'bigint') return BigInt.asUintN(64, BigInt(v)).toString(16).toUpperCase();
  return (typeof v === 'string' ? Buffer.from(v) : v).toString('hex').toUpperCase();
}

function unhex(digits: string): Buffer | null {
  if (!/^[0-9A-Fa-f]*$/.test(digits)) return null;
  return Buffer.from(digits.length % 2 === 0 ? digits : `00${digits.slice(1)}`, 'hex');
}

/** Of A to Z. Letters of 0 have no sound of their own, but part two equal ones; H and W don't even do that. */
const soundCodes = '01230120022455012623010202';

function soundex(text: string): string {
  roomForPieces(text, 'SOUNDEX');
  const letters = text.toUpperCase().replace(/[^A-Z]/g, '');
  if (letters === '') return '';
  let out = letters[0]!;
  let last = soundCodes[letters.charCodeAt(0) - 65]!;
  for (let i = 1; i < letters.length && out.length < 4; i++) {
    const letter = letters[i]!;
    if (letter === 'H' || letter === 'W') continue;
    const code = soundCodes[letter.charCodeAt(0) - 65]!;
    if (code !== '0' && code !== last) out += code;
    last = code;
  }
  return out.padEnd(4, '0');
}

export const textCodes: readonly SqlFunction[] = [
  {
    ...ofText,
    name: 'ASCII',
    doc: 'The code point of the first character; 0 for an empty text.',
    examples: [
      { sql: "ASCII('abc')", result: '97' },
      { sql: "ASCII('é')", result: '233' },
    ],
    result: int,
    body: { via: 'call', fn: (whole: string) => whole.codePointAt(0) ?? 0 },
  },
  {
    ...ofText,
    name: 'CHR',
    doc: 'The character of a Unicode code point; a number that is none is an error of the record.',
    examples: [
      { sql: 'CHR(97)', result: '"a"' },
      { sql: 'CHR(233)', result: '"é"' },
    ],
    parameters: [{ name: 'code', type: 'INTEGER' }],
    fallible: true,
    body: { via: 'call', fn: character },
  },
  {
    ...ofText,
    name: 'ENCODE',
    doc: 'The bytes of the text in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE or UTF-16 (big-endian, with a byte order mark). A character that the set does not have becomes a question mark.',
    examples: [{ sql: "HEX(ENCODE('é', 'ISO-8859-1'))", result: '"E9"' }],
    parameters: [text, charset],
    result: bytes,
    fallible: true,
    body: withCharset<string>((set, v) => set.encode(v)),
  },
  {
    ...ofText,
    name: 'DECODE',
    doc: 'The text that bytes are in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE or UTF-16 (by its byte order mark, big-endian without). Bytes that are no character become U+FFFD.',
    examples: [{ sql: "DECODE(X'c3a9', 'UTF-8')", result: '"é"' }],
    parameters: [{ name: 'bytes', type: 'BYTES' }, charset],
    fallible: true,
    body: withCharset<Buffer>((set, v) => set.decode(v)),
  },
  {
    ...ofText,
    name: 'HEX',
    doc: "An integer in upper-case hexadecimal digits (a negative one as 64 bits), or a text's UTF-8 bytes, or bytes, as two digits each.",
    examples: [
      { sql: 'HEX(255)', result: '"FF"' },
      { sql: "HEX('hello')", result: '"68656C6C6F"' },
    ],
    parameters: [{ name: 'value', type: 'ANY' }],
    check: checkHexable,
    body: { via: 'call', fn: hex },
  },
  {
    ...ofText,
    name: 'UNHEX',
    doc: 'The bytes that pairs of hexadecimal digits stand for; NULL where the text is anything else. Of an odd number of digits the first is taken for 0, as in Flink.',
    examples: [
      { sql: "DECODE(UNHEX('466c696e6b'), 'UTF-8')", result: '"Flink"' },
      { sql: "UNHEX('zz')", result: 'null' },
    ],
    nullable: true,
    result: bytes,
    body: { via: 'call', fn: unhex },
  },
  {
    ...ofText,
    name: 'SOUNDEX',
    doc: 'The American Soundex code of the text: its first letter and three digits. Only letters from A to Z count; a text without any has an empty code.',
    examples: [{ sql: "SOUNDEX('Robert')", result: '"R163"' }],
    body: { via: 'call', fn: soundex },
  },
];
