/**
 * Whether readers who know a type by its old schema can read what is written by the new one. For Avro by schema
 * resolution (Avro 1.11), and where that leaves names and logical types open, as strict readers do: both must stay. For
 * JSON and CSV by what the values look like.
 */
import { at } from '../../contracts/by-name.ts';
import { arrayOf, type FlatSchema, isNamedKind, type Node, unchangedTypes, usedBy } from './flat-schema.ts';
import { isRecord, same } from './same.ts';

/** How values are written: as Avro whose records name its schema or don't, or as text, where 64-bit integers may be strings. */
export type Writing = 'avro' | 'avro without its schema' | 'text' | 'text with bigint strings';

const numbers = ['int', 'long', 'float', 'double'];
const primitives = ['null', 'boolean', ...numbers, 'bytes', 'string'];
/** What looks the same as text. */
const alikeAsText: Readonly<Record<string, string>> = { enum: 'string', fixed: 'bytes' };

/** The new schema and the old one, of which parts are compared. */
export class Readers {
  readonly #writer: FlatSchema;
  readonly #reader: FlatSchema;
  readonly #writing: Writing;
  readonly #unchanged: ReadonlySet<string>;
  /** What pairs of records came to; true for those that are being compared, since recursive ones meet themselves. */
  readonly #known = new Map<string, boolean>();

  constructor(writer: FlatSchema, reader: FlatSchema, writing: Writing) {
    this.#writer = writer;
    this.#reader = reader;
    this.#writing = writing;
    this.#unchanged = unchangedTypes(writer, reader);
  }

  /** Whether a part of the new schema is the same as one of the old, with all types that they use. */
  isSame(written: unknown, read: unknown): boolean {
    return same(written, read) && usedBy(written, this.#writer).every((name) => this.#unchanged.has(name));
  }

  canRead(written: unknown, read: unknown): boolean {
    // Readers decode by the schema that they have: of another one they make something else.
    if (this.#writing === 'avro without its schema') return this.isSame(written, read);
    const fits = this.#fits(written, read);
    // What was taken for granted on the way to a mismatch is not known.
    if (!fits) for (const [pair, known] of this.#known) if (known) this.#known.delete(pair);
    return fits;
  }

  #fits(written: unknown, read: unknown): boolean {
    if (typeof written === 'string' && written === read && this.#unchanged.has(written)) return true;
    if (Array.isArray(written)) return written.every((branch) => this.#fits(branch, read));
    if (Array.isArray(read)) return read.some((branch) => this.#fits(written, branch));
    const writer = nodeOf(written, this.#writer);
    const reader = nodeOf(read, this.#reader);
    if (writer === null || reader === null || !sameLogical(writer, reader)) return false;
    switch (writer['type']) {
      case 'array':
        return reader['type'] === 'array' && this.#fits(writer['items'], reader['items']);
      case 'map':
        return reader['type'] === 'map' && this.#fits(writer['values'], reader['values']);
      case 'record':
        return reader['type'] === 'record' && this.#record(writer, reader);
      default:
        return this.#writing === 'avro' ? scalarAsAvro(writer, reader) : this.#scalarAsText(writer, reader);
    }
  }

  #record(writer: Node, reader: Node): boolean {
    if (this.#writing === 'avro' && !sameName(writer, reader)) return false;
    const pair = `${writer['name']} ${reader['name']}`;
    const known = this.#known.get(pair);
    if (known !== undefined) return known;
    this.#known.set(pair, true);
    const written = new Map(fieldsOf(writer).map((f) => [f['name'], f['type']]));
    // Fields that the reader doesn't know are passed over; those that it knows have no defaults to stand in for them.
    const fits = fieldsOf(reader).every((f) => this.#fits(written.get(f['name']), f['type']));
    this.#known.set(pair, fits);
    return fits;
  }

  #scalarAsText(writer: Node, reader: Node): boolean {
    const [w = '', r = ''] = [writer, reader].map(({ type }) => at(alikeAsText, String(type)) ?? String(type));
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

/** Names are equal without their namespaces, as the specification says. */
const sameName = (one: Node, other: Node): boolean => ownName(one) === ownName(other);
const ownName = ({ name }: Node): string => String(name).replace(/^.*\./, '');

const sameLogical = (one: Node, other: Node): boolean =>
  ['logicalType', 'precision', 'scale'].every((key) => one[key] === other[key]);

/** A primitive's name, or a named type's, becomes the node that it stands for; null for a name that nobody knows. */
function nodeOf(schema: unknown, { names }: FlatSchema): Node | null {
  if (typeof schema === 'string') return names.get(schema) ?? (primitives.includes(schema) ? { type: schema } : null);
  return isRecord(schema) ? schema : null;
}

const fieldsOf = (record: Node): readonly Node[] => arrayOf(record['fields']).filter(isRecord);
