/**
 * Plain objects keyed by names that somebody chose: topics, streams, labels, fields. Every object inherits `constructor`, `toString` and
 * others, and sets its prototype by `__proto__`: what stands under such a name is asked for, and put there, by these.
 */

/** What is an own property of this name; undefined where there is none. */
export const at = <T>(object: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Makes or changes it. */
export function put<T>(object: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
