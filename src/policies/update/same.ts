/** Whether two JSON values mean the same: the order of an object's keys doesn't count, and undefined is as good as no key. */

export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, i) => same(item, other[i]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = keysOf(one);
  return keys.length === keysOf(other).length && keys.every((k) => Object.hasOwn(other, k) && same(one[k], other[k]));
}

const keysOf = (record: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(record).filter((k) => record[k] !== undefined);

/** The same for two JSON texts; texts that are no JSON are the same when they are equal. */
export const sameText = (one: string, other: string): boolean => one === other || same(exact(one), exact(other));

/** What a double may not hold as it is written: many digits, or an exponent. */
const beyondDoubles = /\d{16}|\d[eE]/;

/** Numbers that a double can't hold stay as they are written: a default of 64 bits is one. */
export const exact = (text: string): unknown =>
  // Asked number by number a large schema takes ten times as long.
  beyondDoubles.test(text) ? parsed(text, asWritten) : parsed(text);

const asWritten: Reviver = (_key, value, context) =>
  typeof value === 'number' && context?.source !== undefined ? { number: context.source } : value;

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** A text that is no JSON stands for itself. */
export function parsed(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return text;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
