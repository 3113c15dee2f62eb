/** A mistake quoted a word of the query at its whole length, so that what clips long failures cut off the excerpt that shows the place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipped } from '../../src/contracts/clipped.ts';
import { limits } from '../../src/contracts/limits.ts';
import { invalidSql, MistakeFound, refuse } from '../../src/pipeline/sql/mistake.ts';
import { parseQuery } from '../../src/pipeline/sql/parse.ts';

const long = 'SELECT'.repeat(1_000);
const excerpt = /\n.{160}\n *\^+$/u;

test('a query that begins with a word of 6,000 characters is refused with the place in the text', () => {
  assert.throws(
    () => parseQuery(`${long} a FROM s`),
    (e) => e instanceof MistakeFound && excerpt.test(invalidSql(`${long} a FROM s`, [e.mistake]).message),
  );
});

test('however long its message and its remedy, a mistake is shown with its excerpt and fits into a failure', () => {
  assert.throws(
    () => refuse({ offset: 100, length: 6 }, long, long),
    (e) => {
      if (!(e instanceof MistakeFound)) return false;
      const { message } = invalidSql(long, [e.mistake]);
      return excerpt.test(message) && message.length < limits.failureCharsMax;
    },
  );
});

test('a clipped text is as long as allowed, and its last character is whole', () => {
  assert.equal(clipped('abc', 3), 'abc');
  assert.equal(clipped('abcd', 3), 'ab…');
  assert.equal(clipped('a💥cd', 3), 'a…');
});
