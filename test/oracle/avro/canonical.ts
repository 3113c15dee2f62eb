/**
 * The one text of a value of a schema that every oracle writes, so that two readings are equal when their texts are. It is
 * JSON: floats and doubles as their bits, bytes as hex digits, decimals as their unscaled number, maps sorted by key, a
 * union's value under its branch's name. test/oracle/java/AvroOracle.java writes the same.
 */
import { type Branch, branchName, isDecimal, type Node, type Value } from './model.ts';

export function canonical(node: Node, value: Value): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'int':
    case 'long':
      return String(value);
    case 'float':
    case 'double':
      return bits(node.kind, value as number);
    case 'string':
    case 'enum':
      return quote(value as string);
    case 'bytes':
    case 'fixed':
      return isDecimal(node) ? String(unscaled(value as Buffer)) : `"x${(value as Buffer).toString('hex')}"`;
    case 'array':
      return `[${(value as Value[]).map((item) => canonical(node.items, item)).join(',')}]`;
    case 'map': {
      const entries = [...(value as Map<string, Value>)].sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${entries.map(([key, item]) => `${quote(key)}:${canonical(node.values, item)}`).join(',')}}`;
    }
    case 'record':
      return `{${node.fields.map((f, i) => `${quote(f.name)}:${canonical(f.type, (value as Value[])[i]!)}`).join(',')}}`;
    case 'union': {
      const { branch, value: inner } = value as Branch;
      const of = node.branches[branch]!;
      return of.kind === 'null' ? 'null' : `{${quote(branchName(of))}:${canonical(of, inner)}}`;
    }
  }
}

export function bits(kind: 'float' | 'double', value: number): string {
  const b = Buffer.alloc(kind === 'float' ? 4 : 8);
  // There are many NaNs; the canonical one is Java's.
  const v = Number.isNaN(value) ? Number.NaN : value;
  if (kind === 'float') b.writeFloatBE(v);
  else b.writeDoubleBE(v);
  return `"${kind[0]}${b.toString('hex')}"`;
}

export function unscaled(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

export function quote(text: string): string {
  const inner = text.replace(/["\\]|[^ -~]/g, (c) =>
    c === '"' || c === '\\' ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${inner}"`;
}
