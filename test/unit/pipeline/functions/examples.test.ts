/** Every example of the reference page does what the page says, compiled and run on a record; dates and times as ISO 8601. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { functions } from '../../../../src/pipeline/sql/functions.ts';
import { kernelOf, runOnce } from '../support.ts';

/** A null takes no byte: the body is empty. */
const schema = JSON.stringify({ type: 'record', name: 'T', fields: [{ name: 'n', type: 'null' }] });
const body = Buffer.alloc(0);

for (const { name, examples } of functions.values())
  test(`${name} does what its examples say`, () => {
    for (const { sql, result } of examples)
      assert.equal(
        runOnce(kernelOf(`SELECT ${sql} AS v FROM t`, schema, { json: { temporal: 'iso' } }), body),
        `{"v":${result}}`,
        sql,
      );
  });
