/**
 * Whether readers who know a column by its old schema can read what is written by the new one. For Avro by schema
 * resolution (Avro 1.11), and where that leaves names and logical types open, as strict readers do: both must stay. For
 * JSON and CSV by what the values look like. Schemas are Avro JSON as {@link standalone} gives it.
 */
import { isRecord, same } from './same.ts';

/** How values are written: as Avro whose records name its schema or don't, or as text, where 64-bit integers may be strings. */
export type Writing = 'avro' | 'avro without its schema' | 'text' | 'text with bigint strings';

/** Every named type that is defined within a schema, by its full name. */
export function namedTypes(schema: unknown): ReadonlyMap<string, Node> {
  const names = new Map<string, Node>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    if (!isRecord(node)) return;
    if (isNamed(node)) names.set(fullName(node), node);
    for (const value of Object.values(node)) walk(value);
  };
  walk(schema);
  return names;
}

/** A part of a schema that needs nothing of what stands around it: each named type defined where it first stands in the part, under its full name. */
export function standalone(part: unknown, names: ReadonlyMap<string, Node>): unknown {
  const defined = new Set<string>();
  const copy = (node: unknown): unknown => {
    if (typeof node === 'string') return names.has(node) ? define(names.get(node)!) : node;
    if (Array.isArray(node)) return node.map(copy);
    if (!isRecord(node)) return node;
    return isNamed(node) ? define(node) : copyTypes(node);
  };
  const define = (node: Node): unknown => {
    const name = fullName(node);
    if (defined.has(name)) return name;
    defined.add(name);
    const { namespace: _, ...rest } = node;
    const fields = arrayOf(node['fields']).map((f) => (isRecord(f) ? copyTypes(f) : f));
    return { ...rest, name, ...(node['type'] === 'record' ? { fields } : {}) };
  };
  const copyTypes = (node: Node): unknown =>
    Object.fromEntries(Object.entries(node).map(([k, v]) => [k, typeKeys.includes(k) ? copy(v) : v]));
  return copy(part);
}

export function readable(written: unknown, read: unknown, writing: Writing): boolean {
  // Readers decode by the schema that they have: of another one they make something else.
  if (writing === 'avro without its schema') return same(written, read);
  return new Comparison(namedTypes(written), namedTypes(read), writing).fits(written, read);
}

type Node = Readonly<Record<string, unknown>>;

/** The keys of a schema or field under which another schema stands. */
const typeKeys = ['type', 'items', 'values'];

const isNamedKind = (kind: unknown): boolean => kind === 'record' || kind === 'enum' || kind === 'fixed';
const isNamed = (node: Node): boolean => typeof node['name'] === 'string' && isNamedKind(node['type']);
const fullName = ({ namespace, name }: Node): string =>
  typeof namespace === 'string' && namespace !== '' ? `${namespace}.${name}` : String(name);
/** Names are equal without their namespaces, as the specification says. */
const sameName = (one: Node, other: Node): boolean =>
  [one, other].map(({ name }) => String(name).replace(/^.*\./, '')).every((name, _i, all) => name === all[0]);

const numbers = ['int', 'long', 'float', 'double'];
const primitives = ['null', 'boolean', ...numbers, 'bytes', 'string'];
/** What looks the same as text. */
const alikeAsText: Readonly<Record<string, string>> = { enum: 'string', fixed: 'bytes' };

class Comparison {
  readonly #writers: ReadonlyMap<string, Node>;
  readonly #readers: ReadonlyMap<string, Node>;
  readonly #writing: Writing;
  /** Pairs of records that are being compared: recursive ones meet themselves. */
  readonly #assumed = new Set<string>();

  constructor(writers: ReadonlyMap<string, Node>, readers: ReadonlyMap<string, Node>, writing: Writing) {
    this.#writers = writers;
    this.#readers = readers;
    this.#writing = writing;
  }

  fits(written: unknown, read: unknown): boolean {
    if (Array.isArray(written)) return written.every((branch) => this.fits(branch, read));
    if (Array.isArray(read)) return read.some((branch) => this.fits(written, branch));
    const writer = nodeOf(written, this.#writers);
    const reader = nodeOf(read, this.#readers);
    if (writer === null || reader === null || !sameLogical(writer, reader)) return false;
    switch (writer['type']) {
      case 'array':
        return reader['type'] === 'array' && this.fits(writer['items'], reader['items']);
      case 'map':
        return reader['type'] === 'map' && this.fits(writer['values'], reader['values']);
      case 'record':
        return reader['type'] === 'record' && this.#record(writer, reader);
      default:
        return this.#writing === 'avro' ? scalarAsAvro(writer, reader) : this.#scalarAsText(writer, reader);
    }
  }

  #record(writer: Node, reader: Node): boolean {
    if (this.#writing === 'avro' && !sameName(writer, reader)) return false;
    const pair = `${fullName(writer)} ${fullName(reader)}`;
    if (this.#assumed.has(pair)) return true;
    this.#assumed.add(pair);
    const written = new Map(fieldsOf(writer).map((f) => [f['name'], f['type']]));
    // Fields that the reader doesn't know are passed over; those that it knows have no defaults to stand in for them.
    return fieldsOf(reader).every((f) => this.fits(written.get(f['name']), f['type']));
  }

  #scalarAsText(writer: Node, reader: Node): boolean {
    const [w = '', r = ''] = [writer, reader].map(({ type }) => alikeAsText[String(type)] ?? String(type));
    const bigintIsText = this.#writing === 'text with bigint strings';
    return w === r || (isPromotion(w, r) && !(bigintIsText && (w === 'long' || r === 'long')));
  }
}

function scalarAsAvro(writer: Node, reader: Node): boolean {
  const [w, r] = [String(writer['type']), String(reader['type'])];
  if (isNamedKind(w) && (w !== r || !sameName(writer, reader))) return false;
  if (w === 'fixed') return writer['size'] === reader['size'];
  if (w === 'enum') {
    const known = new Set(arrayOf(reader['symbols']));
    return reader['default'] !== undefined || arrayOf(writer['symbols']).every((symbol) => known.has(symbol));
  }
  return w === r || isPromotion(w, r) || (w === 'string' && r === 'bytes') || (w === 'bytes' && r === 'string');
}

const isPromotion = (writer: string, reader: string): boolean =>
  numbers.includes(writer) && numbers.indexOf(writer) < numbers.indexOf(reader);

const sameLogical = (one: Node, other: Node): boolean =>
  ['logicalType', 'precision', 'scale'].every((key) => one[key] === other[key]);

/** A primitive's name, or a named type's, becomes the node that it stands for; null for a name that nobody knows. */
function nodeOf(schema: unknown, names: ReadonlyMap<string, Node>): Node | null {
  if (typeof schema === 'string') return names.get(schema) ?? (primitives.includes(schema) ? { type: schema } : null);
  return isRecord(schema) ? schema : null;
}

const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fieldsOf = (record: Node): readonly Node[] => arrayOf(record['fields']).filter(isRecord);
