/** What the binder's tests share: a query's output types and rows over the streams of the SQL cases, and its mistakes. */
import assert from 'node:assert/strict';
import { MillraceError, type Problem } from '../../../../src/contracts/failure.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import type { CompileInput } from '../../../../src/pipeline/ports.ts';
import { streams } from '../../../sql/cases.ts';
import { rowsOf } from '../support.ts';

const schemas = Object.fromEntries(Object.entries(streams).map(([name, { schema }]) => [name, schema]));

export const compile = (sql: string, more: Partial<CompileInput> = {}) =>
  compileQuery({ sql, streams: schemas, format: 'json', ...more });

/** The output columns' types, by name. */
export const typesOf = (sql: string): Readonly<Record<string, string>> =>
  Object.fromEntries(compile(sql).output.map((column) => [column.name, column.type]));

/** The rows of all records of the streams, as the sink has them. */
export function allRows(sql: string): readonly unknown[] {
  const query = compile(sql);
  return query.streams.flatMap((name) => {
    const { schema, bodies } = streams[name]!;
    const kernel = query.kernel(name, schema);
    return bodies.flatMap((body) => rowsOf(kernel, body).map((row) => JSON.parse(row ?? 'null') as unknown));
  });
}

/** The mistakes of a query that is refused. */
export function problemsOf(sql: string, more: Partial<CompileInput> = {}): readonly Problem[] {
  try {
    compile(sql, more);
  } catch (error) {
    assert.ok(error instanceof MillraceError, String((error as Error).stack));
    assert.equal(error.failure.code, 'invalid_sql');
    return error.problems;
  }
  return assert.fail(`not refused: ${sql}`);
}
