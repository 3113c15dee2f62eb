/** What is wrong with the syntax of a text that a user wrote: told by line and column, with the line and a caret under the place. */
import { LineCounter } from 'yaml';
import { clipped } from '../contracts/clipped.ts';
import { failure, MillraceError, type Problem } from '../contracts/failure.ts';

/** Syntax errors told of one text: those after the first few only follow from them. */
const syntaxProblemsMax = 10;
/** Characters of a line shown around a syntax error. */
const excerptCharsMax = 100;
/** Characters of what is told of one: it may quote a name as long as the text. */
const messageCharsMax = 300;

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mistake of syntax; without `from` it is one of the whole text. */
export interface SyntaxMistake {
  readonly message: string;
  /** Offset of the mistake's first character, and behind its last. */
  readonly from?: number;
  readonly to?: number;
}

export function syntaxError(
  text: string,
  mistakes: readonly SyntaxMistake[],
  lines: LineCounter = linesOf(text),
): MillraceError {
  const problems = mistakes.slice(0, syntaxProblemsMax).map((m) => problemOf(text, lines, m));
  const first = problems[0]?.position;
  const at = first === undefined ? '' : ` at line ${first.line}, column ${first.column}`;
  return new MillraceError(failure('invalid_spec', `The text is not valid YAML or JSON${at}.`), problems);
}

/** For texts that the YAML parser hasn't read. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function problemOf(text: string, lines: LineCounter, { message: said, from, to = 0 }: SyntaxMistake): Problem {
  const message = clipped(said, messageCharsMax);
  if (from === undefined) return { path: '', message };
  const { line, column } = placeAt(lines, Math.min(from, text.length));
  const lineStart = lines.lineStarts[line - 1] ?? 0;
  const shownFrom = lineStart + Math.max(0, column - 1 - excerptCharsMax / 2);
  const written = text.slice(shownFrom, shownFrom + excerptCharsMax).split('\n', 1)[0] ?? '';
  const indent = lineStart + column - 1 - shownFrom;
  const length = Math.max(1, Math.min(to - from, written.length - indent));
  return {
    path: '',
    message,
    position: { line, column, length },
    excerpt: `${written}\n${' '.repeat(indent)}${'^'.repeat(length)}`,
  };
}
