/**
 * The replacement of REGEXP_REPLACE, in Java's form, as Calcite has it: $0 is the match, $1 a group by its number, ${name} one
 * by its name; a backslash takes the sign after it as it is.
 */
import { fail } from './fail.ts';

/** A match's groups by number (0 is the match), and by name. */
export interface Groups {
  readonly count: number;
  readonly names: ReadonlySet<string>;
}

type Piece = string | { readonly group: number } | { readonly name: string };

/** What a match becomes. `groups` is undefined where no group has a name; groups that took no part are undefined, and nothing. */
export type Replacement = (
  numbered: readonly (string | undefined)[],
  named: Readonly<Record<string, string | undefined>> | undefined,
) => string;

const digit = (character: string | undefined): number =>
  character !== undefined && character >= '0' && character <= '9' ? Number(character) : -1;

function pieces(text: string, { count, names }: Groups): readonly Piece[] {
  const wrong = (what: string): never => fail(`in the replacement ${text}, ${what}`);
  const found: Piece[] = [];
  let plain = '';
  const reference = (piece: Piece): void => {
    found.push(plain, piece);
    plain = '';
  };
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      if (++i === text.length) wrong('nothing follows the backslash at its end');
      plain += text[i];
    } else if (text[i] !== '$') plain += text[i];
    else if (text[i + 1] === '{') {
      const end = text.indexOf('}', i);
      const name = text.slice(i + 2, end < 0 ? text.length : end);
      if (end < 0 || !names.has(name)) wrong(`there is no group \${${name}}`);
      reference({ name });
      i = end;
    } else {
      let group = digit(text[++i]);
      if (group < 0) wrong('a number of a group follows $; a $ of its own is \\$');
      if (group > count) wrong(`there is no group $${group}`);
      // As many digits more as there are groups of that number.
      for (let next = digit(text[i + 1]); next >= 0 && group * 10 + next <= count; next = digit(text[i + 1])) {
        group = group * 10 + next;
        i++;
      }
      reference({ group });
    }
  }
  found.push(plain);
  return found.filter((piece) => piece !== '');
}

/** Throws where the replacement names a group that the pattern does not have. */
export function replacement(text: string, groups: Groups): Replacement {
  const list = pieces(text, groups);
  if (list.length === 0) return () => '';
  const [only] = list;
  if (list.length === 1 && typeof only === 'string') return () => only;
  return (numbered, named) => {
    let out = '';
    for (const piece of list)
      if (typeof piece === 'string') out += piece;
      else out += ('group' in piece ? numbered[piece.group] : named?.[piece.name]) ?? '';
    return out;
  };
}
