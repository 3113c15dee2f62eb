/** Parsing with the error that users see. */
import type { Expression, Query } from './ast.ts';
import { invalidSql, MistakeFound } from './mistake.ts';
import { parseQuery, parseSinkExpression } from './parse.ts';

/** Throws MillraceError `invalid_sql`. */
export function parseQueryOrThrow(sql: string): Query {
  return orInvalidSql(sql, () => parseQuery(sql));
}

/** An expression of a sink; `path` is where it stands in the spec (JSON pointer). Throws MillraceError `invalid_sql`. */
export function parseExpressionOrThrow(sql: string, path?: string): Expression {
  return orInvalidSql(sql, () => parseSinkExpression(sql), path);
}

function orInvalidSql<T>(sql: string, parse: () => T, path?: string): T {
  try {
    return parse();
  } catch (found) {
    if (found instanceof MistakeFound) throw invalidSql(sql, [found.mistake], path);
    throw found;
  }
}
