/** Every case in cases/*.sql, record by record; test/integration/pipeline/sql-cases.test.ts runs them through Kafka. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { RecordError } from '../../src/pipeline/ports.ts';
import { rowsOf } from '../unit/pipeline/support.ts';
import { loadCases, type SqlCase, streams } from './cases.ts';

/** All rows; a key of the row's own stands before its value. */
function run({ input }: SqlCase): readonly string[] {
  const query = compileQuery(input);
  return query.streams.flatMap((name) => {
    const { schema, bodies } = streams[name]!;
    const kernel = query.kernel(name, schema);
    return bodies.flatMap((body) => rowsOf(kernel, body).map((row) => row ?? 'tombstone'));
  });
}

for (const one of loadCases()) {
  test(one.name, () => {
    if (one.fails.length > 0) {
      assert.throws(
        () => run(one),
        (e) => {
          assert.ok(e instanceof MillraceError, String((e as Error).stack ?? e));
          for (const wanted of one.fails) assert.ok(e.message.includes(wanted), `wanted ${wanted}\n${e.message}`);
          return e.problems.every((p) => p.position !== undefined && p.excerpt !== undefined);
        },
      );
    } else if (one.errors.length > 0) {
      assert.throws(
        () => run(one),
        (e) => e instanceof RecordError && e.stage === 'sql' && e.message.includes(one.errors[0]!),
      );
    } else assert.deepEqual(run(one), one.rows);
  });
}
