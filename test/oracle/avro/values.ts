/** Random values of a schema, with the ones that break readers among them: extremes, odd text, NaN, empty and recursive things. */
import type { Choices } from '../choices.ts';
import { type Branch, isDecimal, type Node, type RecordNode, type Value } from './model.ts';

const depthMax = 7;

const longs = [
  0n,
  1n,
  -1n,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  16777217n,
  33554431n,
];
const ints = [0, 1, -1, 63, 64, -64, -65, 16777217, 2 ** 31 - 1, -(2 ** 31)];
const doubles = [
  0,
  1.5,
  -0,
  0.1,
  1e21,
  -1e-7,
  5e-324,
  1.7976931348623157e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const texts = [
  '',
  'a',
  'Ünïcödé ß',
  'é',
  '"\\/\b\f\n\r\t',
  '\u0000\u001f\u007f\u0080',
  '\u2028\u2029',
  '😀👍🏽',
  "it''s",
  '\uffff\ufeff',
  '𝔘',
  'null',
  '1',
  ' ',
];

/** A value of the schema. */
export function anyValue(node: Node, choices: Choices): Value {
  return new ValueMaker(choices, false, new Set()).value(node, 0)!;
}

/** A default for a field of this type, or undefined where none is found. Records in `open` are not whole yet: no value of theirs can be made. */
export function defaultOf(node: Node, choices: Choices, open: ReadonlySet<RecordNode>): Value | undefined {
  return new ValueMaker(choices, true, open).value(node, depthMax - 2);
}

class ValueMaker {
  readonly #choices: Choices;
  /** What JSON can say, and of a union what the first branch can. */
  readonly #asDefault: boolean;
  readonly #open: ReadonlySet<RecordNode>;
  constructor(choices: Choices, asDefault: boolean, open: ReadonlySet<RecordNode>) {
    this.#choices = choices;
    this.#asDefault = asDefault;
    this.#open = open;
  }

  value(node: Node, depth: number): Value | undefined {
    const c = this.#choices;
    // A reader's record may hold itself at once: no value of it ends.
    if (depth > 4 * depthMax) return undefined;
    switch (node.kind) {
      case 'null':
        return null;
      case 'boolean':
        return c.chance(50);
      case 'int':
        return c.one<number>(
          () => c.pick(ints),
          () => c.below(200) - 100,
          () => c.bits32(),
        );
      case 'long':
        return c.one<bigint>(
          () => c.pick(longs),
          () => BigInt(c.below(200) - 100),
          () => BigInt.asIntN(64, c.bits64()),
          () => BigInt(c.bits32()) << BigInt(c.below(30)),
        );
      case 'float':
        return Math.fround(this.#double());
      case 'double':
        return this.#double();
      case 'string':
        return node.logical?.name === 'uuid' ? this.#uuid() : this.#text();
      case 'bytes':
        if (isDecimal(node))
          return decimalBytes(this.#unscaled(node.logical.precision!), undefined, c.chance(20) ? 1 : 0);
        return node.text === true ? Buffer.from(this.#text()) : Buffer.from(c.list(0, 20, () => c.below(256)));
      case 'fixed':
        if (isDecimal(node)) return decimalBytes(this.#unscaled(node.logical.precision!), node.size, 0);
        return Buffer.from(Array.from({ length: node.size }, () => c.below(256)));
      case 'enum':
        return c.pick(node.symbols);
      case 'array':
        return this.#items(depth, () => this.value(node.items, depth + 1));
      case 'map': {
        const items = this.#items(depth, () => this.value(node.values, depth + 1));
        return items && new Map(items.map((item) => [c.chance(30) ? this.#text() : `k${c.below(50)}`, item] as const));
      }
      case 'record': {
        if (this.#open.has(node)) return undefined;
        const values = node.fields.map((f) => this.value(f.type, depth + 1));
        return values.includes(undefined) ? undefined : (values as Value[]);
      }
      case 'union':
        return this.#branch(node.branches, depth);
    }
  }

  #branch(branches: readonly Node[], depth: number): Branch | undefined {
    const c = this.#choices;
    const none = branches.findIndex((b) => b.kind === 'null');
    let branch = c.below(branches.length);
    if (this.#asDefault) {
      branch = 0;
      // JSON's null is of no other branch, so it may be the default wherever it stands. Java takes a named or a complex branch before it.
      if (none > 0 && branches.slice(0, none).every((b) => simpleKinds.has(b.kind)) && c.chance(50)) branch = none;
    } else if (depth >= depthMax)
      branch =
        none >= 0
          ? none
          : Math.max(
              0,
              branches.findIndex((b) => b.kind !== 'record'),
            );
    const value = this.value(branches[branch]!, depth + 1);
    return value === undefined ? undefined : { branch, value };
  }

  #items(depth: number, make: () => Value | undefined): Value[] | undefined {
    const items = depth >= depthMax ? [] : this.#choices.list(0, this.#choices.chance(5) ? 40 : 4, make);
    return items.includes(undefined) ? undefined : (items as Value[]);
  }

  #double(): number {
    const c = this.#choices;
    const made = c.one<number>(
      () => c.pick(doubles),
      () => c.below(2000) / 8,
      () => new DataView(new BigUint64Array([c.bits64()]).buffer).getFloat64(0),
    );
    return this.#asDefault && !Number.isFinite(Math.fround(made)) ? 2.5 : made;
  }

  #text(): string {
    const c = this.#choices;
    return c.one<string>(
      () => c.pick(texts),
      () => c.list(0, 12, () => String.fromCharCode(32 + c.below(95))).join(''),
      () => c.list(0, 6, () => c.pick(texts)).join(''),
    );
  }

  #uuid(): string {
    const hex = (n: number) => Array.from({ length: n }, () => this.#choices.below(16).toString(16)).join('');
    return `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
  }

  #unscaled(precision: number): bigint {
    const c = this.#choices;
    const bound = 10n ** BigInt(precision);
    const made = c.one<bigint>(
      () => BigInt(c.below(1000)),
      () => (c.bits64() << 64n) + c.bits64(),
      () => bound - 1n,
    );
    const digits = made % bound;
    return c.chance(50) ? -digits : digits;
  }
}

const simpleKinds: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
  'fixed',
]);

/** Two's complement, big-endian: in `size` bytes, or in as few as it needs and `more`. */
export function decimalBytes(unscaled: bigint, size: number | undefined, more: number): Buffer {
  let bytes = size ?? 1;
  if (size === undefined) {
    while (BigInt.asIntN(bytes * 8, unscaled) !== unscaled) bytes++;
    bytes += more;
  }
  return Buffer.from(
    BigInt.asUintN(bytes * 8, unscaled)
      .toString(16)
      .padStart(bytes * 2, '0'),
    'hex',
  );
}
