/**
 * JSON text → its value with places. The engine's own parser says whether it is JSON; a second look finds what that one
 * doesn't tell: places, keys that stand twice, numbers that a double can't hold.
 */
import { exactNumber } from '../contracts/exact-json.ts';
import { limits } from '../contracts/limits.ts';
import type { SourceDocument } from './source.ts';
import { linesOf, placeAt, type SyntaxMistake, syntaxError } from './source-error.ts';

/** A value, and where it begins, or its key does. */
interface Part {
  readonly at: number;
  readonly value: unknown;
  /** By their keys or numbers. */
  readonly parts?: ReadonlyMap<string, Part>;
}

/** An object or array whose end has not come. */
interface Open {
  readonly at: number;
  readonly isArray: boolean;
  readonly parts: Map<string, Part>;
  /** The key whose value comes next, and where it stands. */
  key: { readonly text: string; readonly at: number } | null;
}

/** Throws MillraceError `invalid_spec`. */
export function readJson(text: string): SourceDocument {
  if (text.startsWith('\uFEFF')) return readJson(text.slice(1));
  if (text.trim() === '') return { value: undefined, locate: () => ({ line: 1, column: 1 }) };
  try {
    JSON.parse(text);
  } catch (error) {
    throw syntaxError(text, [mistakeOf(text, (error as Error).message)]);
  }
  const whole = readParts(text);
  return { value: whole.value, locate: (pointer) => placeAt(linesOf(text), offsetAt(whole, pointer)) };
}

/** The engine doesn't always say where it is: there ends the shortest beginning of the text that no continuation makes JSON. */
function mistakeOf(text: string, message: string): SyntaxMistake {
  let [good, bad] = [0, text.length];
  if (isUnfinished(text)) good = bad;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUnfinished(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return { message: message.replace(/, (\.\.\.)?".*$|( in JSON)? at position.*$/s, ''), from: good, to: good + 1 };
}

function isUnfinished(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith('Unexpected end') || / at position (\d+)/.exec(message)?.[1] === String(text.length);
  }
}

/** In valid JSON, what stands between two commas, colons or white space is a bracket, a text, or a word. */
const tokens = /([[\]{}])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s,:[\]{}"]+)/g;

function readParts(text: string): Part {
  const open: Open[] = [];
  let values = 0;
  for (const { index: at, 0: token, 1: bracket, 2: string } of text.matchAll(tokens)) {
    const around = open.at(-1);
    if (string !== undefined && around?.isArray === false && around.key === null) {
      const key = JSON.parse(string) as string;
      if (around.parts.has(key)) throw syntaxError(text, [{ message: twice(key), from: at, to: at + string.length }]);
      around.key = { text: key, at };
      continue;
    }
    if (bracket === '{' || bracket === '[') {
      if (open.length >= limits.documentDepthMax) throw syntaxError(text, [{ ...tooDeep, from: at, to: at + 1 }]);
      open.push({ at, isArray: bracket === '[', parts: new Map(), key: null });
      continue;
    }
    if (bracket !== undefined) open.pop();
    if (++values > limits.documentValuesMax) throw syntaxError(text, [tooMany]);
    const ended: Part = bracket === undefined ? { at, value: scalar(text, token, at) } : closed(around!);
    const holder = open.at(-1);
    if (holder === undefined) return ended;
    holder.parts.set(holder.key?.text ?? String(holder.parts.size), { ...ended, at: holder.key?.at ?? ended.at });
    holder.key = null;
  }
  throw new Error('valid JSON has a value');
}

function closed({ at, isArray, parts }: Open): Part {
  const values = [...parts.values()].map((p) => p.value);
  const keys = [...parts.keys()];
  return { at, parts, value: isArray ? values : Object.fromEntries(keys.map((k, i) => [k, values[i]])) };
}

function scalar(text: string, token: string, at: number): unknown {
  const value: unknown = JSON.parse(token);
  if (typeof value !== 'number') return value;
  const exact = exactNumber(token, value);
  if (exact === Infinity || exact === -Infinity)
    throw syntaxError(text, [{ message: beyondNumbers, from: at, to: at + token.length }]);
  return exact;
}

function offsetAt(whole: Part, pointer: string): number {
  let at = whole;
  for (const token of pointer.split('/').slice(1)) {
    const next = at.parts?.get(token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (next === undefined) break;
    at = next;
  }
  return at.at;
}

export const twice = (key: string): string => `the key ${JSON.stringify(key.slice(0, 60))} stands there twice`;
export const tooDeep = { message: `is nested deeper than ${limits.documentDepthMax}` };
export const tooMany = { message: `holds more than ${limits.documentValuesMax} values: split it into several` };
export const beyondNumbers = 'is beyond the range of a number';
