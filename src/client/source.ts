/**
 * Text that a user wrote (YAML of one or more documents, or JSON, which is YAML too) → values with their places in the
 * text. Knows nothing of what the values mean; contracts/parse.ts checks them.
 */
import { type Document, isCollection, isMap, isNode, isPair, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { failure, MillraceError, type Problem } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';

/** Syntax errors told of one text: those after the first few only follow from them. */
const syntaxProblemsMax = 10;
/** Characters of a line shown around a syntax error. */
const excerptCharsMax = 100;

/** One document of a text. */
export interface SourceDocument {
  readonly value: unknown;
  /** 1-based place of the value at a JSON pointer, or of the nearest thing around it that is written. */
  locate(pointer: string): Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Reads a text; documents with nothing in them are left out. Throws MillraceError `invalid_spec` with every syntax error. */
export function readSource(text: string): SourceDocument[] {
  if (Buffer.byteLength(text) > limits.specBytesMax) {
    const message = `The text is larger than ${limits.specBytesMax} bytes. Split it into several files.`;
    throw new MillraceError(failure('invalid_spec', message));
  }
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  const problems = parsed
    .flatMap((d) => d.errors)
    .slice(0, syntaxProblemsMax)
    .map((e) => syntaxProblem(text, lines, e.pos, e.message));
  if (problems.length > 0) throw syntaxError(problems);
  return parsed.flatMap((d) => {
    const value = toValue(d);
    return value === null || value === undefined ? [] : [{ value, locate: (p: string) => locate(d, lines, p) }];
  });
}

function parseYaml(text: string, lines: LineCounter): Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    return 'empty' in parsed ? [] : parsed;
  } catch (error) {
    // The parser is recursive: a hostile text nests until the stack ends.
    if (error instanceof RangeError) throw syntaxError([{ path: '', message: 'is nested too deeply' }]);
    throw error;
  }
}

function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const message = error instanceof ReferenceError ? error.message : 'is nested too deeply';
    throw syntaxError([{ path: '', message }]);
  }
}

function syntaxError(problems: readonly Problem[]): MillraceError {
  const first = problems[0]?.position;
  const at = first === undefined ? '' : ` at line ${first.line}, column ${first.column}`;
  return new MillraceError(failure('invalid_spec', `The text is not valid YAML or JSON${at}.`), problems);
}

function syntaxProblem(
  text: string,
  lines: LineCounter,
  [from, to]: readonly [number, number],
  message: string,
): Problem {
  const { line, column } = place(lines, Math.min(from, text.length));
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

function place(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Walks as far as the pointer's keys are written; a key's own place is given where it has one. */
function locate(document: Document.Parsed, lines: LineCounter, pointer: string): Place {
  let node: Node | null = document.contents;
  let at = node?.range?.[0] ?? document.range[0];
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isCollection(node)) break;
    const pair: unknown = isMap(node) ? node.items.find((i) => String(i.key) === key) : node.items[Number(key)];
    const next: unknown = isPair(pair) ? pair.value : pair;
    const anchor: unknown = isPair(pair) ? pair.key : pair;
    if (!isNode(anchor)) break;
    at = anchor.range?.[0] ?? at;
    node = isNode(next) ? next : null;
  }
  return place(lines, at);
}
