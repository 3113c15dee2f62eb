/** What functions of arrays do with the values: elements are the same, and in order, as equality.ts has it. No types here: arrays.ts. */
import { limits } from '../../../contracts/limits.ts';
import { room } from '../../budget.ts';
import { type Long, narrow, type Value } from '../values.ts';
import { compareValues, equalValues, keyOfValue } from './equality.ts';
import { checkLength, fail } from './fail.ts';

export type Item = Value | null;
export type Items = readonly Item[];

/** Bytes of an element while it is put somewhere, and while all are looked up by their keys. */
const [bytesOfItem, bytesOfKey] = [16, 100];

/** Called before an array of so many elements is made. */
export function checkItems(count: number, name: string): void {
  if (count > limits.arrayItemsMax)
    fail(`${name} would make an array of ${count} elements; the most is ${limits.arrayItemsMax}`);
  room(bytesOfItem * count, name);
}

export const positionOf = (items: Items, item: Item): number => items.findIndex((each) => equalValues(each, item));

export function distinct(items: Items): Items {
  room(bytesOfKey * items.length, 'telling elements apart');
  const seen = new Set<string>();
  return items.filter((item) => {
    const { size } = seen;
    return seen.add(keyOfValue(item)).size > size;
  });
}

/** Those of the first, each once, that are (or aren't) in the second. */
export function sifted(items: Items, others: Items, wanted: boolean): Items {
  room(bytesOfKey * (items.length + others.length), 'telling elements apart');
  const keys = new Set(others.map(keyOfValue));
  return distinct(items.filter((item) => keys.has(keyOfValue(item)) === wanted));
}

/** Spark's: whether a NULL might be the same as something is not known. */
export function overlap(a: Items, b: Items): boolean | null {
  room(bytesOfKey * a.length, 'telling elements apart');
  const keys = new Set(a.map(keyOfValue));
  if (b.some((item) => item !== null && keys.has(keyOfValue(item)))) return true;
  return a.length > 0 && b.length > 0 && (a.includes(null) || b.includes(null)) ? null : false;
}

/** Positions from 1, negative ones from the end; 0 is 1. */
export function slice(items: Items, from: number, to: number = items.length): Items {
  const place = (position: number): number => (position < 0 ? items.length + position : Math.max(position, 1) - 1);
  const [start, end] = [Math.max(place(from), 0), place(to) + 1];
  return start < end ? items.slice(start, end) : [];
}

export function sort(items: Items, ascending = true, nullsFirst = ascending): Items {
  room(3 * bytesOfItem * items.length, 'sorting');
  const [nulls, others] = [items.filter((item) => item === null), items.filter((item) => item !== null)];
  others.sort(ascending ? compareValues : (a, b) => compareValues(b, a));
  return nullsFirst ? [...nulls, ...others] : [...others, ...nulls];
}

/** The first or last in order of those that aren't NULL. */
export const extreme =
  (sign: 1 | -1) =>
  (items: Items): Item => {
    let found: Item = null;
    for (const item of items)
      if (item !== null && (found === null || sign * compareValues(item, found) > 0)) found = item;
    return found;
  };

export function join(items: readonly (string | null)[], separator: string, nullText?: string): string {
  const texts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = item ?? nullText;
    if (text === undefined) continue;
    texts.push(text);
    length += text.length + separator.length;
  }
  checkLength(length, 'ARRAY_JOIN');
  return texts.join(separator);
}

export function concat(...arrays: readonly Items[]): Items {
  let count = 0;
  for (const items of arrays) count += items.length;
  checkItems(count, 'ARRAY_CONCAT');
  return arrays.flat();
}

export function flatten(arrays: readonly (Items | null)[]): Items {
  let count = 0;
  for (const items of arrays) count += items?.length ?? 0;
  checkItems(count, 'FLATTEN');
  return arrays.flatMap((items) => items ?? []);
}

export function sequence(from: Long, to: Long, by?: Long): readonly Long[] {
  const [first, last, step] = [BigInt(from), BigInt(to), BigInt(by ?? (from <= to ? 1 : -1))];
  if (step === 0n) return fail('SEQUENCE by steps of 0');
  const count = (last - first) / step + 1n;
  if (first !== last && step > 0n !== first < last)
    return fail(`SEQUENCE from ${from} to ${to} by steps of ${step} never gets there`);
  if (count > limits.sequenceItemsMax)
    return fail(`SEQUENCE would make ${count} elements; the most is ${limits.sequenceItemsMax}`);
  return Array.from({ length: Number(count) }, (_, i) => narrow(first + BigInt(i) * step));
}

export function element(items: Items): Item {
  return items.length <= 1
    ? (items[0] ?? null)
    : fail(`ELEMENT of an array of ${items.length} elements: it wants one at most`);
}

export function elementAt(given: Items | ReadonlyMap<string, Item>, place: Long | string): Item {
  if (typeof place === 'string') return (given as ReadonlyMap<string, Item>).get(place) ?? null;
  if (place === 0) return fail('ELEMENT_AT of position 0: the first is 1, and the last -1');
  return (given as Items).at(place > 0 ? Number(place) - 1 : Number(place)) ?? null;
}
