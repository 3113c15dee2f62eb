/** Literals: strings, numbers, bytes, dates and times, intervals. Whether a date or an interval is a real one, the binder checks. */
import type { Expression } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refuse } from './mistake.ts';
import { node } from './parse-node.ts';
import { numbers } from './parse-type.ts';
import { intervalUnits, parseIntervalUnit, parseMultiple } from './parse-unit.ts';
import { reserved } from './refusals.ts';

/** A literal that begins with a word, or undefined where the word is none: `date` is a name unless a string follows. */
export function wordLiteral(cursor: Cursor): Expression | undefined {
  const first = cursor.next;
  const following = cursor.peek(1);
  switch (first.key) {
    case 'TRUE':
    case 'FALSE':
      cursor.advance();
      return node(cursor, first, { kind: 'boolean', value: first.key === 'TRUE' });
    case 'NULL':
      cursor.advance();
      return node(cursor, first, { kind: 'null' });
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      if (following.kind === 'string') {
        cursor.advance();
        return node(cursor, first, { kind: 'datetime', type: first.key, text: cursor.advance().text });
      }
      break;
    case 'INTERVAL':
      return beginsInterval(cursor) ? interval(cursor) : undefined;
  }
  if (following.kind !== 'string') {
    if (first.key === 'TIMESTAMP' && following.key === 'WITH') refuseZonedLiteral(cursor);
    return undefined;
  }
  if (first.key === 'TIMESTAMP_LTZ') refuseZonedLiteral(cursor);
  if (following.offset !== first.offset + first.length || !cursor.isName()) return undefined;
  if (first.key === 'X') return binaryString(cursor);
  // What a string's characters are is said with it; here all are Unicode.
  if (first.key === 'N' || characterSets.has(first.key)) {
    cursor.advance();
    return joinedStrings(cursor);
  }
  return refuse(first, `strings that begin with ${first.text}' are not supported yet`, "N'…', U&'…' and X'00ff' do");
}

const characterSets: ReadonlySet<string> = new Set(['_UTF8', '_UTF16', '_UTF16LE', '_UNICODE', '_LATIN1', '_ASCII']);

/** A string, and those that stand right behind it: they are one. */
export function joinedStrings(cursor: Cursor): Expression {
  const first = cursor.next;
  let value = '';
  while (cursor.next.kind === 'string') value += cursor.advance().text;
  return node(cursor, first, { kind: 'string', value });
}

/** Whether U&'…' comes next, in which \0041 is a character by its code. */
export const atUnicodeString = (cursor: Cursor): boolean => {
  const [first, sign, text] = [cursor.next, cursor.peek(1), cursor.peek(2)];
  if (first.key !== 'U' || sign.key !== '&' || text.kind !== 'string') return false;
  return sign.offset === first.offset + 1 && text.offset === sign.offset + 1;
};

export function unicodeString(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const text = cursor.next;
  const { value: written } = joinedStrings(cursor) as Expression & { kind: 'string' };
  let by = '\\';
  if (cursor.take('UESCAPE')) {
    if (cursor.next.kind !== 'string' || !/^[^0-9a-f+'"\s]$/i.test(cursor.next.text))
      cursor.unexpected('one character that marks codes', "write UESCAPE '!'");
    by = cursor.advance().text;
  }
  const value = unescaped(written, by);
  if (value === undefined)
    refuse(text, `in U&'…', ${by} stands before four hexadecimal digits, + and six of them, or itself`);
  return node(cursor, first, { kind: 'string', value });
}

/** Undefined: an escape that is none. */
function unescaped(text: string, by: string): string | undefined {
  const [first = '', ...parts] = text.split(by);
  let value = first;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part === '' && i + 1 < parts.length) value += `${by}${parts[++i]!}`;
    else {
      const code = /^(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/i.exec(part);
      const point = code === null ? Number.NaN : Number.parseInt(code[1] ?? code[2]!, 16);
      if (!(point <= 0x10ffff)) return undefined;
      value += String.fromCodePoint(point) + part.slice(code![0].length);
    }
  }
  return value;
}

function refuseZonedLiteral(cursor: Cursor): never {
  return refuse(
    cursor.next,
    'literals of TIMESTAMP_LTZ are not supported yet',
    "write CAST('2026-01-31 12:00:00' AS TIMESTAMP_LTZ(3))",
  );
}

function binaryString(cursor: Cursor): Expression {
  const first = cursor.advance();
  const digits = cursor.advance();
  const wrong = digits.text.search(/[^0-9a-fA-F]/);
  if (wrong >= 0)
    refuse({ offset: digits.offset + 1 + wrong, length: 1 }, "X'…' holds something that is no hexadecimal digit");
  if (digits.text.length % 2 !== 0)
    refuse(digits, "X'…' holds an odd number of digits", 'each byte is two: write 0a, not a');
  return node(cursor, first, { kind: 'binary-string', hex: digits.text });
}

/** `interval` is a name unless a text follows, with or without a sign; before a sign only if a unit follows, too. */
function beginsInterval(cursor: Cursor): boolean {
  const following = cursor.peek(1);
  if (following.kind === 'string' || following.kind === 'number') return true;
  if (!['+', '-'].includes(following.key) || cursor.peek(2).kind !== 'string') return false;
  const unit = cursor.peek(3);
  return unit.kind === 'word' && !reserved.has(unit.key);
}

function interval(cursor: Cursor): Expression {
  const first = cursor.advance();
  const negated = cursor.takeOneOf(['-', '+']) === '-';
  const { kind, text } = cursor.next;
  if (kind !== 'string') refuse(cursor.next, 'the text of an INTERVAL stands in quotes', `write INTERVAL '${text}'`);
  cursor.advance();
  const multiple = parseMultiple(cursor);
  if (multiple !== undefined) {
    numbers(cursor);
    return node(cursor, first, {
      kind: 'interval',
      text,
      negated,
      from: multiple.of,
      to: undefined,
      times: multiple.times,
    });
  }
  const from = parseIntervalUnit(cursor);
  // A precision in digits, which Calcite wants for long intervals: none is too long here.
  numbers(cursor);
  if (!cursor.take('TO')) return node(cursor, first, { kind: 'interval', text, negated, from, to: undefined });
  const unit = cursor.next;
  const to = parseIntervalUnit(cursor);
  numbers(cursor);
  const [a, b] = [intervalUnits.indexOf(from), intervalUnits.indexOf(to)];
  // YEAR TO MONTH, or from a unit of DAY … SECOND to a smaller one.
  if (a >= b || (a < 2 && b > 1))
    refuse(
      unit,
      `there is no INTERVAL ${from} TO ${to}`,
      'there are YEAR TO MONTH, and DAY, HOUR, MINUTE TO a smaller unit',
    );
  return node(cursor, first, { kind: 'interval', text, negated, from, to });
}
