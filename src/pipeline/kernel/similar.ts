/**
 * SIMILAR TO: SQL's regular expressions (SQL:2016, 8.6) as JavaScript's. % is any run of characters, _ is one; | * + ? {m,n}
 * ( ) [ ] have their meanings, and a point is any character, as in Flink; every other character is itself. The whole text must match.
 */

import { regularExpression } from '../regular-expression.ts';

/** Class names of the standard → what they hold. */
const classes: Readonly<Record<string, string>> = {
  ALPHA: '\\p{L}',
  UPPER: '\\p{Lu}',
  LOWER: '\\p{Ll}',
  DIGIT: '0-9',
  ALNUM: '\\p{L}0-9',
  SPACE: ' ',
  WHITESPACE: '\\s',
};

/** The regular expression, or what is wrong with the pattern. */
export function similarPattern(pattern: string, escapeBy: string | undefined): RegExp | string {
  const translated = new Translation(Array.from(pattern), escapeBy).all();
  if (typeof translated !== 'string') return translated.mistake;
  try {
    return regularExpression(`^(?:${translated})$`, 'su');
  } catch {
    return 'in the pattern of SIMILAR TO, a bound {m,n} or a range of [ ] ends before it begins, or it is too large';
  }
}

interface Mistake {
  readonly mistake: string;
}

const special = new Set('^$.*+?()[]{}|\\/');
const literal = (character: string): string => (special.has(character) ? `\\${character}` : character);
/** Within brackets; only there has - a meaning, and may it be escaped. */
const inSet = (character: string): string => (character === '-' ? '\\-' : literal(character));

class Translation {
  readonly #characters: readonly string[];
  readonly #escapeBy: string | undefined;
  #at = 0;
  #open = 0;
  constructor(characters: readonly string[], escapeBy: string | undefined) {
    this.#characters = characters;
    this.#escapeBy = escapeBy;
  }

  all(): string | Mistake {
    let out = '';
    /** Whether something stands there that may be repeated. */
    let repeatable = false;
    while (this.#at < this.#characters.length) {
      const c = this.#characters[this.#at++]!;
      if (c === this.#escapeBy) {
        const escaped = this.#escaped(literal);
        if (typeof escaped !== 'string') return escaped;
        out += escaped;
        repeatable = true;
        continue;
      }
      switch (c) {
        case '%':
          out += '(?:.*)';
          repeatable = true;
          break;
        case '_':
        case '.':
          out += '.';
          repeatable = true;
          break;
        case '(':
          this.#open++;
          out += '(?:';
          repeatable = false;
          break;
        case ')':
          if (this.#open-- === 0) return wrong('a ) has no ( before it');
          out += ')';
          repeatable = true;
          break;
        case '|':
          out += '|';
          repeatable = false;
          break;
        case '*':
        case '+':
        case '?':
        case '{': {
          if (!repeatable) return wrong(`nothing stands before ${c} that could be repeated`);
          const count = c === '{' ? this.#count() : c;
          if (typeof count !== 'string') return count;
          out += count;
          repeatable = false;
          break;
        }
        case '[': {
          const set = this.#set();
          if (typeof set !== 'string') return set;
          out += set;
          repeatable = true;
          break;
        }
        case ']':
        case '}':
          return wrong(`a ${c} has no ${c === ']' ? '[' : '{'} before it`);
        default:
          out += literal(c);
          repeatable = true;
      }
    }
    return this.#open > 0 ? wrong('a ( is never closed') : out;
  }

  #escaped(write: typeof literal): string | Mistake {
    const c = this.#characters[this.#at++];
    if (c === this.#escapeBy || (c !== undefined && '%_.|*+?{}()[]^-'.includes(c))) return write(c!);
    return wrong(`${this.#escapeBy} may only stand before a character that has a meaning, or itself`);
  }

  /** Behind `{`. */
  #count(): string | Mistake {
    const rest = this.#characters.slice(this.#at).join('');
    const found = /^(\d{1,4})(,(\d{0,4}))?\}/.exec(rest);
    if (found === null) return wrong('behind { a count must stand: {3}, {3,} or {3,5}');
    this.#at += found[0].length;
    return `{${found[0]}`;
  }

  /** Behind `[`. */
  #set(): string | Mistake {
    let out = '[';
    if (this.#characters[this.#at] === '^') {
      out += '^';
      this.#at++;
    }
    const first = this.#at;
    for (;;) {
      const c = this.#characters[this.#at++];
      if (c === undefined) return wrong('a [ is never closed');
      if (c === ']') return this.#at - 1 === first ? wrong('[ ] holds nothing') : `${out}]`;
      if (c === this.#escapeBy) {
        const escaped = this.#escaped(inSet);
        if (typeof escaped !== 'string') return escaped;
        out += escaped;
      } else if (c === '[') {
        const named = /^:([A-Z]+):\]/i.exec(this.#characters.slice(this.#at).join(''));
        const name = named === null ? '' : named[1]!.toUpperCase();
        if (!Object.hasOwn(classes, name)) return wrong('within [ ] only [:ALPHA:] and the like may stand in brackets');
        out += classes[name]!;
        this.#at += named![0].length;
      } else out += c === '-' && this.#isRange(first) ? '-' : inSet(c);
    }
  }

  /** Whether the - just read stands between two characters. */
  #isRange(first: number): boolean {
    return this.#at - 1 > first && this.#characters[this.#at] !== ']';
  }
}

const wrong = (what: string): Mistake => ({ mistake: `in the pattern of SIMILAR TO, ${what}` });
