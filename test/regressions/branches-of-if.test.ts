/** IF, IFNULL and NVL evaluated the branch that they don't take, so that its error was the record's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelOf, runOnce, typeOf } from '../unit/pipeline/support.ts';

test('a branch that is not taken is not evaluated', () => {
  const fields = [{ name: 'd', type: 'double' }];
  const schema = JSON.stringify({ type: 'record', name: 'R', fields });
  const body = typeOf(schema).toBuffer({ d: 1e10 });
  const sql = (expression: string): string | undefined =>
    runOnce(kernelOf(`SELECT ${expression} AS c FROM t`, schema), body);
  assert.equal(sql('IF(d < 100, CAST(d AS INT), 0)'), '{"c":0}');
  assert.equal(sql('IF(d > 100, 0, CAST(d AS INT))'), '{"c":0}');
  assert.equal(sql('CASE WHEN d < 100 THEN CAST(d AS INT) ELSE 0 END'), '{"c":0}');
  for (const name of ['COALESCE', 'IFNULL', 'NVL'])
    assert.equal(sql(`${name}(NULLIF(7, 8), CAST(d AS INT))`), '{"c":7}', name);
});
