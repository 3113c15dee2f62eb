/** Whether two JSON values mean the same: the order of an object's keys doesn't count. */

export const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** The same for two JSON texts; texts that are no JSON are the same when they are equal. */
export const sameText = (one: string, other: string): boolean => one === other || same(parsed(one), parsed(other));

/** Numbers as they are written: a default of 64 bits is more than a double holds. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && context?.source !== undefined ? { number: context.source } : value,
    );
  } catch {
    return text;
  }
}

function canonical(value: unknown): string {
  const text = JSON.stringify(value, (_key, v: unknown) =>
    isRecord(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
  return text ?? 'undefined';
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
