/** Parsing with the error that users see. */
import type { Query } from './ast.ts';
import { invalidSql, MistakeFound } from './mistake.ts';
import { parseQuery } from './parse.ts';

/** Throws MillraceError `invalid_sql`. */
export function parseQueryOrThrow(sql: string): Query {
  try {
    return parseQuery(sql);
  } catch (found) {
    if (found instanceof MistakeFound) throw invalidSql(sql, [found.mistake]);
    throw found;
  }
}
