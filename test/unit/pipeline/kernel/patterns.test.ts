/** LIKE, ILIKE, SIMILAR TO and REGEXP: on texts, on pieces of a record, on enums, with patterns that are literals or not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { patternMistake } from '../../../../src/pipeline/kernel/patterns.ts';
import type { PatternKind } from '../../../../src/pipeline/sql/ast.ts';
import type { Bound } from '../../../../src/pipeline/sql/bound.ts';
import { bound, column, generate, type Held, text } from './expressions.ts';

const a = column('a', 'VARCHAR');
const like = (by: PatternKind, pattern: Bound, escapeBy?: string): Bound =>
  bound('like', 'BOOLEAN', { by, operand: a, pattern, escape: escapeBy });

/** The answers of every way to match, which must be one. */
function matches(by: PatternKind, pattern: string, given: string, escapeBy?: string): Held {
  const [literal, dynamic] = [like(by, text(pattern), escapeBy), like(by, column('p', 'VARCHAR'), escapeBy)];
  const answers = [
    generate(literal, ['a']).run(given),
    generate(literal, ['a'], { holding: 'slices' }).run(given),
    generate(dynamic, ['a', 'p']).run(given, pattern),
    generate(dynamic, ['a', 'p'], { holding: 'slices' }).run(given, pattern),
    generate(literal, ['a'], { face: 'true' }).run(given),
    !generate(literal, ['a'], { face: 'false', holding: 'slices' }).run(given),
  ];
  assert.deepEqual(answers, Array(6).fill(answers[0]), `${given} ${by} ${pattern}`);
  return answers[0]!;
}

/** LIKE's meaning, by a regular expression: a \ before %, _ and itself makes them what they are. */
const meaning = (pattern: string): RegExp => {
  const parts = (pattern.match(/\\[%_\\]|./gsu) ?? []).map((c) => {
    const [plain, escaped] = [c.length > 1 && c[0] === '\\' ? c[1]! : c, c.length > 1 && c[0] === '\\'];
    if (!escaped && c === '%') return '.*';
    return !escaped && c === '_' ? '.' : plain.replace(/[.*\\]/, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'su');
};

const letters = fc.constantFrom('a', 'b', 'A', 'é', '€', '😀', '.', '*', '\\', '\n', '\u{e000}');
const texts = fc.string({ unit: letters, maxLength: 8 });
const patterns = fc.oneof(
  fc.string({ unit: fc.oneof(letters, fc.constantFrom('%', '_')), maxLength: 6 }),
  fc.tuple(fc.constantFrom('', '%'), texts, fc.constantFrom('', '%')).map((parts) => parts.join('')),
);

test('LIKE takes % for any run of characters and _ for one, on bytes as on texts', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, given) => {
      assert.equal(matches('like', pattern, given), meaning(pattern).test(given));
    }),
    { numRuns: 3000 },
  );
});

test('ILIKE is LIKE of both in lower case', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, given) => {
      const wanted = meaning(pattern.toLowerCase()).test(given.toLowerCase());
      assert.equal(matches('ilike', pattern, given), wanted);
    }),
    { numRuns: 2000 },
  );
  // The Kelvin sign is a k in lower case, though no byte of it is.
  assert.equal(matches('ilike', '%K%', '\u212a'), true);
});

test('a pattern begins, ends, holds or is the text, also where the text is shorter or it stands twice', () => {
  for (const [pattern, given, wanted] of [
    ['abc%', 'ab', false],
    ['%abc', 'bc', false],
    ['%abc%', 'ab', false],
    ['%aab%', 'aaab', true],
    ['abc', 'abcd', false],
    ['%', '', true],
    ['', '', true],
    ['', 'a', false],
    ['_', '', false],
    ['%_', 'a', true],
    ['%%', 'é', true],
    ['a%a', 'a', false],
    [`${'x'.repeat(40)}%`, 'x'.repeat(41), true],
    [`${'x'.repeat(40)}%`, 'x'.repeat(39), false],
  ] as const)
    assert.equal(matches('like', pattern, given), wanted, `${given} LIKE ${pattern}`);
});

test('the escape character takes the meaning of the next one, and may stand nowhere else', () => {
  assert.equal(matches('like', '100!%', '100%', '!'), true);
  assert.equal(matches('like', '100!%', '1000', '!'), false);
  assert.equal(matches('like', 'a!_!!', 'a_!', '!'), true);
  assert.match(patternMistake('like', 'a!b', '!')!, /may only stand before %, _ or itself/);
  assert.match(patternMistake('ilike', 'a!', '!')!, /may only stand before/);
  assert.equal(patternMistake('like', 'a!b', undefined), undefined);
});

test('many % take no more time than the pattern and the text are long', () => {
  const pattern = `${'%a'.repeat(40)}%b`;
  assert.equal(matches('like', pattern, 'a'.repeat(20_000)), false);
});

test('on an enum every pattern is a table of its symbols', () => {
  for (const by of ['like', 'ilike', 'similar', 'regexp'] as const) {
    const operand = bound('case', 'VARCHAR', {
      whens: [
        { when: bound('compare', 'BOOLEAN', { operator: '=', left: a, right: text('1') }), result: text('allow') },
      ],
      otherwise: text('deny'),
    });
    const b = bound('like', 'BOOLEAN', {
      by,
      operand,
      pattern: text(by === 'regexp' ? 'low' : '%low'),
      escape: undefined,
    });
    const { run, source } = generate(b, ['a']);
    assert.deepEqual([run('1'), run('2')], [true, false]);
    assert.match(source, /matches_\d+\[symbol_\d+\]/);
  }
});

const similar: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[], escape?: string])[] =
  [
    ['abc', ['abc'], ['abcd', 'xabc', 'ABC']],
    ['a.c', ['a.c', 'abc', 'a\nc'], ['ac']],
    ['a$|^b', ['a$', '^b'], ['a', 'b']],
    ['%(b|d)%', ['abc', 'd', 'b\n'], ['ac']],
    ['a_', ['ab', 'a😀', 'a\n'], ['a', 'abc']],
    ['(ab)*c?', ['', 'ababc', 'c'], ['aba', 'cc']],
    ['[a-c]+', ['abcab'], ['abd', '']],
    ['[^a-c]', ['d', '-'], ['a']],
    ['[a-]', ['a', '-'], ['b']],
    ['[-a]', ['a', '-'], ['b']],
    ['[.*\\]', ['.', '*', '\\'], ['a']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{1,2}b', ['ab', 'aab'], ['b', 'aaab']],
    ['[[:ALPHA:]_]+', ['é_a'], ['1']],
    ['[[:digit:]]{3}', ['123'], ['12', '12a']],
    ['[[:WHITESPACE:]]', ['\t', ' '], ['a']],
    ['a!%!(!!', ['a%(!'], ['aab(!'], '!'],
    ['[!]]', [']'], ['!'], '!'],
    ['%%a', ['a', 'xa'], ['ab']],
  ];

for (const [pattern, yes, no, escapeBy] of similar)
  test(`SIMILAR TO '${pattern}' matches whole texts by the standard's meanings`, () => {
    for (const given of yes) assert.equal(matches('similar', pattern, given, escapeBy), true, given);
    for (const given of no) assert.equal(matches('similar', pattern, given, escapeBy), false, given);
  });

test('what is no pattern of SIMILAR TO is told', () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '(a': /a \( is never closed/,
    'a)': /a \) has no \( before it/,
    '*a': /nothing stands before \*/,
    'a**': /nothing stands before \*/,
    '(|+)': /nothing stands before \+/,
    'a{x}': /behind \{ a count must stand/,
    'a{2,1}': /ends before it begins/,
    '[b-a]': /ends before it begins/,
    '[a': /a \[ is never closed/,
    '[]': /\[ \] holds nothing/,
    'a]': /a \] has no \[ before it/,
    'a}': /a \} has no \{ before it/,
    '[[a]]': /only \[:ALPHA:\]/,
    '[[:NAME:]]': /only \[:ALPHA:\]/,
    'a!': /may only stand before a character/,
  };
  for (const [pattern, message] of Object.entries(wrong))
    assert.match(patternMistake('similar', pattern, '!') ?? '', message);
});

test('REGEXP finds a JavaScript regular expression anywhere in the text', () => {
  assert.equal(matches('regexp', '^a.c', 'abcd'), true);
  assert.equal(matches('regexp', '\\d{2}', 'a12'), true);
  assert.equal(matches('regexp', '^\\p{Lu}$', 'É'), true);
  assert.equal(matches('regexp', 'x|y$', 'zy!'), false);
  assert.match(patternMistake('regexp', '(', undefined)!, /no regular expression/);
});

test('a pattern of a record that is none is the error of that record', () => {
  const { run } = generate(like('similar', column('p', 'VARCHAR')), ['a', 'p']);
  assert.throws(() => run('a', '(a'), { name: 'RecordError', stage: 'sql' });
  assert.equal(run('a', 'a'), true);
});

test('a literal pattern that is none is the error of the records that meet it, and of no other', () => {
  const { run } = generate(like('similar', text('(a')), ['a'], { holding: 'slices' });
  assert.throws(() => run('a'), { name: 'RecordError', stage: 'sql' });
  assert.equal(run(null), null);
});

test('a pattern or a text that is NULL gives NULL', () => {
  for (const by of ['like', 'ilike', 'similar', 'regexp'] as const) {
    assert.equal(generate(like(by, text('a%')), ['a']).run(null), null);
    const { run } = generate(like(by, column('p', 'VARCHAR')), ['a', 'p']);
    assert.deepEqual([run('a', null), run(null, 'a'), run('a', 'a')], [null, null, true]);
    assert.equal(generate(like(by, bound('literal', 'VARCHAR', { value: null })), ['a']).run('a'), null);
  }
});

test('IN finds texts, bytes and numbers in long lists as in short ones', () => {
  const lists: readonly (readonly ['VARCHAR' | 'BYTES' | 'BIGINT' | 'DOUBLE', Held[]])[] = [
    ['VARCHAR', Array.from({ length: 30 }, (_, i) => `é${i}`)],
    ['BYTES', Array.from({ length: 30 }, (_, i) => Buffer.from([i, 255]))],
    ['BIGINT', Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? i : 2n ** 60n + BigInt(i)))],
    ['DOUBLE', Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? i : 2 ** 60 * i))],
  ];
  for (const [type, values] of lists)
    for (const length of [3, 8, 9, 30])
      for (const withNull of [false, true]) {
        const list = [...values.slice(0, length), ...(withNull ? [null] : [])].map((value) =>
          bound('literal', type, { value }),
        );
        const b = bound('in', 'BOOLEAN', { operand: column('a', type), list });
        for (const holding of ['values', 'slices'] as const) {
          const { run } = generate(b, ['a'], { holding });
          for (const [i, value] of values.entries())
            assert.equal(run(value), i < length ? true : withNull ? null : false, `${type} ${i} of ${length}`);
          assert.equal(run(null), null);
        }
      }
});

test('a BIGINT is found in a long list of DOUBLEs that are the same number', () => {
  const list = Array.from({ length: 12 }, (_, i) => bound('literal', 'DOUBLE', { value: i === 0 ? 2 ** 60 : i / 2 }));
  const { run } = generate(bound('in', 'BOOLEAN', { operand: column('a', 'BIGINT'), list }), ['a']);
  assert.deepEqual(
    [2n ** 60n, 2n ** 60n + 1n, 1, 100].map((v) => run(v)),
    [true, false, true, false],
  );
});
