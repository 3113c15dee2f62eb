/**
 * When two held values are the same, which stands first, and a text that names a value: for functions that search, sort
 * or gather values of any one type. Forms are those of sql/values.ts: one for each number, so that === tells. What `=` and
 * `<` mean in a query is the kernel's.
 *
 * Inside of an array, map or row NULL is the same as NULL and stands first. NaN is the same as itself and stands last
 * (as in Java's and Spark's ordering), -0 is 0. Texts are ordered by code point, as their UTF-8 bytes are.
 */
import { compareTexts } from '../../kernel/strings.ts';
import type { Branch, Value } from '../values.ts';

type Held = Value | null;
type Elements = readonly Held[];
type Entries = ReadonlyMap<string, Held>;

const isElements = (v: Held): v is Elements => Array.isArray(v);
const isEntries = (v: Held): v is Entries => v instanceof Map;

export function equalValues(a: Held, b: Held): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (typeof a !== 'object' || typeof b !== 'object') return Number.isNaN(a) && Number.isNaN(b);
  if (Buffer.isBuffer(a)) return Buffer.isBuffer(b) && a.equals(b);
  if (isElements(a)) return isElements(b) && a.length === b.length && a.every((v, i) => equalValues(v, b[i]!));
  if (isEntries(a)) return isEntries(b) && equalEntries(a, b);
  const [x, y] = [a as Branch, b as Branch];
  return x.branch === y.branch && equalValues(x.value, y.value);
}

/** Whatever the order in which entries stand. */
function equalEntries(a: Entries, b: Entries): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !equalValues(value, other)) return false;
  }
  return true;
}

/** Negative where `a` stands before `b`, 0 where they are the same. Both must be of one type. */
export function compareValues(a: Held, b: Held): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string') return compareTexts(a, b as string);
  if (typeof a !== 'object') return compareScalars(a, b as number | bigint | boolean);
  if (Buffer.isBuffer(a)) return a.compare(b as Buffer);
  if (isElements(a)) return compareElements(a, b as Elements);
  if (isEntries(a)) return compareElements(inOrder(a), inOrder(b as Entries));
  const [x, y] = [a as Branch, b as Branch];
  return x.branch - y.branch || compareValues(x.value, y.value);
}

function compareScalars(a: number | bigint | boolean, b: number | bigint | boolean): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareElements(a: Elements, b: Elements): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Entries as rows of key and value, by key: a map has no order of its own. */
const inOrder = (map: Entries): readonly (readonly [string, Held])[] => [...map].sort(([a], [b]) => compareTexts(a, b));

/** Two values have the same key exactly where {@link equalValues} holds: what a Set or Map of values goes by. */
export function keyOfValue(v: Held): string {
  if (v === null) return '-';
  switch (typeof v) {
    case 'string':
      return `s${v}`;
    case 'number':
    case 'bigint':
      return `n${v}`;
    case 'boolean':
      return v ? 't' : 'f';
  }
  if (Buffer.isBuffer(v)) return `b${v.toString('latin1')}`;
  if (isElements(v)) return `[${keys(v)}`;
  if (isEntries(v)) return `{${keys(inOrder(v))}`;
  const { branch, value } = v as Branch;
  return `u${branch}:${keyOfValue(value)}`;
}

/** Each with its length before it, so that no text in one can pass for the end of another. */
function keys(values: Elements): string {
  let all = '';
  for (const value of values) {
    const key = keyOfValue(value);
    all += `${key.length}:${key}`;
  }
  return all;
}
