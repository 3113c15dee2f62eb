/** Query text → tokens. Comments and blanks are dropped; the last token is always `end`. */
import type { Span } from './ast.ts';
import { refuse } from './mistake.ts';

export interface Token extends Span {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'end';
  /** The word as written, the content of quotes, the digits, or the symbol. */
  readonly text: string;
  /** Upper case of a word, the symbol itself, else empty: what the grammar compares. */
  readonly key: string;
}

const blank = /[\s]+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const word = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const symbol = /<>|!=|<=|>=|\|\||=>|->|::|[=<>+\-*/%(),.;[\]{}?:&|^~]/y;

export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  const push = (kind: Token['kind'], text: string, key: string, length: number): void => {
    tokens.push({ kind, text, key, offset: at, length });
    at += length;
  };
  while (at < sql.length) {
    const skipped = match(blank);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const c = sql[at]!;
    if (c === "'" || c === '"' || c === '`') {
      const { text, length } = quoted(sql, at, c);
      if (c !== "'" && text === '') refuse({ offset: at, length }, 'a quoted name is empty');
      push(c === "'" ? 'string' : 'quoted', text, '', length);
      continue;
    }
    const found = match(word);
    if (found !== undefined) {
      push('word', found, found.toUpperCase(), found.length);
      continue;
    }
    const digits = match(number);
    if (digits !== undefined) {
      push('number', digits, '', digits.length);
      const tail = match(word);
      if (tail !== undefined)
        refuse({ offset: at, length: tail.length }, `${JSON.stringify(tail)} directly after a number`);
      continue;
    }
    if (sql.startsWith('/*', at)) refuse({ offset: at, length: 2 }, 'a comment is not closed', 'close it with */');
    const sign = match(symbol);
    if (sign === undefined) {
      const character = String.fromCodePoint(sql.codePointAt(at)!);
      refuse({ offset: at, length: character.length }, `unexpected character ${JSON.stringify(character)}`);
    }
    push('symbol', sign, sign === '!=' ? '<>' : sign, sign.length);
  }
  const last = tokens.at(-1);
  tokens.push({ kind: 'end', text: '', key: '', offset: last ? last.offset + last.length : 0, length: 0 });
  return tokens;
}

/** The text between quotes, in which a doubled quote stands for one. */
function quoted(sql: string, start: number, quote: string): { readonly text: string; readonly length: number } {
  let text = '';
  let from = start + 1;
  for (;;) {
    const close = sql.indexOf(quote, from);
    if (close < 0)
      refuse(
        { offset: start, length: 1 },
        quote === "'" ? 'a string is not closed' : 'a quoted name is not closed',
        `close it with ${quote}`,
      );
    text += sql.slice(from, close);
    if (sql[close + 1] !== quote) return { text, length: close + 1 - start };
    text += quote;
    from = close + 2;
  }
}
