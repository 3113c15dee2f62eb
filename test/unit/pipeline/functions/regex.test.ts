/** Functions of regular expressions, with patterns that are literals and patterns that come with the record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { regex } from '../../../../src/pipeline/sql/functions/regex.ts';
import { notNull, plain } from '../../../../src/pipeline/sql/types.ts';
import { callsOf } from './call.ts';

const { call, row, unknown } = callsOf(regex);

function cases(name: string, list: readonly (readonly [readonly unknown[], unknown])[]): void {
  for (const [args, expected] of list)
    for (const result of [call(name, args), unknown(name, args)])
      assert.deepEqual(result, expected, `${name}(${args.join(', ')})`);
}
const fails = (name: string, args: readonly unknown[], message: RegExp): void => {
  for (const run of [call, unknown])
    assert.throws(
      () => run(name, args),
      (e) => e instanceof RecordError && message.test(e.message),
    );
};

test('REGEXP_LIKE finds a pattern anywhere', () => {
  for (const name of ['REGEXP_LIKE', 'REGEXP'])
    cases(name, [
      [['foobar', 'ob'], true],
      [['foobar', '^ob'], false],
      [['', ''], true],
      [['😀', '^.$'], true],
      [['é', '^\\p{L}$'], true],
    ]);
  cases('REGEXP_LIKE', [
    [['ABC', 'b', 'i'], true],
    [['ABC', 'b', 'c'], false],
    [['ABC', 'b', 'ic'], false],
    [['a\nb', 'a.b'], false],
    [['a\nb', 'a.b', 'n'], true],
    [['a\nb', 'a.b', 's'], true],
    [['a\nb', '^b$', 'm'], true],
    [['a\nb', '^B$', 'mi'], true],
  ]);
  fails('REGEXP_LIKE', ['ab', 'a', 'q'], /no flag q/);
});

test('REGEXP_EXTRACT gives a group of the first match', () => {
  cases('REGEXP_EXTRACT', [
    [['foothebar', 'foo(.*?)(bar)', 2], 'bar'],
    [['foothebar', 'foo(.*?)(bar)', 1], 'the'],
    [['foothebar', 'foo(.*?)(bar)', 0], 'foothebar'],
    [['foothebar', 'foo(.*?)(bar)'], 'foothebar'],
    [['foothebar', 'x(.)', 1], null],
    [['foothebar', 'f(o)', 5], null],
    [['foothebar', 'f(o)', -1], null],
    [['b', '(a)?b', 1], null],
    [['b', '(a|)b', 1], ''],
  ]);
  cases('REGEXP_SUBSTR', [
    [['foobar', 'o+'], 'oo'],
    [['foobar', 'z'], null],
    [['foobar', 'z*'], ''],
  ]);
});

test('REGEXP_EXTRACT_ALL gives a group of every match', () => {
  cases('REGEXP_EXTRACT_ALL', [
    [
      ['a1b2', '([a-z])([0-9])'],
      ['a', 'b'],
    ],
    [
      ['a1b2', '([a-z])([0-9])', 2],
      ['1', '2'],
    ],
    [
      ['a1b2', '([a-z])([0-9])', 0],
      ['a1', 'b2'],
    ],
    [['a1b2', '([a-z])([0-9])', 3], null],
    [
      ['a1b2', '[a-z][0-9]'],
      ['a1', 'b2'],
    ],
    [
      ['ab', '(a)|b'],
      ['a', null],
    ],
    [['ab', 'x'], []],
    [
      ['😀b', ''],
      ['', '', ''],
    ],
  ]);
  const type = row('REGEXP_EXTRACT_ALL').result([]);
  assert.ok(type.kind === 'ARRAY' && type.element.nullable);
});

test('REGEXP_REPLACE knows the references of Java', () => {
  cases('REGEXP_REPLACE', [
    [['foobar', 'oo|ar', ''], 'fb'],
    [['foobar', '(o)(o)', '[$2$1]'], 'f[oo]bar'],
    [['a.b', '.', '$0$0'], 'aa..bb'],
    [['abc', 'b', '\\\\'], 'a\\c'],
    [['abc', 'b', '\\$1'], 'a$1c'],
    [['abc', '(b)', '\\1x'], 'a1xc'],
    [['abc', '(b)', '$12'], 'ab2c'],
    [['abc', '(?<n>b)', `[\${n}]`], 'a[b]c'],
    [['abc', '(b)|(x)', '[$2]'], 'a[]c'],
    [['abc', '(?<x>b)|(?<y>c)', `<\${y}$1>`], 'a<b><c>'],
    [['abc', 'b', '$&'.replace('$', '\\$')], 'a$&c'],
    [['a1', '(a)(b)?(c)?(d)?(e)?(f)?(g)?(h)?(i)?(j)?(k)?1', '$11$1'], 'a'],
    [['😀', '', '-'], '-😀-'],
    [['aaa', 'x', 'y'], 'aaa'],
  ]);
  fails('REGEXP_REPLACE', ['foobar', 'o', '$5'], /there is no group \$5/);
  fails('REGEXP_REPLACE', ['foobar', 'o', '\\'], /backslash/);
  fails('REGEXP_REPLACE', ['foobar', 'o', '$$'], /a number of a group follows/);
  fails('REGEXP_REPLACE', ['foobar', 'o', '$'], /a number of a group follows/);
  fails('REGEXP_REPLACE', ['foobar', '(?<n>o)', `\${m}`], /there is no group \$\{m\}/);
  fails('REGEXP_REPLACE', ['foobar', '(?<n>o)', '${n'], /there is no group/);
});

test('REGEXP_REPLACE makes no text beyond the limit', () => {
  const text = 'a'.repeat(10_000);
  fails('REGEXP_REPLACE', [text, 'a', text], /the most is/);
});

test('REGEXP_COUNT and REGEXP_INSTR count matches and characters', () => {
  cases('REGEXP_COUNT', [
    [['foobar', 'o'], 2],
    [['abc', ''], 4],
    [['aaa', 'aa'], 1],
    [['abc', 'x'], 0],
  ]);
  cases('REGEXP_INSTR', [
    [['foobar', 'o'], 2],
    [['foobar', 'z'], 0],
    [['😀b', 'b'], 2],
    [['abc', ''], 1],
  ]);
});

test('a literal that is no pattern is a mistake of the query, another an error of the record', () => {
  for (const { name } of regex) {
    const rest = name === 'REGEXP_REPLACE' ? [''] : [];
    fails(name, ['foobar', '[', ...rest], /the pattern \[ is no regular expression/);
    const { body } = row(name);
    assert.ok(body.via === 'made' && row(name).fallible);
    const types = ['a', 'b', ...rest].map(() => notNull(plain('VARCHAR')));
    assert.throws(() => body.make(types, [undefined, '[', ...rest]), RecordError);
    assert.equal(typeof body.make(types, [undefined, undefined, undefined]), 'function');
  }
  fails('REGEXP_LIKE', ['a', '\\-'], /is no regular expression/);
});

test('a mistake in a literal replacement is found without a record', () => {
  const { body } = row('REGEXP_REPLACE');
  assert.ok(body.via === 'made');
  assert.throws(() => body.make([], [undefined, 'a', '$1']), /there is no group \$1/);
});

test('more patterns than are kept work as well', () => {
  const { body } = row('REGEXP_COUNT');
  assert.ok(body.via === 'made');
  const count = body.make([], [undefined, undefined]);
  for (let round = 0; round < 2; round++) for (let i = 0; i < 600; i++) assert.equal(count(`x${i}x`, `${i}`), 1);
});
