/**
 * A value as Avro bytes, in the forms that the specification leaves open: arrays and maps in one block or many, with or
 * without their sizes. Checked by the oracles, which read it.
 */
import type { Choices } from '../choices.ts';
import type { Branch, Node, Value } from './model.ts';

export function encode(node: Node, value: Value, choices: Choices): Buffer {
  const parts: Buffer[] = [];
  const long = (n: bigint): void => void parts.push(varint(n));
  const bytes = (b: Buffer): void => {
    long(BigInt(b.length));
    parts.push(b);
  };
  const blocks = (items: readonly Buffer[]): void => {
    for (let at = 0; at < items.length; ) {
      const count = choices.chance(25) ? 1 + choices.below(items.length - at) : items.length - at;
      const block = Buffer.concat(items.slice(at, at + count));
      if (choices.chance(25)) {
        long(BigInt(-count));
        long(BigInt(block.length));
      } else long(BigInt(count));
      parts.push(block);
      at += count;
    }
    long(0n);
  };
  switch (node.kind) {
    case 'null':
      break;
    case 'boolean':
      parts.push(Buffer.from([value === true ? 1 : 0]));
      break;
    case 'int':
      long(BigInt(value as number));
      break;
    case 'long':
      long(value as bigint);
      break;
    case 'float': {
      const b = Buffer.alloc(4);
      b.writeFloatLE(value as number);
      parts.push(b);
      break;
    }
    case 'double': {
      const b = Buffer.alloc(8);
      b.writeDoubleLE(value as number);
      parts.push(b);
      break;
    }
    case 'string':
      bytes(Buffer.from(value as string));
      break;
    case 'bytes':
      bytes(value as Buffer);
      break;
    case 'fixed':
      parts.push(value as Buffer);
      break;
    case 'enum':
      long(BigInt(node.symbols.indexOf(value as string)));
      break;
    case 'array':
      blocks((value as Value[]).map((item) => encode(node.items, item, choices)));
      break;
    case 'map':
      blocks(
        [...(value as Map<string, Value>)].map(([key, item]) =>
          Buffer.concat([encode({ kind: 'string' }, key, choices), encode(node.values, item, choices)]),
        ),
      );
      break;
    case 'record':
      for (const [i, f] of node.fields.entries()) parts.push(encode(f.type, (value as Value[])[i]!, choices));
      break;
    case 'union': {
      const { branch, value: inner } = value as Branch;
      long(BigInt(branch));
      parts.push(encode(node.branches[branch]!, inner, choices));
    }
  }
  return Buffer.concat(parts);
}

/** Zigzag, seven bits a byte. */
export function varint(n: bigint): Buffer {
  let left = BigInt.asUintN(64, (n << 1n) ^ (n >> 63n));
  const bytes: number[] = [];
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  bytes.push(Number(left));
  return Buffer.from(bytes);
}
