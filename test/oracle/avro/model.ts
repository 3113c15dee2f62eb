/**
 * Avro schemas and values as the generators make them, and the JSON text of a schema. A model of its own, apart from the one
 * under test: what it can't say is not tested, but what it says wrong, the other oracles refuse.
 */

export type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

export interface Logical {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
}
export interface PrimitiveNode {
  kind: Primitive;
  logical?: Logical;
  /** Bytes that some reader takes for text: they are made to be UTF-8. */
  text?: boolean;
}
export interface FixedNode {
  readonly kind: 'fixed';
  /** Full names, everywhere. */
  name: string;
  aliases: string[];
  size: number;
  logical?: Logical;
}
export interface EnumNode {
  readonly kind: 'enum';
  name: string;
  aliases: string[];
  symbols: string[];
  default?: string;
}
export interface ArrayNode {
  readonly kind: 'array';
  items: Node;
}
export interface MapNode {
  readonly kind: 'map';
  values: Node;
}
export interface UnionNode {
  readonly kind: 'union';
  branches: Node[];
}
export interface Field {
  name: string;
  aliases: string[];
  type: Node;
  default?: { readonly value: Value };
}
export interface RecordNode {
  readonly kind: 'record';
  name: string;
  aliases: string[];
  fields: Field[];
}
/** Named types are told apart by identity; a recursive one holds itself. */
export type Node = PrimitiveNode | FixedNode | EnumNode | ArrayNode | MapNode | UnionNode | RecordNode;

/** long: bigint; bytes and fixed: Buffer; enum: its symbol; map: a Map; record: its fields' values in order; union: {@link Branch}. */
export type Value = null | boolean | number | bigint | string | Buffer | Value[] | Map<string, Value> | Branch;
export interface Branch {
  readonly branch: number;
  readonly value: Value;
}

/** How a union tells its branches apart. */
export const branchName = (node: Node): string => ('name' in node ? node.name : node.kind);

/** Whether it is a decimal by the specification: one whose parameters are wrong is plain bytes. */
export function isDecimal(node: Node): node is (PrimitiveNode | FixedNode) & { logical: Logical } {
  if ((node.kind !== 'bytes' && node.kind !== 'fixed') || node.logical?.name !== 'decimal') return false;
  const { precision = 0, scale = 0 } = node.logical;
  if (precision < 1 || scale > precision) return false;
  return !('size' in node) || 2n ** BigInt(Math.max(0, node.size * 8 - 1)) > 10n ** BigInt(precision);
}

export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'array':
      return [node.items];
    case 'map':
      return [node.values];
    case 'union':
      return node.branches;
    case 'record':
      return node.fields.map((f) => f.type);
    default:
      return [];
  }
}

const space = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));
const simple = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** The schema as JSON text. Names are written in one of the ways that the specification has, by their length. */
export function schemaText(root: Node): string {
  const defined = new Set<Node>();
  const named = (node: FixedNode | EnumNode | RecordNode, enclosing: string): Record<string, unknown> => {
    const [own, last] = [space(node.name), simple(node.name)];
    const aliases = node.aliases.map((a) => (space(a) === own && last.length % 2 === 0 ? simple(a) : a));
    const withAliases = aliases.length === 0 ? {} : { aliases };
    if (own === enclosing) return { name: last, ...withAliases };
    if (own === '') return { name: last, namespace: '', ...withAliases };
    return last.length % 2 === 0 ? { name: node.name, ...withAliases } : { name: last, namespace: own, ...withAliases };
  };
  const json = (node: Node, enclosing: string): unknown => {
    switch (node.kind) {
      case 'array':
        return { type: 'array', items: json(node.items, enclosing) };
      case 'map':
        return { type: 'map', values: json(node.values, enclosing) };
      case 'union':
        return node.branches.map((b) => json(b, enclosing));
      case 'record':
      case 'enum':
      case 'fixed': {
        if (defined.has(node)) return space(node.name) === enclosing ? simple(node.name) : node.name;
        defined.add(node);
        const head = { type: node.kind, ...named(node, enclosing) };
        if (node.kind === 'fixed') return { ...head, size: node.size, ...logicalJson(node.logical) };
        if (node.kind === 'enum')
          return { ...head, symbols: node.symbols, ...(node.default === undefined ? {} : { default: node.default }) };
        const fields = node.fields.map((f) => ({
          name: f.name,
          type: json(f.type, space(node.name)),
          ...(f.aliases.length === 0 ? {} : { aliases: f.aliases }),
          ...(f.default === undefined ? {} : { default: defaultJson(f.type, f.default.value) }),
        }));
        return { ...head, fields };
      }
      default:
        return node.logical === undefined ? node.kind : { type: node.kind, ...logicalJson(node.logical) };
    }
  };
  return textOf(json(root, ''));
}

function logicalJson(logical: Logical | undefined): Record<string, unknown> {
  if (logical === undefined) return {};
  const { name, precision, scale } = logical;
  return {
    logicalType: name,
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  };
}

/** A default in the form that the specification's table gives: bytes as text of code points, a union as its branch alone. */
function defaultJson(node: Node, value: Value): unknown {
  switch (node.kind) {
    case 'bytes':
    case 'fixed':
      return (value as Buffer).toString('latin1');
    case 'array':
      return (value as Value[]).map((item) => defaultJson(node.items, item));
    case 'map':
      return new Map([...(value as Map<string, Value>)].map(([k, v]) => [k, defaultJson(node.values, v)]));
    case 'record':
      return new Map(node.fields.map((f, i) => [f.name, defaultJson(f.type, (value as Value[])[i]!)]));
    case 'union': {
      const { branch, value: inner } = value as Branch;
      return defaultJson(node.branches[branch]!, inner);
    }
    default:
      return value;
  }
}

/** JSON text in which a bigint is a number with all its digits, and a Map an object whose names may be any. */
function textOf(json: unknown): string {
  if (typeof json === 'bigint') return String(json);
  if (Array.isArray(json)) return `[${json.map(textOf).join(',')}]`;
  if (typeof json === 'object' && json !== null) {
    const entries = json instanceof Map ? [...(json as Map<string, unknown>)] : Object.entries(json);
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${textOf(v)}`).join(',')}}`;
  }
  return JSON.stringify(json);
}
