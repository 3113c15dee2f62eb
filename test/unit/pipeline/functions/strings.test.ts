/** Functions of texts count characters, not UTF-16 units, and hold at every edge. Where Calcite has the function, the results are what it answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { strings } from '../../../../src/pipeline/sql/functions/strings.ts';
import { nullable, plain } from '../../../../src/pipeline/sql/types.ts';
import { callsOf } from './call.ts';

const { call, row, unknown } = callsOf(strings);

/** Each case: the arguments, then the result. */
function cases(name: string, list: readonly (readonly [readonly unknown[], unknown])[]): void {
  for (const [args, expected] of list)
    for (const result of [call(name, args), unknown(name, args)])
      assert.deepEqual(result, expected, `${name}(${args.map((a) => JSON.stringify(String(a))).join(', ')})`);
}
const fails = (name: string, args: readonly unknown[]): void => {
  assert.throws(() => unknown(name, args), RecordError, name);
  assert.ok(row(name).fallible, `${name} says that it never fails`);
};

test('SUBSTRING gives the characters at the positions that exist', () => {
  cases('SUBSTRING', [
    [['abc', 2], 'bc'],
    [['abc', 1, 2], 'ab'],
    [['abc', 0, 2], 'a'],
    [['abc', -1, 3], 'a'],
    [['abc', -5, 3], ''],
    [['abc', -5], 'abc'],
    [['abc', 4], ''],
    [['abc', 9, 2], ''],
    [['abc', 2, 0], ''],
    [['abc', 2, 9_223_372_036_854_775_807n], 'bc'],
    [['abc', -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n], ''],
    [['', 1, 1], ''],
    [['😀é😀b', 2, 2], 'é😀'],
    [['😀é😀b', 3], '😀b'],
  ]);
  fails('SUBSTRING', ['abc', 2, -1]);
});

test('SUBSTR counts a negative position from the end', () => {
  cases('SUBSTR', [
    [['abc', -2], 'bc'],
    [['abc', -2, 1], 'b'],
    [['abc', 0], 'abc'],
    [['abc', 0, 2], 'ab'],
    [['abc', -5, 4], 'abc'],
    [['abc', -5, 2], 'ab'],
    [['abc', 9], ''],
    [['a😀😀', -2, 1], '😀'],
  ]);
  fails('SUBSTR', ['abc', 1, -1]);
});

test('LEFT and RIGHT give nothing for a negative count, and all for a large one', () => {
  cases('LEFT', [
    [['abc', 2], 'ab'],
    [['abc', -1], ''],
    [['abc', 9], 'abc'],
    [['😀b', 1], '😀'],
  ]);
  cases('RIGHT', [
    [['abc', 2], 'bc'],
    [['abc', 0], ''],
    [['abc', -1], ''],
    [['abc', 9], 'abc'],
    [['b😀', 1], '😀'],
    [['', 1], ''],
  ]);
});

test('OVERLAY replaces characters as the standard defines it by SUBSTRING', () => {
  cases('OVERLAY', [
    [['xxxxxtest', 'xxxx', 6], 'xxxxxxxxx'],
    [['xxxxxtest', 'xxxx', 6, 2], 'xxxxxxxxxst'],
    [['abc', 'X', 2, 0], 'aXbc'],
    [['abc', 'X', 2, -1], 'aXabc'],
    [['abc', 'X', 10], 'abcX'],
    [['a😀c', '😀😀', 2, 1], 'a😀😀c'],
  ]);
  fails('OVERLAY', ['abc', 'X', 0]);
});

test('SPLIT_INDEX gives the piece at an index from 0', () => {
  cases('SPLIT_INDEX', [
    [['a,b,c', ',', 0], 'a'],
    [['a,b,c', ',', 2], 'c'],
    [['a,b,c', ',', 3], null],
    [['a,b,c', ',', -1], null],
    [['a,,c', ',', 1], ''],
    [['a,', ',', 1], ''],
    [['', ',', 0], null],
    [['abc', '', 0], 'abc'],
    [['abc', '', 1], null],
    [['a::b:c', '::', 1], 'b:c'],
    [['a', ',', 9_223_372_036_854_775_807n], null],
  ]);
});

test('SPLIT keeps empty pieces', () => {
  cases('SPLIT', [
    [
      ['a,b,c', ','],
      ['a', 'b', 'c'],
    ],
    [['a,b'], ['a', 'b']],
    [
      [',a,', ','],
      ['', 'a', ''],
    ],
    [['', ','], []],
    [['abc', ''], ['abc']],
  ]);
  const type = row('SPLIT').result([nullable(plain('VARCHAR'))]);
  assert.ok(type.kind === 'ARRAY' && type.element.type.kind === 'VARCHAR');
});

test('ELT is NULL beyond its texts', () => {
  cases('ELT', [
    [[1, 'a', 'b'], 'a'],
    [[2, 'a', 'b'], 'b'],
    [[0, 'a', 'b'], null],
    [[3, 'a', 'b'], null],
    [[1, null, 'b'], null],
    [[null, 'a'], null],
    [[9_223_372_036_854_775_807n, 'a'], null],
  ]);
});

test('TRIM and its kin take any of the characters, spaces where none are given', () => {
  cases('TRIM', [
    [['  a b '], 'a b'],
    [['\t a '], '\t a'],
    [[''], ''],
    [['   '], ''],
    [['abcab', 'ab'], 'c'],
    [['aaa', 'a'], ''],
    [['abc', ''], 'abc'],
    [['😀a😀', '😀'], 'a'],
    // Half of a character is none: 😁 shares its first unit with 😀.
    [['😁a😀', '😀'], '😁a'],
  ]);
  cases('BTRIM', [[['xxaxx', 'x'], 'a']]);
  cases('LTRIM', [
    [[' a '], 'a '],
    [['xya', 'yx'], 'a'],
  ]);
  cases('RTRIM', [
    [[' a '], ' a'],
    [['axy', 'yx'], 'a'],
    [['a\t '], 'a\t'],
  ]);
});

test('LPAD and RPAD bring a text to a length in characters', () => {
  cases('LPAD', [
    [['hi', 4, '??'], '??hi'],
    [['hi', 5, 'abc'], 'abchi'],
    [['hi', 6, 'abc'], 'abcahi'],
    [['hi', 4], '  hi'],
    [['hi', 1, '?'], 'h'],
    [['hi', 0, '?'], ''],
    [['😀', 3, '😁'], '😁😁😀'],
    [['😀😀', 1], '😀'],
  ]);
  cases('RPAD', [[['hi', 5, 'ab'], 'hiaba']]);
  cases('LPAD', [[['hi', 4, ''], null]]);
  cases('RPAD', [[['hi', -1], null]]);
});

test('texts are not made longer than the limit', () => {
  const much = limits.textCharsMax + 1;
  fails('LPAD', ['', much]);
  fails('RPAD', ['', 9_223_372_036_854_775_807n, 'ab']);
  fails('REPEAT', ['ab', much / 2]);
  fails('SPACE', [much]);
  const text = 'a'.repeat(10_000);
  fails('REPLACE', [text, 'a', text]);
  fails('CONCAT_WS', [',', ...new Array<string>(1700).fill(text)]);
  assert.equal((call('REPEAT', ['ab', limits.textCharsMax / 2]) as string).length, limits.textCharsMax);
});

test('REPEAT and SPACE give nothing for 0 or fewer', () => {
  cases('REPEAT', [
    [['ab', 2], 'abab'],
    [['ab', 0], ''],
    [['ab', -1], ''],
    [['', 9_223_372_036_854_775_807n], ''],
  ]);
  cases('SPACE', [
    [[3], '   '],
    [[-1], ''],
  ]);
});

test('REPLACE replaces what does not overlap, and takes no sign in the replacement for its own', () => {
  cases('REPLACE', [
    [['hello world', 'world', 'there'], 'hello there'],
    [['ababab', 'abab', 'z'], 'zab'],
    [['abc', '', 'x'], 'abc'],
    [['abc', 'b', '$&'], 'a$&c'],
    [['aaa', 'a', 'bb'], 'bbbbbb'],
    [['abc', 'b', ''], 'ac'],
  ]);
});

test('TRANSLATE maps character by character', () => {
  cases('TRANSLATE', [
    [['abcabc', 'abc', 'x'], 'xx'],
    [['aabb', 'aa', 'xy'], 'xxbb'],
    [['a😀b', '😀', '😁'], 'a😁b'],
    [['abc', '', 'x'], 'abc'],
    [['abc', 'b', 'xyz'], 'axc'],
  ]);
});

test('INITCAP begins words of letters and digits', () => {
  cases('INITCAP', [
    [["hello wORLD foo-bar o'neil 1abc"], "Hello World Foo-Bar O'Neil 1abc"],
    [['éa ÄB'], 'Éa Äb'],
    [[''], ''],
  ]);
});

test('CONCAT_WS leaves NULLs out, and is NULL without a separator', () => {
  cases('CONCAT_WS', [
    [[',', 'a', null, 'b'], 'a,b'],
    [['~', 'AA', null, 'BB', '', 'CC'], 'AA~BB~~CC'],
    [[',', null], ''],
    [['', 'a', 'b'], 'ab'],
    [[null, 'a'], null],
  ]);
});

test('REVERSE keeps characters whole', () =>
  cases('REVERSE', [
    [['a😀b'], 'b😀a'],
    [[''], ''],
  ]));

test('lengths count characters, octets and bits', () => {
  for (const name of ['CHAR_LENGTH', 'CHARACTER_LENGTH', 'LENGTH'])
    cases(name, [
      [['a😀é'], 3],
      [[''], 0],
      [['\ud800a'], 2],
    ]);
  cases('OCTET_LENGTH', [
    [['a😀é'], 7],
    [[Buffer.from([0, 255])], 2],
  ]);
  cases('BIT_LENGTH', [[['é'], 16]]);
});

test('positions count characters from 1', () => {
  cases('POSITION', [
    [['', 'abc'], 1],
    [['c', 'abcabc'], 3],
    [['b', '😀😀b'], 3],
    [['x', 'abc'], 0],
  ]);
  cases('STRPOS', [[['😀b', 'b'], 2]]);
  cases('LOCATE', [
    [['c', 'abcabc'], 3],
    [['c', 'abcabc', 4], 6],
    [['c', 'abcabc', 0], 3],
    [['c', 'abcabc', -9], 3],
    [['c', 'abcabc', 7], 0],
    [['', 'abc', 9], 1],
    [['b', '😀b😀b', 3], 4],
  ]);
});

test('INSTR searches from either end, overlapping parts too', () => {
  cases('INSTR', [
    [['abcabc', 'c'], 3],
    [['abcabc', 'c', 4], 6],
    [['abcabc', 'c', 1, 2], 6],
    [['abcabc', 'c', 1, 3], 0],
    [['abcabc', 'c', -1], 6],
    [['abcabc', 'c', -4], 3],
    [['abcabc', 'c', -1, 2], 3],
    [['abcabc', 'c', -1, 3], 0],
    [['abcabc', 'a', -1, 3], 0],
    [['abcabc', 'bc', -1], 5],
    [['abcabc', 'bc', -2], 5],
    [['abcabc', 'bc', -3], 2],
    [['aaaa', 'aa', 1, 2], 2],
    [['aaaa', 'aa', -1, 2], 2],
    [['abc', 'a', -3], 1],
    [['abc', 'a', -9], 0],
    [['abc', 'a', 9], 0],
    [['', ''], 1],
    [['', 'a'], 0],
    [['abc', '', 2], 2],
    [['abc', '', 4], 0],
    [['😀b😀b', 'b', -1], 4],
  ]);
  fails('INSTR', ['abc', 'c', 0]);
  fails('INSTR', ['abc', 'c', 1, 0]);
});

test('a text begins and ends with an empty part, and contains it', () => {
  for (const name of ['STARTSWITH', 'STARTS_WITH'])
    cases(name, [
      [['abc', ''], true],
      [['abc', 'ab'], true],
      [['abc', 'bc'], false],
    ]);
  for (const name of ['ENDSWITH', 'ENDS_WITH'])
    cases(name, [
      [['abc', ''], true],
      [['abc', 'ab'], false],
      [['abc', 'bc'], true],
    ]);
  cases('CONTAINS', [
    [['abc', ''], true],
    [['abc', 'b'], true],
    [['abc', 'x'], false],
  ]);
});

test('ASCII and CHR are of code points', () => {
  cases('ASCII', [
    [['abc'], 97],
    [['é'], 233],
    [['😀'], 0x1f600],
    [[''], 0],
  ]);
  cases('CHR', [
    [[97], 'a'],
    [[233], 'é'],
    [[353], 'š'],
    [[0], '\0'],
    [[0x1f600], '😀'],
  ]);
  for (const code of [-1, 0xd800, 0xdfff, 0x110000, 9_223_372_036_854_775_807n]) fails('CHR', [code]);
});

test('each character set gives back the text that it has all characters of', () => {
  const bytes = (text: string, charset: string) => (unknown('ENCODE', [text, charset]) as Buffer).toString('hex');
  assert.equal(bytes('é', 'utf-8'), 'c3a9');
  assert.equal(bytes('é', 'ISO-8859-1'), 'e9');
  assert.equal(bytes('é€😀', 'ISO-8859-1'), 'e93f3f');
  assert.equal(bytes('é', 'US-ASCII'), '3f');
  assert.equal(bytes('é', 'UTF-16'), 'feff00e9');
  assert.equal(bytes('é', 'UTF-16BE'), '00e9');
  assert.equal(bytes('é', 'UTF-16LE'), 'e900');
  for (const charset of ['UTF-8', 'UTF-16', 'UTF-16BE', 'UTF-16LE'])
    for (const text of ['', 'a€😀\0', '\ufeffa'])
      assert.equal(call('DECODE', [call('ENCODE', [text, charset]), charset]), text, charset);
  assert.equal(call('DECODE', [Buffer.from('fffee900', 'hex'), 'UTF-16']), 'é');
  assert.equal(call('DECODE', [Buffer.from('00e9', 'hex'), 'UTF-16']), 'é');
  assert.equal(call('DECODE', [Buffer.from('e9', 'hex'), 'US-ASCII']), '\ufffd');
  assert.equal(call('DECODE', [Buffer.from('ff', 'hex'), 'UTF-8']), '\ufffd');
  assert.equal(call('DECODE', [Buffer.from('d800', 'hex'), 'UTF-16BE']), '\ufffd');
  assert.throws(() => call('ENCODE', ['a', 'KOI8']), /there is no character set KOI8; there are US-ASCII/);
  fails('DECODE', [Buffer.from('a'), 'KOI8']);
});

test('HEX shows negative integers as 64 bits', () => {
  cases('HEX', [
    [[20], '14'],
    [[0], '0'],
    [[-1], 'FFFFFFFFFFFFFFFF'],
    [[9_223_372_036_854_775_807n], '7FFFFFFFFFFFFFFF'],
    [[-9_223_372_036_854_775_808n], '8000000000000000'],
    [['hello,world'], '68656C6C6F2C776F726C64'],
    [[Buffer.from([0, 255])], '00FF'],
  ]);
  assert.match(row('HEX').check!([nullable(plain('DOUBLE'))])!, /DOUBLE/);
});

test('UNHEX takes the first of an odd number of digits for 0', () => {
  cases('UNHEX', [
    [['466c696E6b'], Buffer.from('Flink')],
    [['abc'], Buffer.from([0, 0xbc])],
    [[''], Buffer.alloc(0)],
    [['zz'], null],
    [['1é'], null],
  ]);
});

test('SOUNDEX gives the American codes', () => {
  cases('SOUNDEX', [
    [['Robert'], 'R163'],
    [['rupert'], 'R163'],
    [['Tymczak'], 'T522'],
    [['Pfister'], 'P236'],
    [['Ashcraft'], 'A261'],
    [['Honeyman'], 'H555'],
    [["O'Neil"], 'O540'],
    [['A'], 'A000'],
    [[''], ''],
    [['1é'], ''],
  ]);
});

test('UUID gives another one each time', () => {
  const one = call('UUID', []);
  assert.match(one as string, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(call('UUID', []), one);
  assert.ok(row('UUID').volatile);
});
