/** Errors as text for people: every problem with its place and remedy, SQL with its caret. Always on stderr. */
import { showsStacks } from '../config.ts';
import { MillraceError, type Problem } from '../contracts/failure.ts';
import type { SourceFile } from './documents.ts';
import { exit, exitFor } from './exit.ts';
import { Exit, UsageError, type World } from './world.ts';

/** Prints what was thrown, and says the exit code. */
export function reportError(world: World, error: unknown): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof UsageError) {
    world.err(`error: ${error.message}\n`);
    return exit.usage;
  }
  if (error instanceof MillraceError) {
    world.err(headline(error));
    for (const problem of error.problems) world.err(problemText(problem));
    if (error.failure.code === 'internal' && showsStacks(world.env)) world.err(`${error.stack}\n`);
    return exitFor(error.failure.code);
  }
  const fileError = asFileError(error);
  if (fileError !== null) {
    world.err(`error: ${fileError}\n`);
    return exit.usage;
  }
  world.err(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  world.err('This is a mistake inside of Millrace; please report it with the lines above.\n');
  return exit.internal;
}

/** What failed. Where the problems follow, without what the message says of them for those who see nothing else. */
export function headline({ failure, problems }: MillraceError, about = ''): string {
  const [first] = problems;
  const line = first === undefined ? failure.message : (failure.message.split('\n', 1)[0] ?? '');
  const told = first === undefined ? -1 : line.indexOf(first.message);
  const message = told > 0 ? `${line.slice(0, told).replace(/[:\s]+$/, '')}.` : line;
  return `error: ${about}${message} [${failure.code}]\n`;
}

/** One problem: `  file:line:column /spec/sql: message`, the marked text, the remedy. */
export function problemText(problem: Problem, source?: SourceFile): string {
  const place = source?.locate(problem);
  const where = [place, problem.path].filter((p) => p !== undefined && p !== '').join(' ');
  const inSql =
    problem.position === undefined ? '' : `line ${problem.position.line}, column ${problem.position.column}: `;
  const lines = [`  ${where === '' ? '' : `${where}: `}${inSql}${problem.message}`];
  if (problem.excerpt !== undefined) lines.push(...problem.excerpt.split('\n').map((l) => `      ${l}`));
  if (problem.remedy !== undefined) lines.push(`      → ${problem.remedy}`);
  return `${lines.join('\n')}\n`;
}

/** Files that the user named and that can't be read are the user's mistake, told in one line. */
function asFileError(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return null;
  const { code, path } = error as { code: unknown; path: unknown };
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or directory',
    EACCES: 'it may not be read',
    EISDIR: 'it is a directory',
  };
  const reason = reasons[String(code)];
  return reason === undefined ? null : `${String(path)}: ${reason}.`;
}
