/** LIKE: % is any run of characters, _ is one. Matched in time bounded by pattern × text: no regular expression, whose time isn't. */
import { RecordError } from '../ports.ts';

const any = Symbol('%');
const one = Symbol('_');
type Piece = string | typeof any | typeof one;

/** What is wrong with a pattern, or undefined. */
export function likeMistake(pattern: string, escapeBy: string | undefined): string | undefined {
  return typeof pieces(pattern, escapeBy) === 'string' ? (pieces(pattern, escapeBy) as string) : undefined;
}

function pieces(pattern: string, escapeBy: string | undefined): readonly Piece[] | string {
  const characters = Array.from(pattern);
  const out: Piece[] = [];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    if (c === escapeBy) {
      const escaped = characters[++i];
      if (escaped !== '%' && escaped !== '_' && escaped !== escapeBy)
        return `in the pattern of LIKE, ${escapeBy} may only stand before %, _ or itself`;
      out.push(escaped);
    } else out.push(c === '%' ? any : c === '_' ? one : c);
  }
  return out;
}

export function likeMatcher(pattern: string, escapeBy: string | undefined): (text: string) => boolean {
  const list = pieces(pattern, escapeBy);
  if (typeof list === 'string') throw new RecordError('sql', list);
  const plain = (part: readonly Piece[]): part is readonly string[] => part.every((p) => typeof p === 'string');
  const [first, last] = [list[0], list.at(-1)];
  if (plain(list)) return same(list.join(''));
  const inner = list.slice(first === any ? 1 : 0, last === any && list.length > 1 ? -1 : undefined);
  if (!plain(inner)) return (text) => matches(list, Array.from(text));
  const part = inner.join('');
  if (first === any && last === any) return (text) => text.includes(part);
  return first === any ? (text) => text.endsWith(part) : (text) => text.startsWith(part);
}

const same = (wanted: string) => (text: string) => text === wanted;

/** Two cursors; on a mismatch the last % takes one character more. */
function matches(list: readonly Piece[], text: readonly string[]): boolean {
  let [p, t, star, from] = [0, 0, -1, 0];
  while (t < text.length) {
    const piece = list[p];
    if (piece === any) {
      star = p++;
      from = t;
    } else if (piece === one || piece === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else return false;
  }
  while (list[p] === any) p++;
  return p === list.length;
}

/** For a pattern that isn't a literal. */
export const likeDynamic = (text: string, pattern: string, escapeBy: string): boolean =>
  likeMatcher(pattern, escapeBy === '' ? undefined : escapeBy)(text);
