/**
 * LIKE's patterns: % is any run of characters, _ is one. Matched in time bounded by pattern × text, on strings or on the
 * bytes of UTF-8 as they stand: no regular expression, whose time isn't bounded.
 */

const any: unique symbol = Symbol('%');
const one: unique symbol = Symbol('_');
/** Characters to be met as they are stand in one run. */
type Piece = string | typeof any | typeof one;

/** What a pattern asks for; `part` is what the text is, begins or ends with, or holds. */
export type LikePattern =
  | { readonly form: 'exact' | 'prefix' | 'suffix' | 'contains'; readonly part: string }
  | { readonly form: 'pieces'; readonly pieces: readonly Piece[] };

/** Without ESCAPE: takes the meaning from %, _ and itself, and is itself before anything else. */
const defaultEscape = '\\';

/** The pattern, or what is wrong with it. */
export function likePattern(pattern: string, escapeBy: string | undefined): LikePattern | string {
  const pieces: Piece[] = [];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    let c = characters[i]!;
    if (escapeBy === undefined && c === defaultEscape) {
      if (['%', '_', defaultEscape].includes(characters[i + 1] ?? '')) c = characters[++i]!;
    } else if (c === escapeBy) {
      const escaped = characters[++i];
      if (escaped !== '%' && escaped !== '_' && escaped !== escapeBy)
        return `in the pattern of LIKE, ${escapeBy} may only stand before %, _ or itself`;
      c = escaped;
    } else if (c === '%') {
      if (pieces.at(-1) !== any) pieces.push(any);
      continue;
    } else if (c === '_') {
      pieces.push(one);
      continue;
    }
    const last = pieces.at(-1);
    if (typeof last === 'string') pieces[pieces.length - 1] = last + c;
    else pieces.push(c);
  }
  return formOf(pieces);
}

function formOf(pieces: readonly Piece[]): LikePattern {
  const [first, second, third] = pieces;
  if (pieces.length === 0) return { form: 'exact', part: '' };
  if (pieces.length === 1 && first !== one)
    return first === any ? { form: 'prefix', part: '' } : { form: 'exact', part: first! as string };
  if (pieces.length === 2 && first === any && typeof second === 'string') return { form: 'suffix', part: second };
  if (pieces.length === 2 && second === any && typeof first === 'string') return { form: 'prefix', part: first };
  if (pieces.length === 3 && first === any && typeof second === 'string' && third === any)
    return { form: 'contains', part: second };
  return { form: 'pieces', pieces };
}

export type TextMatcher = (text: string) => boolean;

export function likeText(pattern: LikePattern): TextMatcher {
  if (pattern.form === 'pieces') {
    const { pieces } = pattern;
    return (text) => matchesText(pieces, text);
  }
  const { part } = pattern;
  switch (pattern.form) {
    case 'exact':
      return (text) => text === part;
    case 'prefix':
      return (text) => text.startsWith(part);
    case 'suffix':
      return (text) => text.endsWith(part);
    case 'contains':
      return (text) => text.includes(part);
  }
}

/** The same pattern for texts whose letters have been made small. */
export function inLowerCase(pattern: LikePattern): LikePattern {
  if (pattern.form !== 'pieces') return { form: pattern.form, part: pattern.part.toLowerCase() };
  return { form: 'pieces', pieces: pattern.pieces.map((p) => (typeof p === 'string' ? p.toLowerCase() : p)) };
}

/** Two cursors; on a mismatch the last % takes one character more. */
function matchesText(pieces: readonly Piece[], text: string): boolean {
  let [p, t, star, from] = [0, 0, -1, 0];
  while (t < text.length || p < pieces.length) {
    const piece = pieces[p];
    if (piece === any) {
      star = p++;
      from = t;
      if (p === pieces.length) return true;
    } else if (piece === one && t < text.length) {
      p++;
      t += characterUnits(text, t);
    } else if (typeof piece === 'string' && text.startsWith(piece, t)) {
      p++;
      t += piece.length;
    } else if (star >= 0 && from < text.length) {
      p = star + 1;
      from += characterUnits(text, from);
      t = from;
    } else return false;
  }
  return true;
}

const characterUnits = (text: string, at: number): number => (text.codePointAt(at)! > 0xffff ? 2 : 1);

export type SliceMatcher = (src: Buffer, start: number, end: number) => boolean;

/** The matcher of UTF-8 as it stands in `src[start, end)`. */
export function likeSlice(pattern: LikePattern): SliceMatcher {
  const pieces = bytesOf(pattern);
  return (src, start, end) => matchesBytes(pieces, asIs, src, start, end);
}

/** ILIKE: letters outside ASCII take the long way, by a string. */
export function ilikeSlice(pattern: LikePattern): SliceMatcher {
  const small = inLowerCase(pattern);
  const pieces = bytesOf(small);
  const text = likeText(small);
  return (src, start, end) => {
    for (let i = start; i < end; i++) if (src[i]! > 127) return text(src.toString('utf8', start, end).toLowerCase());
    return matchesBytes(pieces, lowered, src, start, end);
  };
}

type BytesPiece = Buffer | typeof any | typeof one;

function bytesOf(pattern: LikePattern): readonly BytesPiece[] {
  const { form } = pattern;
  if (form === 'pieces') return pattern.pieces.map((p): BytesPiece => (typeof p === 'string' ? Buffer.from(p) : p));
  const pieces: BytesPiece[] = [];
  if (form === 'suffix' || form === 'contains') pieces.push(any);
  if (pattern.part !== '') pieces.push(Buffer.from(pattern.part));
  if (form === 'prefix' || form === 'contains') pieces.push(any);
  return pieces;
}

const asIs = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const lowered = asIs.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** As {@link matchesText}; each byte of the text counts as `letters` has it. */
function matchesBytes(
  pieces: readonly BytesPiece[],
  letters: Uint8Array,
  src: Uint8Array,
  start: number,
  end: number,
): boolean {
  let [p, t, star, from] = [0, start, -1, start];
  while (t < end || p < pieces.length) {
    const piece = pieces[p];
    if (piece === any) {
      star = p++;
      from = t;
      if (p === pieces.length) return true;
    } else if (piece === one && t < end) {
      p++;
      t = nextCharacter(src, t, end);
    } else if (typeof piece === 'object' && isThere(piece, letters, src, t, end)) {
      p++;
      t += piece.length;
    } else if (star >= 0 && from < end) {
      p = star + 1;
      from = nextCharacter(src, from, end);
      t = from;
    } else return false;
  }
  return true;
}

function nextCharacter(src: Uint8Array, at: number, end: number): number {
  do at++;
  while (at < end && (src[at]! & 0xc0) === 0x80);
  return at;
}

function isThere(bytes: Buffer, letters: Uint8Array, src: Uint8Array, at: number, end: number): boolean {
  if (at + bytes.length > end) return false;
  for (let i = 0; i < bytes.length; i++) if (letters[src[at + i]!] !== bytes[i]) return false;
  return true;
}
