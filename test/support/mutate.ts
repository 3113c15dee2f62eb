/**
 * Seeded damage to Avro bytes: changed bits, cuts, numbers that lie about what follows them. Knows no schema; the same seed
 * makes the same damage, so that a failing case can be made again. Used by the fuzz tests and the bench.
 */
import { Random } from '../../examples/firewall/random.ts';

type Damage = (body: Buffer, random: Random) => Buffer;

/** Zigzag varints that lengths, counts, indices and numbers must be ready for. */
const numbers: readonly Buffer[] = [
  [0],
  [1], // -1: a count that says its block's size
  [2],
  [0x7f], // -64
  [0x80, 0x01], // 64
  [0xfe, 0xff, 0x03], // 32767
  [0xfe, 0xff, 0xff, 0xff, 0x0f], // 2^31 - 1
  [0xff, 0xff, 0xff, 0xff, 0x0f], // -2^31
  [0x80, 0x80, 0x80, 0x80, 0x10], // 2^31
  [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], // 2^53 - 1 and more
  [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // 2^63 - 1
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // -2^63
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], // beyond 64 bits
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], // without an end
  [0x80, 0x00], // zero in two bytes
].map((bytes) => Buffer.from(bytes));

const spliced = (body: Buffer, at: number, cut: number, put: Uint8Array): Buffer =>
  Buffer.concat([body.subarray(0, at), put, body.subarray(Math.min(body.length, at + cut))]);

/** How many bytes the varint at `at` takes, if it is one. */
function varintLength(body: Buffer, at: number): number {
  let end = at;
  while (end < body.length && body[end]! > 127 && end - at < 9) end++;
  return Math.min(end + 1, body.length) - at;
}

const damages: readonly Damage[] = [
  function flipBits(body, random) {
    const out = Buffer.from(body);
    for (let i = 1 + random.below(4); i > 0 && out.length > 0; i--) {
      const at = random.below(out.length);
      out[at] = out[at]! ^ (1 << random.below(8));
    }
    return out;
  },
  function cutOff(body, random) {
    return body.subarray(0, random.below(body.length + 1));
  },
  function replaceNumber(body, random) {
    const at = random.below(body.length + 1);
    return spliced(body, at, varintLength(body, at), random.of(numbers));
  },
  function insertNumber(body, random) {
    return spliced(body, random.below(body.length + 1), 0, random.of(numbers));
  },
  function insertBlock(body, random) {
    // A block of so many items that says its size, and lies.
    const block = Buffer.concat([Buffer.from([1 + 2 * random.below(60)]), random.of(numbers)]);
    return spliced(body, random.below(body.length + 1), random.below(3), block);
  },
  function repeatBytes(body, random) {
    // A recursive schema nests as often as this is repeated; a list of what takes no byte grows by its counts.
    const at = random.below(body.length + 1);
    const piece = body.subarray(at, at + 1 + random.below(4));
    const times = 1 + random.below(random.chance(20) ? 4000 : 40);
    return spliced(body, at, 0, Buffer.concat(Array.from({ length: times }, () => piece)));
  },
  function dropBytes(body, random) {
    return spliced(body, random.below(body.length + 1), 1 + random.below(8), Buffer.alloc(0));
  },
  function moveBytes(body, random) {
    const [from, to] = [random.below(body.length + 1), random.below(body.length + 1)];
    return spliced(body, to, 0, body.subarray(from, from + 1 + random.below(32)));
  },
  function appendBytes(body, random) {
    return Buffer.concat([body, Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)))]);
  },
  function fillBytes(body, random) {
    const out = Buffer.from(body);
    const at = random.below(out.length + 1);
    return out.fill(random.of([0, 0x80, 0xff, 0x01, 0x02]), at, Math.min(out.length, at + 1 + random.below(16)));
  },
];

/** The body with one to three damages. `number` tells the cases of one seed apart. */
export function mutate(body: Buffer, seed: number, number: number): Buffer {
  const random = new Random(seed, number);
  let damaged = body;
  for (let i = 1 + random.below(3); i > 0; i--) damaged = random.of(damages)(damaged, random);
  return damaged;
}
