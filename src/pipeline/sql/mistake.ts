/** What is wrong with a query, and how it is shown: line, column, an excerpt with a caret. */
import { clipped } from '../../contracts/clipped.ts';
import { failure, MillraceError, type Problem } from '../../contracts/failure.ts';
import type { Span } from './ast.ts';

export interface Mistake {
  readonly span: Span;
  readonly message: string;
  readonly remedy?: string;
}

/** Thrown by the lexer and the parser, which stop at the first mistake. Never leaves this folder. */
export class MistakeFound extends Error {
  readonly mistake: Mistake;
  constructor(mistake: Mistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}

export function refuse(span: Span, message: string, remedy?: string): never {
  throw new MistakeFound(remedy === undefined ? { span, message } : { span, message, remedy });
}

/** The MillraceError `invalid_sql` that carries all the mistakes. `path` is where the SQL stands in the spec (JSON pointer). */
export function invalidSql(sql: string, mistakes: readonly Mistake[], path = '/spec/sql'): MillraceError {
  const problems = mistakes.map((m) => problem(sql, m, path));
  const lines = problems.map((p) => {
    const at = `line ${p.position!.line}, column ${p.position!.column}: ${p.message}`;
    return `${at}${p.remedy === undefined ? '' : `; ${p.remedy}`}\n${p.excerpt}`;
  });
  return new MillraceError(failure('invalid_sql', `The SQL is wrong. ${lines.join('\n')}`), problems);
}

/** Characters of a message and of a remedy: both quote the query's words, and a failure must have room for the excerpt. */
const messageMax = 500;
/** Characters of a line that an excerpt shows: a query on one line of 60 KB is cut around the place. */
const excerptMax = 160;

function problem(sql: string, mistake: Mistake, path: string): Problem {
  const offset = Math.min(mistake.span.offset, sql.length);
  const lineStart = sql.lastIndexOf('\n', offset - 1) + 1;
  const newline = sql.indexOf('\n', offset);
  const lineEnd = newline < 0 ? sql.length : newline;
  const line = sql.slice(0, lineStart).split('\n').length;
  const column = offset - lineStart;
  const length = Math.max(1, Math.min(mistake.span.length, lineEnd - offset));
  const cut = Math.max(0, column - excerptMax / 2);
  const shown = sql.slice(lineStart + cut, Math.min(lineEnd, lineStart + cut + excerptMax)).replace(/[\t\r]/g, ' ');
  const marks = '^'.repeat(Math.max(1, Math.min(length, shown.length - (column - cut))));
  return {
    path,
    message: clipped(mistake.message, messageMax),
    ...(mistake.remedy === undefined ? {} : { remedy: clipped(mistake.remedy, messageMax) }),
    position: { line, column: column + 1, length },
    excerpt: `${shown}\n${' '.repeat(column - cut)}${marks}`,
  };
}
