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
export function readByAvsc({ writerText, readerText, reader, value: written, body }: Pair): string | undefined {
  if (isBeyond(reader, new Set()) || holdsHuge(written)) return undefined;
  try {
    const [from, to] = [typeOf(writerText), typeOf(readerText)];
    const value: unknown = to.fromBuffer(body, to.createResolver(from));
    return canonical(reader, modelOf(reader, value));
  } catch {
    return undefined;
  }
}

const typeOf = (text: string): avsc.Type =>
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

/** Whether avsc is known to read this in its own way. */
function isBeyond(node: Node, seen: Set<Node>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  // It keeps records and maps as objects, where this name can't be set.
  if (node.kind === 'record' && node.fields.some((f) => f.name === '__proto__')) return true;
  if (node.kind === 'union') {
    // It takes the first branch that matches, though one of the same type stands behind it; Java that one.
    const kinds = node.branches.map((b) => b.kind);
    const count = (...of: readonly string[]): number => kinds.filter((k) => of.includes(k)).length;
    if (count('int', 'long', 'float', 'double') > 1 || count('string', 'bytes') > 1 || count('record') > 1) return true;
  }
  return childrenOf(node).some((inner) => isBeyond(inner, seen));
}

/** A long that a double can't hold: promoted to float or double, avsc makes another number of it. */
function holdsHuge(value: Value): boolean {
  if (typeof value === 'bigint') return !Number.isSafeInteger(Number(value));
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
