/** Random Avro schemas: every kind, nested, recursive, shared by name, in namespaces, with logical types and defaults. */
import type { Choices } from '../choices.ts';
import {
  branchName,
  type EnumNode,
  type Field,
  type FixedNode,
  type Logical,
  type Node,
  type PrimitiveNode,
  type RecordNode,
} from './model.ts';
import { defaultOf } from './values.ts';

const depthMax = 4;
const primitives = ['int', 'string', 'long', 'null', 'boolean', 'float', 'double', 'bytes'] as const;
/** Names that a careless reader may take for something of JavaScript's or SQL's own. */
export const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'order',
  'Select',
  'length',
  '_',
  'hasOwnProperty',
] as const;
const spaces = ['', 'n', 'n.m', 'Other'] as const;

/** Without those of which almost no value made at random is one: times of day, and uuids as text. */
export const logicals: Readonly<Record<string, readonly Logical[]>> = {
  int: [{ name: 'date' }, { name: 'timestamp-millis' }],
  long: [
    { name: 'timestamp-millis' },
    { name: 'timestamp-micros' },
    { name: 'timestamp-nanos' },
    { name: 'local-timestamp-millis' },
    { name: 'local-timestamp-micros' },
    { name: 'local-timestamp-nanos' },
    { name: 'date' },
  ],
  string: [{ name: 'no-such-type' }],
  bytes: [
    { name: 'decimal', precision: 30, scale: 2 },
    { name: 'decimal', precision: 38, scale: 0 },
    { name: 'decimal', precision: 18, scale: 18 },
    // Not decimals: their parameters are wrong.
    { name: 'decimal', precision: 0 },
    { name: 'decimal', precision: 2, scale: 3 },
    { name: 'uuid' },
  ],
};

/** Makes one schema: the names in it are unique. */
export class SchemaMaker {
  readonly #choices: Choices;
  /** Whether types stand in namespaces: without, none does, so that a name always finds its type. */
  readonly #spaced: boolean;
  /** Types that are whole, and records that are being made. */
  readonly #whole: (RecordNode | EnumNode | FixedNode)[] = [];
  readonly #open: RecordNode[] = [];
  readonly #prefix: string;
  #names = 0;

  constructor(choices: Choices, spaced: boolean, prefix: string) {
    this.#choices = choices;
    this.#spaced = spaced;
    this.#prefix = prefix;
  }

  record(depth: number): RecordNode {
    const c = this.#choices;
    const record: RecordNode = { kind: 'record', name: this.#name('R'), aliases: [], fields: [] };
    this.#open.push(record);
    const names = new Set<string>();
    for (let i = c.chance(3) ? 0 : 1 + c.below(depth === 0 ? 8 : 4); i > 0; i--) {
      const odd = c.chance(6) ? c.pick(oddNames) : `f${names.size}`;
      const name = names.has(odd) ? `f${names.size}` : odd;
      names.add(name);
      record.fields.push(this.field(name, depth + 1));
    }
    this.#open.pop();
    this.#whole.push(record);
    return record;
  }

  /** A field, in a fourth of cases with a default; it may hold the records that are being made, but not at once. */
  field(name: string, depth: number): Field {
    const field: Field = { name, aliases: [], type: this.node(depth, false) };
    if (this.#choices.chance(25)) {
      const value = defaultOf(field.type, this.#choices, new Set(this.#open));
      if (value !== undefined) field.default = { value };
    }
    return field;
  }

  /** `guarded`: within something that may be empty, so that a record may hold itself there. */
  node(depth: number, guarded: boolean): Node {
    const c = this.#choices;
    if (depth >= depthMax) return this.primitive();
    return c.one<Node>(
      () => this.primitive(),
      () => this.primitive(),
      () => this.primitive(),
      () => this.enumeration(),
      () => this.fixed(),
      () => ({ kind: 'array', items: this.node(depth + 1, true) }),
      () => ({ kind: 'map', values: this.node(depth + 1, true) }),
      () => this.union(depth + 1),
      () => this.nullable(depth + 1),
      () => this.nullable(depth + 1),
      () => this.record(depth + 1),
      () => this.#known(guarded) ?? this.primitive(),
    );
  }

  primitive(): PrimitiveNode {
    const c = this.#choices;
    const kind = c.pick(primitives);
    const logical = logicals[kind];
    return logical !== undefined && c.chance(25) ? { kind, logical: c.pick(logical) } : { kind };
  }

  enumeration(): EnumNode {
    const c = this.#choices;
    const symbols = c.list(1, 5, (i) => (c.chance(5) ? oddNames[i]! : `S${i}`));
    const node: EnumNode = { kind: 'enum', name: this.#name('E'), aliases: [], symbols };
    if (c.chance(20)) node.default = c.pick(symbols);
    this.#whole.push(node);
    return node;
  }

  fixed(): FixedNode {
    const c = this.#choices;
    const node: FixedNode = { kind: 'fixed', name: this.#name('F'), aliases: [], size: 1 + c.below(20) };
    c.pick([
      () => {},
      () => {
        node.size = c.below(2);
      },
      () => Object.assign(node, { size: 12, logical: { name: 'duration' } }),
      () => Object.assign(node, { size: 16, logical: { name: 'uuid' } }),
      () => Object.assign(node, { size: 9, logical: { name: 'decimal', precision: 21, scale: 5 } }),
      () => Object.assign(node, { size: 4, logical: { name: 'decimal', precision: 9, scale: 9 } }),
      // Not what they say: a decimal that doesn't fit, a duration of another size.
      () => Object.assign(node, { size: 4, logical: { name: 'decimal', precision: 10, scale: 1 } }),
      () => Object.assign(node, { size: 11, logical: { name: 'duration' } }),
    ])();
    this.#whole.push(node);
    return node;
  }

  nullable(depth: number): Node {
    const value = this.node(depth, true);
    if (value.kind === 'null' || value.kind === 'union') return value;
    const none: Node = { kind: 'null' };
    return { kind: 'union', branches: this.#choices.chance(30) ? [value, none] : [none, value] };
  }

  union(depth: number): Node {
    const c = this.#choices;
    const branches: Node[] = [];
    // The first branch is finite, so that a value can always end.
    for (let i = 1 + c.below(5); i > 0; i--) branches.push(this.node(depth, branches.length > 0));
    return { kind: 'union', branches: distinctBranches(branches) };
  }

  #known(guarded: boolean): Node | undefined {
    const known = guarded ? [...this.#open, ...this.#whole] : this.#whole;
    return known.length === 0 ? undefined : this.#choices.pick(known);
  }

  #name(kind: string): string {
    const name = `${kind}${this.#prefix}${this.#names++}`;
    // Never the empty one where others have namespaces: within those it can't be named.
    const own = this.#spaced ? this.#choices.pick(spaces.slice(1)) : '';
    return own === '' ? name : `${own}.${name}`;
  }
}

/** What a union may hold: nothing twice, no union. */
export function distinctBranches(branches: readonly Node[]): Node[] {
  const seen = new Set<string>();
  return branches
    .flatMap((b) => (b.kind === 'union' ? b.branches : [b]))
    .filter((b) => !seen.has(branchName(b)) && seen.add(branchName(b)));
}
