/** Three-valued logic: every truth table of the SQL standard, as a value and as a WHERE. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelOf, runOnce, typeOf } from '../support.ts';

type Truth = boolean | null;
const values: readonly Truth[] = [true, false, null];
const schema = JSON.stringify({
  type: 'record',
  name: 'T',
  fields: ['a', 'b'].map((name) => ({ name, type: ['null', 'boolean'] })),
});
const type = typeOf(schema);

const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const not = (a: Truth): Truth => (a === null ? null : !a);
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));
const equal = (a: Truth, b: Truth): Truth => (a === null || b === null ? null : a === b);

/** SQL → what it means. */
const tables: Readonly<Record<string, (a: Truth, b: Truth) => Truth>> = {
  'a AND b': and,
  'a OR b': or,
  'NOT a': not,
  'NOT (a AND b)': (a, b) => not(and(a, b)),
  'NOT (a OR NOT b)': (a, b) => not(or(a, not(b))),
  'a = b': equal,
  'a <> b': (a, b) => not(equal(a, b)),
  'a IS NULL': (a) => a === null,
  'a IS NOT NULL': (a) => a !== null,
  'a IS TRUE': (a) => a === true,
  'a IS NOT TRUE': (a) => a !== true,
  '(a AND b) IS UNKNOWN': (a, b) => and(a, b) === null,
  '(a OR b) IS NOT FALSE': (a, b) => or(a, b) !== false,
  'a IN (b)': equal,
  'a IN (TRUE, b)': (a, b) => or(equal(a, true), equal(a, b)),
  'a NOT IN (FALSE, b)': (a, b) => not(or(equal(a, false), equal(a, b))),
  '(a = b) = (a AND b)': (a, b) => equal(equal(a, b), and(a, b)),
  'CASE WHEN a THEN b ELSE NOT b END': (a, b) => (a === true ? b : not(b)),
  'COALESCE(a, b)': (a, b) => a ?? b,
  'a OR NULL AND b': (a, b) => or(a, and(null, b)),
  'NULLIF(a, b)': (a, b) => (equal(a, b) === true ? null : a),
};

for (const [sql, meaning] of Object.entries(tables))
  test(`${sql} for every a and b`, () => {
    const value = kernelOf(`SELECT ${sql} AS r FROM t`, schema);
    const where = kernelOf(`SELECT 1 AS r FROM t WHERE ${sql}`, schema);
    const whereNot = kernelOf(`SELECT 1 AS r FROM t WHERE NOT (${sql})`, schema);
    for (const a of values)
      for (const b of values) {
        const body = type.toBuffer({ a, b });
        const wanted = meaning(a, b);
        const at = `a = ${a}, b = ${b}`;
        assert.equal(runOnce(value, body), JSON.stringify({ r: wanted }), at);
        assert.equal(runOnce(where, body) !== undefined, wanted === true, at);
        assert.equal(runOnce(whereNot, body) !== undefined, wanted === false, at);
      }
  });
