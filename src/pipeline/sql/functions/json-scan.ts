/**
 * Reads JSON (RFC 8259) in place: a value is where it begins in the text, nothing is built, and numbers keep the digits
 * they are written with. {@link isJson} checks a whole text; the rest takes texts that it has found to be JSON.
 */
import { limits } from '../../../contracts/limits.ts';

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

let [lastText, lastAnswer] = ['', false];

/** Whether the text is one JSON value, nested no deeper than valueDepthMax. Several functions of one record often ask for the same text. */
export function isJson(text: string): boolean {
  if (text === lastText) return lastAnswer;
  const end = checkValue(text, skipSpace(text, 0), 0);
  lastAnswer = end >= 0 && skipSpace(text, end) === text.length;
  lastText = text;
  return lastAnswer;
}

function skipSpace(text: string, at: number): number {
  for (; ; at++) {
    const c = text.charCodeAt(at);
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return at;
  }
}

/** Where the value ends; -1 where there is none. */
function checkValue(text: string, at: number, depth: number): number {
  switch (text.charCodeAt(at)) {
    case quote:
      return checkString(text, at);
    case openBrace:
      return checkItems(text, at, depth + 1, closeBrace);
    case openBracket:
      return checkItems(text, at, depth + 1, closeBracket);
    case 0x74:
      return text.startsWith('true', at) ? at + 4 : -1;
    case 0x66:
      return text.startsWith('false', at) ? at + 5 : -1;
    case 0x6e:
      return text.startsWith('null', at) ? at + 4 : -1;
    default:
      return checkNumber(text, at);
  }
}

/** An array's elements, or an object's members. */
function checkItems(text: string, at: number, depth: number, close: number): number {
  if (depth > limits.valueDepthMax) return -1;
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === close) return at + 1;
  for (;;) {
    if (close === closeBrace) {
      if (text.charCodeAt(at) !== quote) return -1;
      at = checkString(text, at);
      if (at < 0) return -1;
      at = skipSpace(text, at);
      if (text.charCodeAt(at) !== colon) return -1;
      at = skipSpace(text, at + 1);
    }
    at = checkValue(text, at, depth);
    if (at < 0) return -1;
    at = skipSpace(text, at);
    const c = text.charCodeAt(at);
    if (c === close) return at + 1;
    if (c !== comma) return -1;
    at = skipSpace(text, at + 1);
  }
}

function checkString(text: string, at: number): number {
  for (at++; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === quote) return at + 1;
    if (c < 0x20) return -1;
    if (c !== backslash) continue;
    const letter = text[++at];
    if (letter === undefined || !'"\\/bfnrtu'.includes(letter)) return -1;
    if (letter !== 'u') continue;
    for (const last = at + 4; at < last; ) if (!isHexDigit(text.charCodeAt(++at))) return -1;
  }
  return -1;
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isHexDigit = (c: number): boolean => isDigit(c) || ((c | 32) >= 97 && (c | 32) <= 102);

function checkNumber(text: string, at: number): number {
  if (text[at] === '-') at++;
  const whole = at;
  at = skipDigits(text, at);
  if (at === whole || (text[whole] === '0' && at - whole > 1)) return -1;
  if (text[at] === '.') {
    const end = skipDigits(text, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (text[at] !== 'e' && text[at] !== 'E') return at;
  at++;
  if (text[at] === '+' || text[at] === '-') at++;
  const end = skipDigits(text, at);
  return end === at ? -1 : end;
}

function skipDigits(text: string, at: number): number {
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Where the whole text's value begins. */
export const rootOf = (text: string): number => skipSpace(text, 0);

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** Named as the method type() of SQL/JSON paths names them. */
export function kindAt(text: string, at: number): JsonKind {
  switch (text.charCodeAt(at)) {
    case openBrace:
      return 'object';
    case openBracket:
      return 'array';
    case quote:
      return 'string';
    case 0x74:
    case 0x66:
      return 'boolean';
    case 0x6e:
      return 'null';
    default:
      return 'number';
  }
}

/** Where the value at `at` ends. */
export function endOf(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case quote:
      return endOfString(text, at);
    case openBrace:
    case openBracket:
      return endOfItems(text, at);
    default:
      while (at < text.length && !endsScalar(text.charCodeAt(at))) at++;
      return at;
  }
}

const endsScalar = (c: number): boolean => c <= 0x20 || c === comma || c === closeBracket || c === closeBrace;

function endOfString(text: string, at: number): number {
  for (;;) {
    at = text.indexOf('"', at + 1);
    let before = at;
    while (text.charCodeAt(before - 1) === backslash) before--;
    if ((at - before) % 2 === 0) return at + 1;
  }
}

function endOfItems(text: string, at: number): number {
  let depth = 0;
  for (;;) {
    const c = text.charCodeAt(at);
    if (c === quote) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    if (c === openBrace || c === openBracket) depth++;
    else if ((c === closeBrace || c === closeBracket) && --depth === 0) return at;
  }
}

/** Where the first element, or the first member's key, of the array or object at `at` begins; -1 where it is empty. */
export function firstIn(text: string, at: number): number {
  at = skipSpace(text, at + 1);
  const c = text.charCodeAt(at);
  return c === closeBracket || c === closeBrace ? -1 : at;
}

/** Where the next element or key begins, `at` being the last one's value; -1 where there is none. */
export function nextAfter(text: string, at: number): number {
  at = skipSpace(text, endOf(text, at));
  return text.charCodeAt(at) === comma ? skipSpace(text, at + 1) : -1;
}

/** Where the value of the member begins whose key is at `key`. */
export const valueOfMember = (text: string, key: number): number =>
  skipSpace(text, skipSpace(text, endOfString(text, key)) + 1);

/** The text of the string at `at`. */
export function stringAt(text: string, at: number): string {
  const written = text.slice(at, endOfString(text, at));
  return written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
}

/** Where the value of the object's member of that name begins, the last if there are several; -1 where there is none. */
export function memberNamed(text: string, object: number, name: string): number {
  let found = -1;
  for (let key = firstIn(text, object); key >= 0; ) {
    const keyEnd = endOfString(text, key);
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    if (isKey(text, key, keyEnd, name)) found = value;
    key = nextAfter(text, value);
  }
  return found;
}

function isKey(text: string, key: number, end: number, name: string): boolean {
  // What is written with an escape is longer than what it stands for.
  if (end - key - 2 < name.length) return false;
  if (end - key - 2 === name.length) return text.startsWith(name, key + 1) && !name.includes('\\');
  for (let at = key; at < end; at++) if (text.charCodeAt(at) === backslash) return stringAt(text, key) === name;
  return false;
}
