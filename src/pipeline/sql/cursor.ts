/** A place in the tokens, and how deep the parser stands there: what all of its parts share. */
import { limits } from '../../contracts/limits.ts';
import type { Name, Span } from './ast.ts';
import { refuse } from './mistake.ts';
import { notAlias, reserved } from './refusals.ts';
import type { Token } from './tokens.ts';

export class Cursor {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.peek(0);
  }

  /** The last token read. */
  get last(): Token {
    return this.peek(-1);
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.max(0, Math.min(this.#index + ahead, this.#tokens.length - 1))]!;
  }

  advance(): Token {
    const token = this.next;
    this.#index++;
    return token;
  }

  /** Whether these keys come next, in this order. */
  at(key: string, ...more: readonly string[]): boolean {
    return this.next.key === key && more.every((k, i) => this.peek(i + 1).key === k);
  }

  take(key: string, ...more: readonly string[]): boolean {
    if (!this.at(key, ...more)) return false;
    this.#index += more.length + 1;
    return true;
  }

  /** The first of the words that comes next, taken. */
  takeOneOf<W extends string>(words: readonly W[]): W | undefined {
    return words.find((word) => this.take(word));
  }

  expect(key: string, why: string): Token {
    if (!this.at(key)) this.unexpected(key, why);
    return this.advance();
  }

  isName(): boolean {
    const { kind, key } = this.next;
    return kind === 'quoted' || (kind === 'word' && !reserved.has(key));
  }

  name(what: string): Name {
    if (!this.isName())
      this.unexpected(what, this.next.kind === 'word' ? 'it is a keyword: quote it to use it as a name' : undefined);
    return this.#take();
  }

  /** Where no keyword may stand, as after a dot, each word is a name. */
  field(): Name {
    if (this.next.kind !== 'word' && this.next.kind !== 'quoted')
      this.unexpected('a field', this.at('*') ? 'only a table has .*' : undefined);
    return this.#take();
  }

  /** A name after AS, or without AS where it can't be the next clause. */
  alias(): Name | undefined {
    if (this.take('AS')) return this.name('a name after AS');
    const { key } = this.next;
    if (!this.isName() || notAlias.has(key) || this.at('KEY', 'BY')) return undefined;
    return this.#take();
  }

  #take(): Name {
    const { text, offset, length } = this.advance();
    return Object.freeze({ text, offset, length });
  }

  /** Whether a query begins here. */
  atQuery(): boolean {
    if (this.at('WITH')) return this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted';
    return this.at('SELECT') || this.at('VALUES', '(');
  }

  /** From `first` to the last token read. */
  span(first: Span): Span {
    const { offset, length } = this.last;
    return Object.freeze({ offset: first.offset, length: offset + length - first.offset });
  }

  /** Items separated by commas: at least one. */
  list<T>(item: () => T): readonly T[] {
    const items: T[] = [];
    do items.push(item());
    while (this.take(','));
    return Object.freeze(items);
  }

  /** Parses something that may hold itself; refuses what is too deep, since the parser and all that walks its result are recursive. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > limits.sqlDepthMax) this.tooDeep(this.next);
    const parsed = parse();
    this.#depth--;
    return parsed;
  }

  tooDeep(span: Span): never {
    refuse({ offset: span.offset, length: span.length }, `the query is nested deeper than ${limits.sqlDepthMax}`);
  }

  unexpected(wanted: string, why?: string): never {
    const { next } = this;
    const found = next.kind === 'end' ? 'the text ends' : `found ${JSON.stringify(next.text)}`;
    refuse(next, `expected ${wanted}, but ${found}`, why);
  }
}
