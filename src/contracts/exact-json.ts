/**
 * Numbers of JSON as they are written. JSON.parse makes a double of each, and a whole number beyond 2^53 becomes its
 * neighbour: here it stays whole, as a bigint. JSON.stringify refuses bigints and forgets the sign of zero: here both are kept.
 */

/** Digits of the largest double; a whole number of more is nobody's. */
const digitsMax = 309;

/** The value of a number that is written as `source`: a bigint where a double can't hold it whole. Hexadecimal and octal (YAML) too. */
export function exactNumber(source: string, value: number): number | bigint {
  if (Number.isSafeInteger(value) || !/^([+-]?\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source)) return value;
  return source.length > digitsMax ? value : BigInt(source);
}

/** Like JSON.parse, with exact whole numbers. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? exactNumber(context?.source ?? '', value) : value,
  );
}

/** Whether JSON.stringify would write every number of it as it is. */
export function isPlainJson(value: unknown): boolean {
  if (typeof value === 'bigint' || Object.is(value, -0) || looksWhole(value)) return false;
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlainJson);
}

/** JSON text with every number as it is. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return rawJson(String(part));
    if (Object.is(part, -0)) return rawJson('-0.0');
    return looksWhole(part) ? rawJson(`${part}.0`) : part;
  });

/** A double, as of 9007199254740993.0, that JSON.stringify would write as a whole number, which it need not be. */
const looksWhole = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(String(value));

/** Its declaration is not in TypeScript's library yet. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
