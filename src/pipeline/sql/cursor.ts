/** A place in the tokens: what the two parsers share. */
import type { Name } from './ast.ts';
import { refuse } from './mistake.ts';
import { reserved } from './refusals.ts';
import type { Token } from './tokens.ts';

export class Cursor {
  readonly #tokens: readonly Token[];
  #index = 0;
  /** Calls of the recursive parser that are open. */
  depth = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!;
  }

  advance(): Token {
    const token = this.next;
    this.#index++;
    return token;
  }

  at(key: string): boolean {
    return this.next.key === key;
  }

  take(key: string): boolean {
    if (!this.at(key)) return false;
    this.#index++;
    return true;
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
    const { text, offset, length } = this.advance();
    return Object.freeze({ text, offset, length });
  }

  unexpected(wanted: string, why?: string): never {
    const { next } = this;
    const found = next.kind === 'end' ? 'the query ends' : `found ${JSON.stringify(next.text)}`;
    refuse(next, `expected ${wanted}, but ${found}`, why);
  }
}
