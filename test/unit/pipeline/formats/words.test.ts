/** Writing four bytes at a time: the same text as byte by byte, and never a byte read or written outside of its piece. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1, q2 } from '../../../../examples/firewall/queries.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { writeDouble, writeInt, writeLong } from '../../../../src/pipeline/formats/json/number.ts';
import { writeBase64, writeLower, writeString, writeUpper } from '../../../../src/pipeline/formats/json/text.ts';
import { callKernel } from '../support.ts';

const margin = 16;

/** `bytes` as a Buffer that begins and ends at odd places of a larger ArrayBuffer. */
function within(bytes: Uint8Array, poison = 0x22): Buffer {
  const whole = new Uint8Array(bytes.length + 2 * margin + 1).fill(poison);
  whole.set(bytes, margin + 1);
  return Buffer.from(whole.buffer, margin + 1, bytes.length);
}

/** Writes at position 3 of a Buffer with every room up to one byte more than is needed, and checks that nothing else changes. */
function everyRoom(wanted: Buffer, write: (dst: Buffer, at: number) => number): void {
  const at = 3;
  for (let room = 0; room <= wanted.length + 1; room++) {
    const dst = within(new Uint8Array(at + room).fill(7), 7);
    const end = write(dst, at);
    const around = Buffer.from(dst.buffer);
    const from = dst.byteOffset + at;
    assert.deepEqual(around.subarray(0, from), Buffer.alloc(from, 7));
    assert.deepEqual(around.subarray(from + room), Buffer.alloc(around.length - from - room, 7));
    if (room < wanted.length) assert.ok(end > dst.length, `${end} of ${dst.length} for ${wanted}`);
    else assert.equal(dst.toString('utf8', at, end), wanted.toString());
  }
}

const specials = ['"', '\\', '\n', '\u0000', '\u001f', ' ', '!', '#', '[', ']', '\u007f', 'é', '漢', '😀', 'a', 'Z'];
const edges = ['@', 'A', 'Z', '[', '`', 'a', 'z', '{', '\u0080'];

test('a special character at each place of strings of each length is written as JSON.stringify does', () => {
  for (const special of [...specials, ...edges])
    for (let length = 0; length <= 9; length++)
      for (let place = 0; place <= length; place++) {
        const text = 'mNoPqRsTu'.slice(0, place) + special + 'mNoPqRsTu'.slice(place, length);
        const src = within(Buffer.from(text));
        const dst = Buffer.alloc(200);
        const written = (write: typeof writeString): string =>
          dst.toString('utf8', 1, write(src, 0, src.length, dst, 1));
        assert.equal(written(writeString), JSON.stringify(text));
        assert.equal(written(writeUpper), JSON.stringify(text.toUpperCase()));
        assert.equal(written(writeLower), JSON.stringify(text.toLowerCase()));
      }
});

test('what stands around a string is not looked at', () => {
  for (let length = 0; length <= 12; length++)
    for (const poison of ['"', 'é', 'x']) {
      const text = 'abcdefghijkl'.slice(0, length);
      const src = Buffer.from(`${poison.repeat(5)}${text}${poison.repeat(5)}`);
      const start = Buffer.byteLength(poison) * 5;
      const dst = Buffer.alloc(64);
      assert.equal(dst.toString('utf8', 0, writeString(src, start, start + length, dst, 0)), `"${text}"`);
      assert.equal(dst.toString('utf8', 0, writeUpper(src, start, start + length, dst, 0)), `"${text.toUpperCase()}"`);
    }
});

test('a string that ends where dst ends is written, and one that is cut off says so', () => {
  for (let length = 0; length <= 13; length++)
    for (const last of ['k', '"', '\u0001', 'é']) {
      const text = 'aBcDeFgHiJkLm'.slice(0, length) + last;
      const src = within(Buffer.from(text));
      const json = (t: string): Buffer => Buffer.from(JSON.stringify(t));
      everyRoom(json(text), (dst, at) => writeString(src, 0, src.length, dst, at));
      everyRoom(json(text.toUpperCase()), (dst, at) => writeUpper(src, 0, src.length, dst, at));
      everyRoom(json(text.toLowerCase()), (dst, at) => writeLower(src, 0, src.length, dst, at));
      everyRoom(json(src.toString('base64')), (dst, at) => writeBase64(src, 0, src.length, dst, at));
    }
});

test('a number of any width is written up to the end of dst, and one that is cut off says so', () => {
  for (let power = 0; power <= 15; power++)
    for (const v of [10 ** power, 10 ** power - 1, 10 ** power + 7, -(10 ** power)]) {
      everyRoom(Buffer.from(String(v)), (dst, at) => writeLong(dst, at, v));
      everyRoom(Buffer.from(String(v)), (dst, at) => writeDouble(dst, at, v));
      if ((v | 0) === v) everyRoom(Buffer.from(String(v)), (dst, at) => writeInt(dst, at, v));
      everyRoom(Buffer.from(String(v / 1000)), (dst, at) => writeDouble(dst, at, v / 1000));
    }
  for (let v = 0; v < 20_000; v++) everyDigit(v);
  for (let v = 99_990_000; v < 100_010_000; v += 7) everyDigit(v);
});

function everyDigit(v: number): void {
  const dst = Buffer.alloc(32);
  assert.equal(dst.toString('latin1', 0, writeInt(dst, 0, v)), String(v));
  assert.equal(dst.toString('latin1', 0, writeLong(dst, 0, v + 1e12)), String(v + 1e12));
}

test('a row fits into a dst that ends with it, and one byte less says that it does not', () => {
  const kernels = [q1, q2].map((sql) =>
    compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' }).kernel('firewall', eventSchema),
  );
  const whole = Buffer.alloc(4096);
  let rows = 0;
  for (const body of generateEvents({ seed: 3, count: 12 }))
    for (const kernel of kernels) {
      const length = callKernel(kernel, body, 0, body.length, whole, 0);
      if (length < 0) continue;
      rows++;
      const src = within(body);
      everyRoom(whole.subarray(0, length), (dst, at) => callKernel(kernel, src, 0, src.length, dst, at));
    }
  assert.ok(rows > 12);
});
