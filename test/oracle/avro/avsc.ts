/**
 * avsc, asked what some bytes are: the second oracle. It is stricter than the specification where whole schemas must match
 * (every branch, every symbol), so that it has no answer is no answer.
 */
import avsc from 'avsc';
import { canonical } from './canonical.ts';
import { branchName, childrenOf, type Node, type RecordNode, type Value } from './model.ts';
import type { Pair } from './pair.ts';

/** 64-bit integers without loss: avsc hands them to this as eight bytes. */
const longType = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: (json: number | bigint) => BigInt(json),
  toJSON: (value: bigint) => String(value) as unknown as number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** The canonical text of what avsc reads, or undefined where it has no answer. */
export function readByAvsc(pair: Pair): string | undefined {
  const { writerText, readerText, writer, reader, value: written, body } = pair;
  if (namesOfObjects(writer) || namesOfObjects(reader)) return undefined;
  if (hasEqualBranches(reader) || holdsHuge(written)) return undefined;
  try {
    const [from, to] = [typeOf(writerText), typeOf(readerText)];
    const value: unknown = to.fromBuffer(body, to.createResolver(from));
    return canonical(reader, modelOf(reader, value));
  } catch {
    return undefined;
  }
}

/** The type of a schema, whose 64-bit integers are bigints. */
export const typeOf = (text: string): avsc.Type =>
  avsc.Type.forSchema(JSON.parse(text, exactly) as avsc.Schema, {
    wrapUnions: true,
    registry: { long: longType } as unknown as { [name: string]: avsc.Type },
  });

/** Numbers of a default that lose digits as a number become bigints. */
function exactly(_: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}

/**
 * Whether a field has a name that every object has, `toString` or `__proto__`: avsc keeps records, and the fields that a reader
 * wants, as objects, so that it takes such a field of the writer for one that is wanted.
 */
const namesOfObjects = anywhere((node) => node.kind === 'record' && node.fields.some((f) => f.name in {}));

/** Whether a union has branches that match alike: avsc takes the first one, though one of the same type stands behind it; Java that one. */
const hasEqualBranches = anywhere((node) => {
  if (node.kind !== 'union') return false;
  const kinds = node.branches.map((b) => b.kind);
  const count = (...of: readonly string[]): number => kinds.filter((k) => of.includes(k)).length;
  return count('int', 'long', 'float', 'double') > 1 || count('string', 'bytes') > 1 || count('record') > 1;
});

/** Whether something is said of a schema or of any within it. */
function anywhere(is: (node: Node) => boolean): (node: Node) => boolean {
  const within = (node: Node, seen: Set<Node>): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return is(node) || childrenOf(node).some((inner) => within(inner, seen));
  };
  return (node) => within(node, new Set());
}

/** A long whose zig-zag code a double can't hold: where it is promoted or in a union, avsc makes another number of it. */
function holdsHuge(value: Value): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(53, value) !== value;
  if (Array.isArray(value)) return value.some(holdsHuge);
  if (value instanceof Map) return [...value.values()].some(holdsHuge);
  return typeof value === 'object' && value !== null && 'branch' in value && holdsHuge(value.value);
}

function modelOf(node: Node, value: unknown): Value {
  switch (node.kind) {
    case 'array':
      return (value as unknown[]).map((item) => modelOf(node.items, item));
    case 'map':
      return new Map(Object.entries(value as object).map(([k, v]) => [k, modelOf(node.values, v)]));
    case 'record':
      return node.fields.map((f) => modelOf(f.type, (value as RecordNode & Record<string, unknown>)[f.name]));
    case 'union': {
      if (value === null) return { branch: node.branches.findIndex((b) => b.kind === 'null'), value: null };
      const [name, inner] = Object.entries(value as object)[0]!;
      const branch = node.branches.findIndex((b) => branchName(b) === name);
      return { branch, value: modelOf(node.branches[branch]!, inner) };
    }
    default:
      return value as Value;
  }
}
