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

/** What counts of a value: values in it, characters of its keys and texts, how deep it goes. */
interface Weight {
  readonly count: number;
  readonly chars: number;
  readonly depth: number;
}

/** Of tags that YAML knows beside JSON's values. */
const noJson = 'which JSON has no form for: write it as a text in quotes';

/** One document's values; what an alias stands for counts each time: they are shared here, and written out by whoever makes JSON of them. */
class Values {
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, { readonly value: unknown; readonly weight: Weight }>();
  #count = 0;
  #chars = 0;
  /** The deepest since an anchor began, or in all. */
  #deepest = 0;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#lines = lines;
  }

  of({ contents }: Document.Parsed): unknown {
    return contents === null ? null : this.#value(contents, contents, 0);
  }

  /** `holder`: where it stands, for what has no place of its own. */
  #value(node: unknown, holder: Node, depth: number): unknown {
    if (isPair(node)) throw this.#wrong(holder, `is a list of pairs, ${noJson}`);
    if (!isNode(node)) return this.#add(holder, { count: 1, chars: 0, depth });
    if (isAlias(node)) return this.#aliased(node, node.source, depth);
    return node.anchor === undefined ? this.#written(node, depth) : this.#anchored(node, node.anchor, depth);
  }

  #written(node: Node, depth: number): unknown {
    this.#add(node, { count: 1, chars: isScalar(node) ? (node.source ?? '').length : 0, depth });
    return isScalar(node) ? this.#scalar(node) : this.#collection(node, depth);
  }

  #collection(node: Node, depth: number): unknown {
    if (!isCollection(node)) return null;
    if (!isMap(node)) return node.items.map((item) => this.#value(item, node, depth + 1));
    const values = new Map<string, unknown>();
    for (const { key: keyNode, value } of node.items) {
      if (isNode(keyNode) && !isScalar(keyNode)) throw this.#wrong(keyNode, 'a key is a plain text');
      const key = isScalar(keyNode) ? String(keyNode.value ?? '') : '';
      const at = isNode(keyNode) ? keyNode : node;
      if (values.has(key)) throw this.#wrong(at, twice(key));
      this.#add(at, { count: 0, chars: key.length, depth });
      values.set(key, this.#value(value, at, depth + 1));
    }
    return Object.fromEntries(values);
  }

  #scalar(node: Scalar): unknown {
    const { value, source = '' } = node;
    if (typeof value === 'object' && value !== null) throw this.#wrong(node, `is bytes or a date, ${noJson}`);
    if (typeof value !== 'number') return value;
    const exact = exactNumber(source, value);
    if (typeof exact === 'number' && !Number.isFinite(exact)) throw this.#wrong(node, beyondNumbers);
    return exact;
  }

  #anchored(node: Node, name: string, depth: number): unknown {
    const [count, chars, deepest] = [this.#count, this.#chars, this.#deepest];
    this.#deepest = depth;
    const value = this.#written(node, depth);
    const weight = { count: this.#count - count, chars: this.#chars - chars, depth: this.#deepest - depth };
    this.#deepest = Math.max(deepest, this.#deepest);
    this.#anchors.set(name, { value, weight });
    return value;
  }

  #aliased(node: Node, name: string, depth: number): unknown {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) throw this.#wrong(node, `there is no anchor &${name} before this alias`);
    const { value, weight } = anchored;
    this.#add(node, { ...weight, depth: depth + weight.depth });
    return value;
  }

  #add(node: Node, { count, chars, depth }: Weight): null {
    this.#count += count;
    this.#chars += chars;
    this.#deepest = Math.max(this.#deepest, depth);
    if (this.#deepest > limits.documentDepthMax) throw this.#wrong(node, tooDeep.message);
    if (this.#count > limits.documentValuesMax || this.#chars > limits.specBytesMax)
      throw this.#wrong(node, `with what its aliases stand for it ${tooMany.message}`);
    return null;
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
