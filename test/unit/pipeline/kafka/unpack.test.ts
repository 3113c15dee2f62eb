/** Unpacking of batches: what reference encoders pack comes out, whatever is damaged is refused, and memory stays bounded. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { constants, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { compressionsAlgorithms as library } from '@platformatic/kafka';
import fc from 'fast-check';
import lz4 from 'lz4-napi';
import snappy from 'snappy';
import { blocksFile, written } from '../../../../scripts/wasm.ts';
import { limits } from '../../../../src/contracts/limits.ts';
import { type Codec, compress } from '../../../../src/pipeline/kafka/codec.ts';
import { unpack } from '../../../../src/pipeline/kafka/unpack/unpack.ts';
import type { Unpacking } from '../../../../src/pipeline/kafka/unpack/unpacking.ts';

type Packing = Exclude<Codec, 'none'>;

/** Everything that comes out, with nothing of it kept in the window but its last `kept` bytes; and the window at its largest. */
async function drain(unpacking: Unpacking, kept = 0): Promise<{ plain: Buffer; windowBytes: number; laters: number }> {
  const pieces: Buffer[] = [];
  let seen = -1;
  let windowBytes = 0;
  let laters = 0;
  try {
    for (;;) {
      const { window } = unpacking;
      if (seen < 0) seen = window.floor;
      const pulled = unpacking.pull(Math.max(window.floor, seen - kept));
      if (pulled === 'end') return { plain: Buffer.concat(pieces), windowBytes, laters };
      if (pulled === 'later') {
        laters++;
        await unpacking.ready();
        continue;
      }
      seen -= unpacking.moved;
      pieces.push(Buffer.from(window.buf.subarray(seen, window.end)));
      seen = window.end;
      windowBytes = Math.max(windowBytes, window.buf.length);
    }
  } finally {
    unpacking.close();
  }
}

/** What has something to find for every kind of element: noise, runs, repeats near and far. */
const plain = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('noise'), n: fc.nat(3_000), seed: fc.nat() }),
      fc.record({ kind: fc.constant('run'), n: fc.nat(200_000), seed: fc.nat(255) }),
      fc.record({ kind: fc.constant('back'), n: fc.nat(2_000), seed: fc.nat(70_000) }),
      fc.record({ kind: fc.constant('near'), n: fc.nat(300), seed: fc.nat(20) }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => {
    // Never empty: the library can't pack nothing.
    const bytes = Buffer.alloc(1 + parts.reduce((sum, p) => sum + p.n, 0));
    let at = 0;
    for (const { kind, n, seed } of parts) {
      let noise = seed | 1;
      for (const end = at + n; at < end; at++) {
        if (kind === 'run') bytes[at] = seed;
        else if (kind === 'noise') {
          noise = (Math.imul(noise, 1_103_515_245) + 12_345) | 0;
          bytes[at] = noise >>> 16;
        } else bytes[at] = at > seed ? bytes[at - 1 - seed]! : 7;
      }
    }
    return bytes;
  });

function xerial(bytes: Buffer, blockBytes = 32 * 1024): Buffer {
  const parts: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = snappy.compressSync(bytes.subarray(at, at + blockBytes));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** An LZ4 frame whose blocks read from the ones before them. */
function linked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0])];
  for (let at = 0; at < bytes.length; at += 64 * 1024) {
    const dictionary = bytes.subarray(Math.max(0, at - 64 * 1024), at);
    const end = Math.min(bytes.length, at + 64 * 1024);
    const block = lz4.compressSync(bytes.subarray(at, end), at === 0 ? null : dictionary).subarray(4);
    const fits = block.length < end - at;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(fits ? block.length : (0x8000_0000 + end - at) >>> 0);
    parts.push(length, fits ? block : bytes.subarray(at, end));
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

const encoders: readonly (readonly [string, Packing, (bytes: Buffer) => Buffer])[] = [
  ['lz4-napi', 'lz4', (b) => lz4.compressFrameSync(b, { blockChecksums: true, contentChecksum: true })],
  ["the library's lz4", 'lz4', (b) => library.lz4.compressSync(b)],
  ['linked blocks', 'lz4', linked],
  ['snappy', 'snappy', (b) => snappy.compressSync(b)],
  ["the library's snappy", 'snappy', (b) => library.snappy.compressSync(b)],
  ['snappy-java', 'snappy', xerial],
  ['gzip', 'gzip', (b) => gzipSync(b)],
  ['zstd', 'zstd', (b) => zstdCompressSync(b)],
];

for (const [name, codec, pack] of encoders) {
  test(`what ${name} has packed comes out the same, however little of it is kept in the window`, async () => {
    await fc.assert(
      fc.asyncProperty(plain, fc.constantFrom(0, 1, 5_000, 300_000), async (bytes, kept) => {
        const { plain: out } = await drain(unpack(codec, pack(bytes)), kept);
        assert.ok(out.equals(bytes));
      }),
      { numRuns: 60 },
    );
  });
}

test('what is packed here is what the reference decoders unpack', async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (bytes) => {
      assert.ok(lz4.decompressFrameSync(await compress('lz4', bytes)).equals(bytes));
      assert.ok(library.lz4.decompressSync(await compress('lz4', bytes)).equals(bytes));
      assert.ok(library.snappy.decompressSync(await compress('snappy', bytes)).equals(bytes));
      assert.ok(gunzipSync(await compress('gzip', bytes)).equals(bytes));
      assert.ok(library.zstd.decompressSync!(await compress('zstd', bytes)).equals(bytes));
    }),
    { numRuns: 40 },
  );
});

for (const [name, codec, pack, reference] of [
  ['LZ4', 'lz4', library.lz4.compressSync, library.lz4.decompressSync],
  ['Snappy', 'snappy', library.snappy.compressSync, library.snappy.decompressSync],
] as const) {
  test(`damaged ${name} is refused, or comes out as the reference decoder has it`, async () => {
    let [refused, taken] = [0, 0];
    const bit = fc.record({ at: fc.nat({ max: 2 ** 20 }), bits: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(plain, fc.array(bit, { minLength: 1, maxLength: 3 }), async (bytes, damages) => {
        const damaged = Buffer.from(pack(bytes));
        for (const { at, bits } of damages) damaged[at % damaged.length]! ^= bits;
        let ours: Buffer | null = null;
        try {
          ours = (await drain(unpack(codec, damaged))).plain;
        } catch (e) {
          assert.ok(e instanceof Error);
          refused++;
        }
        if (ours === null) return;
        taken++;
        let theirs: Buffer | null = null;
        try {
          theirs = Buffer.from(reference(damaged));
        } catch {
          // Checksums and limits that it looks at beyond ours.
        }
        if (theirs !== null) assert.ok(ours.equals(theirs));
      }),
      { numRuns: 300 },
    );
    assert.ok(refused > 20 && taken > 5, `${refused} refused, ${taken} taken`);
  });
}

/** A megabyte of packed bytes, or a few, of much more than is allowed. */
const bombs: Readonly<Record<Packing, () => Buffer>> = {
  lz4: () => lz4.compressFrameSync(Buffer.alloc(200_000_000)),
  snappy: () => xerial(Buffer.alloc(200_000_000), 1024 * 1024),
  gzip: () => gzipSync(Buffer.alloc(200_000_000)),
  zstd: () => zstdCompressSync(Buffer.alloc(200_000_000), { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }),
};

for (const codec of Object.keys(bombs) as Packing[]) {
  test(`200 MB packed by ${codec} are refused, and take no more memory than a window until then`, async () => {
    const bomb = bombs[codec]();
    const small = 2 * 1024 * 1024 + bomb.length;
    const unpacking = unpack(codec, bomb);
    const before = process.memoryUsage().arrayBuffers;
    let largest = 0;
    let growth = 0;
    await assert.rejects(
      async () => {
        for (let at = 0; ; ) {
          const { window } = unpacking;
          at = at === 0 ? window.floor : window.end;
          if (unpacking.pull(at) === 'later') await unpacking.ready();
          largest = Math.max(largest, window.buf.length);
          growth = Math.max(growth, process.memoryUsage().arrayBuffers - before);
        }
      },
      new RegExp(`more than ${limits.batchBytesMax} bytes once unpacked`),
    );
    unpacking.close();
    assert.ok(largest < small, `the window took ${largest} bytes`);
    assert.ok(growth < 64 * 1024 * 1024, `${growth} bytes of buffers`);
  });
}

test('a block that says it is too large is refused before anything is unpacked', () => {
  const size = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]);
  assert.throws(() => unpack('snappy', Buffer.concat([size, Buffer.alloc(100)])), /more than/);
  const frame = Buffer.from(lz4.compressFrameSync(Buffer.from('x')));
  const told = Buffer.concat([frame.subarray(0, 6), Buffer.alloc(8, 0xff), frame.subarray(6)]);
  told[4]! |= 8;
  assert.throws(() => unpack('lz4', told), /more than/);
});

for (const codec of ['gzip', 'zstd'] as const) {
  test(`a large batch is unpacked off the thread by ${codec}, a small one at once`, async () => {
    const noise = Buffer.from(Array.from({ length: 600_000 }, (_, i) => (i * i) >>> 7));
    const large = await drain(unpack(codec, await compress(codec, noise)));
    assert.ok(large.plain.equals(noise));
    assert.ok(large.laters > 0);
    const few = noise.subarray(0, 2_000);
    const small = await drain(unpack(codec, await compress(codec, few)));
    assert.ok(small.plain.equals(few));
    assert.equal(small.laters, 0);
  });
}

/** What befalls a batch before the next one comes to the same decoder. */
const fates: Readonly<Record<string, (packed: Buffer, at: number) => Buffer>> = {
  whole: (packed) => packed,
  'cut off': (packed, at) => packed.subarray(0, packed.length - 1 - (at % (packed.length - 1))),
  'cut off in its checksum': (packed, at) => packed.subarray(0, packed.length - 1 - (at % 4)),
  'with something behind it': (packed, at) => Buffer.concat([packed, Buffer.alloc(1 + (at % 50), at)]),
  damaged: (packed, at) => {
    const damaged = Buffer.from(packed);
    damaged[at % damaged.length]! ^= 1 + (at % 255);
    return damaged;
  },
};

for (const codec of ['gzip', 'zstd'] as const) {
  test(`whatever befalls a batch packed by ${codec}, the next one comes out as it was`, async () => {
    const noise = (seed: number): Buffer =>
      Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * (i + seed)) >>> 7));
    const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
    const pack = (bytes: Buffer): Buffer => (codec === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes, checked));
    const fate = fc.record({
      fate: fc.constantFrom(...Object.keys(fates)),
      at: fc.nat(1_000_000),
      reads: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fate, fc.nat(1_000), async ({ fate: kind, at, reads }, seed) => {
        const first = unpack(codec, fates[kind]!(pack(noise(seed)), at));
        if (reads) await drain(first).catch(() => {});
        else first.close();
        const next = noise(seed + 1);
        assert.ok((await drain(unpack(codec, pack(next)))).plain.equals(next));
      }),
      { numRuns: 100 },
    );
  });
}

test('Zstandard frames that need a large window have their turn one after the other, and one that is given up makes room', async () => {
  // More than is unpacked ahead: the first has its turn until it is read.
  const noise = Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => (i * i) >>> 7));
  const options = { params: { [constants.ZSTD_c_windowLog]: 26, [constants.ZSTD_c_contentSizeFlag]: 0 } };
  const packed = zstdCompressSync(noise, options);
  const [first, second, third] = [unpack('zstd', packed), unpack('zstd', packed), unpack('zstd', packed)];
  await first.ready();
  assert.equal(second.pull(0), 'later');
  second.close();
  assert.ok((await drain(first)).plain.equals(noise));
  assert.ok((await drain(third)).plain.equals(noise));
});

test('blocks.ts is what blocks.wat makes', async () => {
  assert.equal(readFileSync(written, 'utf8'), await blocksFile(), 'run: node scripts/enter.mjs scripts/wasm.ts');
});
