/**
 * A reader's schema made of a writer's by the steps that schemas take in life, most of them lawful: fields dropped, added with
 * a default, reordered, renamed with an alias; types promoted, widened to unions, narrowed; symbols added and removed; types
 * renamed and moved to other namespaces. A few are unlawful, so that errors are compared too.
 */
import type { Choices } from '../choices.ts';
import type { EnumNode, Field, FixedNode, Node, Primitive, PrimitiveNode, RecordNode } from './model.ts';
import { distinctBranches, logicals, SchemaMaker } from './schemas.ts';
import { defaultOf } from './values.ts';

const promotions: Readonly<Partial<Record<Primitive, readonly Primitive[]>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** The writer is left as it is, but for its bytes that the reader takes for text, which are marked. */
export function evolve(writer: RecordNode, choices: Choices): RecordNode {
  return new Evolver(choices, writer.name.includes('.')).record(writer);
}

class Evolver {
  readonly #choices: Choices;
  readonly #maker: SchemaMaker;
  /** Percent of places that change. */
  readonly #often: number;
  readonly #made = new Map<Node, Node>();
  readonly #open = new Set<RecordNode>();
  #renamed = 0;

  constructor(choices: Choices, spaced: boolean) {
    this.#choices = choices;
    this.#maker = new SchemaMaker(choices, spaced, 'x');
    this.#often = choices.pick([5, 0, 15, 30, 60]);
  }

  record(writer: RecordNode): RecordNode {
    const made = this.#made.get(writer);
    if (made !== undefined) return made as RecordNode;
    const reader: RecordNode = { kind: 'record', name: writer.name, aliases: [], fields: [] };
    this.#made.set(writer, reader);
    this.#open.add(reader);
    this.#rename(reader);
    reader.fields = writer.fields.flatMap((field) => this.#field(field));
    for (let i = this.#changes() ? 1 + this.#choices.below(3) : 0; i > 0; i--) this.#add(reader.fields);
    if (this.#changes()) this.#shuffle(reader.fields);
    // Java finds the fields' aliases by the record's name, so that a record of another name has none; ours reads on by the fields alone.
    if (reader.fields.every((f) => f.aliases.length === 0) && this.#choices.chance(5)) reader.aliases = [];
    this.#open.delete(reader);
    return reader;
  }

  #changes(): boolean {
    return this.#choices.chance(this.#often);
  }

  #node(writer: Node): Node {
    const reader = this.#choices.chance(this.#often > 0 ? 1 : 0) ? this.#maker.node(3, false) : this.#evolved(writer);
    const branches = reader.kind === 'union' ? reader.branches : [reader];
    if (branches.some((b) => b.kind === 'string'))
      for (const w of writer.kind === 'union' ? writer.branches : [writer])
        if (w.kind === 'bytes' && w.logical === undefined) w.text = true;
    return reader;
  }

  #evolved(writer: Node): Node {
    switch (writer.kind) {
      case 'record':
        return this.#wrapped(this.record(writer));
      case 'enum':
        return this.#wrapped(this.#enumeration(writer));
      case 'fixed':
        return this.#wrapped(this.#fixed(writer));
      case 'array':
        return this.#wrapped({ kind: 'array', items: this.#node(writer.items) });
      case 'map':
        return this.#wrapped({ kind: 'map', values: this.#node(writer.values) });
      case 'union':
        return this.#union(writer.branches);
      default:
        return this.#wrapped(this.#primitive(writer));
    }
  }

  #field(writer: Field): Field[] {
    const c = this.#choices;
    if (this.#changes() && c.chance(50)) return [];
    const field: Field = { name: writer.name, aliases: [], type: this.#node(writer.type) };
    if (this.#changes()) {
      field.name = `${writer.name}_r`;
      if (!c.chance(5)) field.aliases.push(writer.name);
    }
    if (c.chance(5)) field.aliases.push('unknown_to_all');
    if (writer.default !== undefined || c.chance(10)) this.#giveDefault(field);
    return [field];
  }

  #add(fields: Field[]): void {
    const field: Field = { name: `x${fields.length}`, aliases: [], type: this.#maker.node(2, false) };
    // Without a default it is an error, unless the writer has it.
    if (!this.#choices.chance(3)) this.#giveDefault(field);
    if (fields.every((f) => f.name !== field.name)) fields.push(field);
  }

  #giveDefault(field: Field): void {
    const value = defaultOf(field.type, this.#choices, this.#open);
    if (value !== undefined) field.default = { value };
  }

  #primitive(writer: PrimitiveNode): Node {
    const c = this.#choices;
    const { kind, logical } = writer;
    const to = promotions[kind];
    // What a decimal's bytes are as text, or a uuid's as bytes, no specification says.
    if (to !== undefined && logical === undefined && this.#changes()) return { kind: c.pick(to) };
    if (to !== undefined && kind !== 'bytes' && kind !== 'string' && this.#changes()) return { kind: c.pick(to) };
    // Units are never changed: the specification leaves open whether the number is to be converted. A decimal is given to no bytes, which may not hold one.
    if (this.#changes() && kind !== 'bytes' && kind !== 'string' && c.chance(30))
      return logical === undefined && logicals[kind] !== undefined
        ? { kind, logical: c.pick(logicals[kind]) }
        : { kind };
    return logical === undefined ? { kind } : { kind, logical };
  }

  #enumeration(writer: EnumNode): EnumNode {
    const made = this.#made.get(writer);
    if (made !== undefined) return made as EnumNode;
    const c = this.#choices;
    const reader: EnumNode = { kind: 'enum', name: writer.name, aliases: [], symbols: [...writer.symbols] };
    this.#made.set(writer, reader);
    this.#rename(reader);
    if (this.#changes()) reader.symbols = reader.symbols.filter((_, i) => i === 0 || c.chance(60));
    if (this.#changes()) reader.symbols.push(...c.list(1, 3, (i) => `X${i}`));
    if (this.#changes()) this.#shuffle(reader.symbols);
    if (c.chance(this.#often)) reader.default = c.pick(reader.symbols);
    return reader;
  }

  #fixed(writer: FixedNode): FixedNode {
    const made = this.#made.get(writer);
    if (made !== undefined) return made as FixedNode;
    const reader: FixedNode = { ...writer, aliases: [] };
    this.#made.set(writer, reader);
    this.#rename(reader);
    if (this.#changes() && this.#choices.chance(10)) {
      reader.size += 1;
      delete reader.logical;
    }
    return reader;
  }

  #union(writer: readonly Node[]): Node {
    const c = this.#choices;
    // Where a record's own branch is gone, Java takes another record whose fields fit, without its fields' aliases; by the specification there is none.
    const records = writer.filter((b) => b.kind === 'record').length;
    let branches = writer.map((b) => (records > 1 && b.kind === 'record' ? this.#evolved(b) : this.#node(b)));
    if (this.#changes())
      branches = branches.filter((b, i) => i === 0 || (records > 1 && b.kind === 'record') || c.chance(70));
    if (this.#changes()) branches.push(this.#maker.node(3, true));
    branches = distinctBranches(branches);
    if (this.#changes()) this.#shuffle(branches);
    return records < 2 && this.#changes() ? c.pick(branches) : { kind: 'union', branches };
  }

  /** The type, or a union that holds it. */
  #wrapped(reader: Node): Node {
    const c = this.#choices;
    if (!this.#changes() || c.chance(50)) return reader;
    const branches = distinctBranches([{ kind: 'null' }, reader, ...c.list(0, 2, () => this.#maker.node(3, true))]);
    if (c.chance(50)) this.#shuffle(branches);
    return { kind: 'union', branches };
  }

  /** A new name, or the name in another namespace, with the old one for an alias. */
  #rename(reader: RecordNode | EnumNode | FixedNode): void {
    if (!this.#changes()) return;
    const old = reader.name;
    const dot = old.lastIndexOf('.');
    const moved = dot >= 0 && this.#choices.chance(50);
    reader.name = moved ? `moved.${old.slice(dot + 1)}` : `${old}r${this.#renamed++}`;
    // Of another namespace it is the same type by the specification, and so read by us; Java doesn't find it in a union, unless by an alias.
    if (moved || reader.kind === 'record' || !this.#choices.chance(5)) reader.aliases.push(old);
    if (this.#choices.chance(10)) reader.aliases.push('unknown.ToAll');
  }

  #shuffle<T>(list: T[]): void {
    for (let i = list.length - 1; i > 0; i--) {
      const j = i - this.#choices.below(i + 1);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
  }
}
