/**
 * An Avro schema taken apart: its named types by their full names, each with names in place of the types that it uses. So
 * a type is looked at once, however many columns use it, and a recursive one has an end. Made of any JSON: never throws.
 */
import { isRecord, same } from './same.ts';

export type Node = Readonly<Record<string, unknown>>;

export interface FlatSchema {
  readonly root: unknown;
  readonly names: ReadonlyMap<string, Node>;
}

/** The keys of a schema or field under which another schema stands. */
const typeKeys = ['type', 'items', 'values'];

export const isNamedKind = (kind: unknown): boolean => kind === 'record' || kind === 'enum' || kind === 'fixed';
export const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function flatten(schema: unknown): FlatSchema {
  const names = new Map<string, Node>();
  const flat = (node: unknown, space: string): unknown => {
    if (typeof node === 'string') return names.has(inSpace(node, space)) ? inSpace(node, space) : node;
    if (Array.isArray(node)) return node.map((branch) => flat(branch, space));
    if (!isRecord(node)) return node;
    if (!isNamedKind(node['type'])) return flatTypes(node, space);
    const { namespace, name, ...rest } = node;
    const full = inSpace(String(name), typeof namespace === 'string' ? namespace : space);
    // Known before its fields are looked at, which may name it.
    names.set(full, rest);
    const own = full.slice(0, Math.max(0, full.lastIndexOf('.')));
    const fields = arrayOf(node['fields']).map((f) => (isRecord(f) ? flatTypes(f, own) : f));
    names.set(full, { ...rest, name: full, ...(node['type'] === 'record' ? { fields } : {}) });
    return full;
  };
  const flatTypes = (node: Node, space: string): Node =>
    Object.fromEntries(Object.entries(node).map(([k, v]) => [k, typeKeys.includes(k) ? flat(v, space) : v]));
  return { root: flat(schema, ''), names };
}

const inSpace = (name: string, space: string): string =>
  space === '' || name.includes('.') ? name : `${space}.${name}`;

/** The types of a record's fields, in their order; none where the schema is no record. */
export function fieldTypes({ root, names }: FlatSchema): readonly unknown[] {
  const record = typeof root === 'string' ? names.get(root) : undefined;
  return arrayOf(record?.['fields']).map((f) => (isRecord(f) ? f['type'] : undefined));
}

/** Names of types that are the same in both schemas, with all that they use. */
export function unchangedTypes(one: FlatSchema, other: FlatSchema): ReadonlySet<string> {
  const unchanged = new Set<string>();
  for (const [name, node] of one.names) if (same(node, other.names.get(name))) unchanged.add(name);
  for (let before = -1; before !== unchanged.size; ) {
    before = unchanged.size;
    for (const name of unchanged) {
      if (usedBy(one.names.get(name), one).some((n) => !unchanged.has(n))) unchanged.delete(name);
    }
  }
  return unchanged;
}

/** Names of types that stand in a part of a schema. */
export function usedBy(part: unknown, { names }: FlatSchema): readonly string[] {
  if (typeof part === 'string') return names.has(part) ? [part] : [];
  const inner = isRecord(part) ? Object.values(part) : arrayOf(part);
  return inner.flatMap((p) => usedBy(p, { root: null, names }));
}
