/** What differs between two documents, field by field, as JSON pointers. Pure. */
import { at } from '../contracts/by-name.ts';

export interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Every leaf, or whole array, that differs. A side that lacks it shows undefined, which JSON leaves out. */
export function changesBetween(from: unknown, to: unknown, path = ''): Change[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((k) =>
      changesBetween(at(from, k), at(to, k), `${path}/${k.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  }
  return canonical(from) === canonical(to) ? [] : [{ path, from, to }];
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** JSON text in which the order of keys doesn't count. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, v: unknown) =>
      isRecord(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
    ) ?? 'undefined'
  );
}
