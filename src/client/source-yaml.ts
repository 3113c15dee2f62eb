/**
 * YAML text → the values of its documents with places. The parser is a library's, whose cost grows with the pieces that its
 * scanner finds: these are counted first, and it is given no more of them, and none nested deeper, than limits.ts allows.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import { exactNumber } from '../contracts/exact-json.ts';
import { limits } from '../contracts/limits.ts';
import type { SourceDocument } from './source.ts';
import { type Place, placeAt, type SyntaxMistake, syntaxError } from './source-error.ts';
import { beyondNumbers, tooDeep, tooMany, twice } from './source-json.ts';

/** Throws MillraceError `invalid_spec` with every syntax error. */
export function readYaml(text: string): SourceDocument[] {
  checkPieces(text);
  const lines = new LineCounter();
  const documents = parse(text, lines);
  const mistakes = documents
    .flatMap((d) => d.errors)
    .map(({ message, pos: [from, to] }): SyntaxMistake => ({ message, from, to }));
  if (mistakes.length > 0) throw syntaxError(text, mistakes, lines);
  return documents.map((document) => ({
    value: new Values(text, lines).of(document),
    locate: (pointer) => locate(document, lines, pointer),
  }));
}

/** Begins a plain or block text among what the scanner finds, so that a bracket which follows is none. */
const textFollows = '\x1f';

function checkPieces(text: string): void {
  let pieces = 0;
  let depth = 0;
  let ofLine = 0;
  let before = '';
  for (const piece of new Lexer().lex(text)) {
    if (++pieces > limits.documentPiecesMax) throw syntaxError(text, [tooMany]);
    if (before !== textFollows) {
      if (piece === '[' || piece === '{') depth++;
      else if (piece === ']' || piece === '}') depth = Math.max(0, depth - 1);
      else if (piece === '-' || piece === '?') ofLine++;
      else if (piece === '\n' || piece === '\r\n') ofLine = 0;
      if (depth + ofLine > limits.documentDepthMax) throw syntaxError(text, [tooDeep]);
    }
    before = piece;
  }
}

function parse(text: string, lines: LineCounter): Document.Parsed[] {
  try {
    // Its own look for keys that stand twice takes the square of their number: see Values.
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
    const documents = parseAllDocuments(text, options);
    return 'empty' in documents ? [] : documents;
  } catch (error) {
    // It is recursive, and indentation nests too.
    if (error instanceof RangeError) throw syntaxError(text, [tooDeep]);
    throw error;
  }
}

/** One document's values; what an alias stands for counts each time. */
class Values {
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, { readonly value: unknown; readonly count: number; readonly chars: number }>();
  #count = 0;
  #chars = 0;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  of({ contents }: Document.Parsed): unknown {
    return contents === null ? null : this.#value(contents, 0);
  }

  #value(node: Node, depth: number): unknown {
    if (depth > limits.documentDepthMax) throw this.#wrong(node, tooDeep.message);
    if (isAlias(node)) return this.#aliased(node, node.source);
    const [countBefore, charsBefore] = [this.#count, this.#chars];
    this.#add(node, 1, isScalar(node) ? (node.source ?? '').length : 0);
    const value = isScalar(node) ? this.#scalar(node) : this.#collection(node, depth);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined)
      this.#anchors.set(anchor, { value, count: this.#count - countBefore, chars: this.#chars - charsBefore });
    return value;
  }

  #collection(node: Node, depth: number): unknown {
    if (!isCollection(node)) return null;
    if (!isMap(node)) return node.items.map((item) => (isNode(item) ? this.#value(item, depth + 1) : null));
    const values = new Map<string, unknown>();
    for (const { key: keyNode, value } of node.items) {
      if (isNode(keyNode) && !isScalar(keyNode)) throw this.#wrong(keyNode, 'a key is a plain text');
      const key = isScalar(keyNode) ? String(keyNode.value ?? '') : '';
      if (values.has(key)) throw this.#wrong(isNode(keyNode) ? keyNode : node, twice(key));
      values.set(key, isNode(value) ? this.#value(value, depth + 1) : null);
    }
    return Object.fromEntries(values);
  }

  #scalar(node: Scalar): unknown {
    const { value, source = '' } = node;
    if (typeof value !== 'number') return value;
    const exact = exactNumber(source, value);
    if (typeof exact === 'number' && !Number.isFinite(exact)) throw this.#wrong(node, beyondNumbers);
    return exact;
  }

  #aliased(node: Node, name: string): unknown {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) throw this.#wrong(node, `there is no anchor &${name} before this alias`);
    this.#add(node, anchored.count, anchored.chars);
    return anchored.value;
  }

  #add(node: Node, count: number, chars: number): void {
    this.#count += count;
    this.#chars += chars;
    if (this.#count > limits.documentValuesMax || this.#chars > limits.specBytesMax)
      throw this.#wrong(node, `with what its aliases stand for it ${tooMany.message}`);
  }

  #wrong(node: Node, message: string) {
    const [from, to] = node.range ?? [0, 0];
    return syntaxError(this.#text, [{ message, from, to }], this.#lines);
  }
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
  return placeAt(lines, at);
}
