/**
 * Q1, Q2 and Q3 as a careful person writes them by hand for exactly this schema: the measure of what generated code may cost.
 * Walks the bytes, leaves as soon as a row can't be kept, writes four bytes at a time; whether the walk stayed inside the body
 * is asked once at its end. Shares nothing with the compiler. Takes well-formed events only: what the schema allows and the
 * generator never makes (strings of 8 KB, integers beyond 2^53) is not looked for.
 */

/** Writes the row of `src[start, end)` at `dst[at]`; answers where it ends, or -1 where the event isn't kept. `dst` has room. */
export type HandKernel = (src: Buffer, start: number, end: number, dst: Buffer, at: number) => number;

/** Views of the two buffers, made anew when they are others. */
let seenSrc: Buffer = Buffer.alloc(0);
let seenDst: Buffer = seenSrc;
let from = new DataView<ArrayBufferLike>(seenSrc.buffer);
let to = from;
function look(src: Buffer, dst: Buffer): void {
  if (src !== seenSrc) {
    seenSrc = src;
    from = new DataView(src.buffer, src.byteOffset, src.length);
  }
  if (dst !== seenDst) {
    seenDst = dst;
    to = new DataView(dst.buffer, dst.byteOffset, dst.length);
  }
}

/** Where the text at `p` begins, and ends. */
const textAt = (src: Buffer, p: number): number => (src[p]! < 128 ? p + 1 : p + 2);
const textEnd = (src: Buffer, p: number): number =>
  src[p]! < 128 ? p + 1 + (src[p]! >> 1) : p + 2 + (((src[p]! & 127) | (src[p + 1]! << 7)) >> 1);

function texts(src: Buffer, p: number, count: number): number {
  for (let i = 0; i < count; i++) p = textEnd(src, p);
  return p;
}

function longs(src: Buffer, p: number, count: number): number {
  for (let i = 0; i < count; i++) while (src[p++]! > 127);
  return p;
}

const optional = (src: Buffer, p: number): number => (src[p] === 0 ? p + 1 : textEnd(src, p + 1));

function long(src: Buffer, p: number): number {
  let b = src[p++]!;
  let low = b & 127;
  for (let shift = 7; b > 127 && shift < 28; shift += 7) {
    b = src[p++]!;
    low |= (b & 127) << shift;
  }
  let value = low;
  for (let scale = 2 ** 28; b > 127; scale *= 128) {
    b = src[p++]!;
    value += (b & 127) * scale;
  }
  return (value & 1) === 0 ? value / 2 : -(value + 1) / 2;
}

/** Bytes that always stand at a place: its words, the last of which overlaps the one before, and its length. */
interface Fixed {
  readonly words: Int32Array;
  readonly length: number;
}

function fixed(text: string): Fixed {
  const bytes = Buffer.from(text);
  const words = [];
  for (let i = 0; i < bytes.length; i += 4) words.push(bytes.readInt32LE(Math.min(i, bytes.length - 4)));
  return { words: new Int32Array(words), length: bytes.length };
}

function put({ words, length }: Fixed, at: number): number {
  const last = words.length - 1;
  for (let i = 0; i < last; i++) to.setInt32(at + 4 * i, words[i]!, true);
  to.setInt32(at + length - 4, words[last]!, true);
  return at + length;
}

function copy(start: number, end: number, at: number): number {
  const shift = at - start;
  if (end - start < 4) {
    for (let i = start; i < end; i++) to.setUint8(i + shift, from.getUint8(i));
    return end + shift;
  }
  for (let i = start; i < end - 4; i += 4) to.setInt32(i + shift, from.getInt32(i, true), true);
  to.setInt32(end - 4 + shift, from.getInt32(end - 4, true), true);
  return end + shift;
}

/** Whether four bytes are ASCII of which none is a control character, a quote or a backslash. */
const plain = (w: number): boolean =>
  ((w + 0x60606060) & ((w ^ 0x22222222) + 0x7f7f7f7f) & ((w ^ 0x5c5c5c5c) + 0x7f7f7f7f) & ~w & 0x80808080) ===
  (0x80808080 | 0);

function string(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  dst[at] = 34;
  const shift = at + 1 - start;
  let i = start;
  for (; i <= end - 4; i += 4) {
    const w = from.getInt32(i, true);
    if (!plain(w)) break;
    to.setInt32(i + shift, w, true);
  }
  let p = i + shift;
  for (; i < end; i++) p = character(src[i]!, dst, p);
  dst[p] = 34;
  return p + 1;
}

/** Bytes of characters outside ASCII stand for themselves. */
function character(c: number, dst: Buffer, p: number): number {
  if (c > 31 && c !== 34 && c !== 92) {
    dst[p] = c;
    return p + 1;
  }
  if (c === 34 || c === 92) {
    dst[p] = 92;
    dst[p + 1] = c;
    return p + 2;
  }
  return p + dst.write(JSON.stringify(String.fromCharCode(c)).slice(1, -1), p);
}

function upper(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  dst[at] = 34;
  let p = at + 1;
  for (let i = start; i < end; i++) {
    const c = src[i]!;
    if (c > 127) return at + dst.write(JSON.stringify(src.toString('utf8', start, end).toUpperCase()), at);
    p = character(c >= 97 && c <= 122 ? c - 32 : c, dst, p);
  }
  dst[p] = 34;
  return p + 1;
}

/** Two digits at once. */
const pairs = new Int16Array(Array.from({ length: 100 }, (_, n) => (48 + (n % 10)) * 256 + 48 + Math.floor(n / 10)));

function number(value: number, dst: Buffer, at: number): number {
  if (value < 0) {
    dst[at++] = 45;
    value = -value;
  }
  let width = 1;
  for (let limit = 10; value >= limit; limit *= 10) width++;
  const end = at + width;
  let p = end;
  while (value > 0x7fffffff) {
    const rest = Math.floor(value / 100);
    p -= 2;
    to.setInt16(p, pairs[value - rest * 100]!, true);
    value = rest;
  }
  let small = value | 0;
  while (small > 99) {
    const rest = (small / 100) | 0;
    p -= 2;
    to.setInt16(p, pairs[small - rest * 100]!, true);
    small = rest;
  }
  if (p - at === 2) to.setInt16(at, pairs[small]!, true);
  else dst[at] = 48 + small;
  return end;
}

const null_ = fixed('null');
const maybe = (src: Buffer, p: number, dst: Buffer, at: number): number =>
  src[p] === 0 ? put(null_, at) : string(src, textAt(src, p + 1), textEnd(src, p + 1), dst, at);
const text = (src: Buffer, p: number, dst: Buffer, at: number): number =>
  string(src, textAt(src, p), textEnd(src, p), dst, at);

const outside = (): never => {
  throw new RangeError('the body ends before its fields do');
};

const q1Keys = [
  '{"time_generated":',
  ',"source_ip":',
  ',"dest_ip":',
  ',"source_user":',
  ',"app":',
  ',"action":',
  ',"bytes_sent":',
  ',"bytes_received":',
  ',"country":',
  ',"rule":',
].map(fixed);

const q1: HandKernel = (src, start, end, dst, at) => {
  // Up to the action every event is walked, so here nothing is called.
  let p = start;
  let n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  const time = p;
  while (src[p++]! > 127);
  while (src[p++]! > 127);
  for (let i = 0; i < 3; i++) {
    n = src[p]!;
    p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  }
  const source = p;
  n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  const dest = p;
  n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  while (src[p++]! > 127);
  while (src[p++]! > 127);
  n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  const app = p;
  n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  const rule = p;
  n = src[p]!;
  p += n < 128 ? 1 + (n >> 1) : 2 + (((n & 127) | (src[p + 1]! << 7)) >> 1);
  const action = p;
  const deny = src[p] === 8 && src[p + 1] === 100 && src[p + 2] === 101 && src[p + 3] === 110 && src[p + 4] === 121;
  if (!deny) return -1;
  const user = p + 5;
  const sent = texts(src, optional(src, optional(src, user)), 2);
  const received = longs(src, sent, 1);
  const bytesSent = long(src, sent);
  const bytesReceived = long(src, received);
  if (bytesSent + bytesReceived <= 1000) return -1;
  const country = optional(src, longs(src, received, 6));
  if (src[country] === 0 || (src[country + 1] === 4 && src[country + 2] === 85 && src[country + 3] === 83)) return -1;
  if (textEnd(src, country + 1) > end) outside();
  look(src, dst);
  at = number(long(src, time), dst, put(q1Keys[0]!, at));
  at = text(src, source, dst, put(q1Keys[1]!, at));
  at = text(src, dest, dst, put(q1Keys[2]!, at));
  at = maybe(src, user, dst, put(q1Keys[3]!, at));
  at = text(src, app, dst, put(q1Keys[4]!, at));
  at = text(src, action, dst, put(q1Keys[5]!, at));
  at = number(bytesSent, dst, put(q1Keys[6]!, at));
  at = number(bytesReceived, dst, put(q1Keys[7]!, at));
  at = text(src, country + 1, dst, put(q1Keys[8]!, at));
  at = upper(src, textAt(src, rule), textEnd(src, rule), dst, put(q1Keys[9]!, at));
  dst[at] = 125;
  return at + 1;
};

const severities = ['"INFO"', '"LOW"', '"MEDIUM"', '"HIGH"', '"CRITICAL"'].map(fixed);
const booleans = [fixed('false'), fixed('true')];
/** Where the walk over an event is. */
let here = 0;

function textHere(src: Buffer, dst: Buffer, at: number): number {
  const p = here;
  here = textEnd(src, p);
  return string(src, textAt(src, p), here, dst, at);
}
function maybeHere(src: Buffer, dst: Buffer, at: number): number {
  return src[here++] === 0 ? put(null_, at) : textHere(src, dst, at);
}
function longHere(src: Buffer, dst: Buffer, at: number): number {
  const value = long(src, here);
  here = longs(src, here, 1);
  return number(value, dst, at);
}
const severityHere = (src: Buffer, _dst: Buffer, at: number): number => put(severities[src[here++]! >> 1]!, at);
const booleanHere = (src: Buffer, _dst: Buffer, at: number): number => put(booleans[src[here++]!]!, at);
function doubleHere(_src: Buffer, dst: Buffer, at: number): number {
  here += 8;
  const digits = String(from.getFloat64(here - 8, true));
  for (let i = 0; i < digits.length; i++) dst[at + i] = digits.charCodeAt(i);
  return at + digits.length;
}

const q2Keys = [
  '{"event_id":',
  ',"time_generated":',
  ',"time_received":',
  ',"tenant_id":',
  ',"device_name":',
  ',"serial_number":',
  ',"source_ip":',
  ',"dest_ip":',
  ',"source_port":',
  ',"dest_port":',
  ',"protocol":',
  ',"app":',
  ',"rule":',
  ',"action":',
  ',"source_user":',
  ',"dest_user":',
  ',"source_zone":',
  ',"dest_zone":',
  ',"bytes_sent":',
  ',"bytes_received":',
  ',"packets_sent":',
  ',"packets_received":',
  ',"session_id":',
  ',"elapsed_seconds":',
  ',"severity":',
  ',"url_category":',
  ',"geo":{"country":',
  ',"latitude":',
  ',"longitude":',
  '},"log_type":',
  ',"inbound_interface":',
  ',"outbound_interface":',
  ',"is_encrypted":',
  ',"is_decrypted":',
].map(fixed);
const [tagsKey, attributesKey, payloadKey] = [fixed(',"tags":['), fixed('],"attributes":{'), fixed('},"payload":')];

const q2: HandKernel = (src, start, end, dst, at) => {
  look(src, dst);
  here = start;
  at = textHere(src, dst, put(q2Keys[0]!, at));
  at = longHere(src, dst, put(q2Keys[1]!, at));
  at = longHere(src, dst, put(q2Keys[2]!, at));
  at = textHere(src, dst, put(q2Keys[3]!, at));
  at = textHere(src, dst, put(q2Keys[4]!, at));
  at = textHere(src, dst, put(q2Keys[5]!, at));
  at = textHere(src, dst, put(q2Keys[6]!, at));
  at = textHere(src, dst, put(q2Keys[7]!, at));
  at = longHere(src, dst, put(q2Keys[8]!, at));
  at = longHere(src, dst, put(q2Keys[9]!, at));
  at = textHere(src, dst, put(q2Keys[10]!, at));
  at = textHere(src, dst, put(q2Keys[11]!, at));
  at = textHere(src, dst, put(q2Keys[12]!, at));
  at = textHere(src, dst, put(q2Keys[13]!, at));
  at = maybeHere(src, dst, put(q2Keys[14]!, at));
  at = maybeHere(src, dst, put(q2Keys[15]!, at));
  at = textHere(src, dst, put(q2Keys[16]!, at));
  at = textHere(src, dst, put(q2Keys[17]!, at));
  at = longHere(src, dst, put(q2Keys[18]!, at));
  at = longHere(src, dst, put(q2Keys[19]!, at));
  at = longHere(src, dst, put(q2Keys[20]!, at));
  at = longHere(src, dst, put(q2Keys[21]!, at));
  at = longHere(src, dst, put(q2Keys[22]!, at));
  at = longHere(src, dst, put(q2Keys[23]!, at));
  at = severityHere(src, dst, put(q2Keys[24]!, at));
  at = maybeHere(src, dst, put(q2Keys[25]!, at));
  at = maybeHere(src, dst, put(q2Keys[26]!, at));
  at = doubleHere(src, dst, put(q2Keys[27]!, at));
  at = doubleHere(src, dst, put(q2Keys[28]!, at));
  at = textHere(src, dst, put(q2Keys[29]!, at));
  at = textHere(src, dst, put(q2Keys[30]!, at));
  at = textHere(src, dst, put(q2Keys[31]!, at));
  at = booleanHere(src, dst, put(q2Keys[32]!, at));
  at = booleanHere(src, dst, put(q2Keys[33]!, at));
  at = put(tagsKey, at);
  for (let first = true; src[here] !== 0; ) {
    const count = long(src, here);
    here = longs(src, here, 1);
    for (let i = 0; i < count; i++) {
      if (!first) dst[at++] = 44;
      first = false;
      at = textHere(src, dst, at);
    }
  }
  here++;
  at = put(attributesKey, at);
  for (let first = true; src[here] !== 0; ) {
    const count = long(src, here);
    here = longs(src, here, 1);
    for (let i = 0; i < count; i++) {
      if (!first) dst[at++] = 44;
      first = false;
      at = textHere(src, dst, at);
      dst[at++] = 58;
      at = textHere(src, dst, at);
    }
  }
  here++;
  at = base64(src, textAt(src, here), textEnd(src, here), dst, put(payloadKey, at));
  if (textEnd(src, here) !== end) outside();
  dst[at] = 125;
  return at + 1;
};

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
/** Two characters for twelve bits. */
const twelve = new Uint16Array(Array.from({ length: 4096 }, (_, n) => alphabet[n & 63]! * 256 + alphabet[n >> 6]!));

function base64(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  dst[at++] = 34;
  let i = start;
  for (; i + 2 < end; i += 3) {
    const bits = (src[i]! << 16) | (src[i + 1]! << 8) | src[i + 2]!;
    to.setInt32(at, twelve[bits >> 12]! | (twelve[bits & 4095]! << 16), true);
    at += 4;
  }
  if (i < end) {
    const two = i + 1 < end;
    const bits = (src[i]! << 16) | (two ? src[i + 1]! << 8 : 0);
    dst[at++] = alphabet[bits >> 18]!;
    dst[at++] = alphabet[(bits >> 12) & 63]!;
    dst[at++] = two ? alphabet[(bits >> 6) & 63]! : 61;
    dst[at++] = 61;
  }
  dst[at] = 34;
  return at + 1;
}

const q3: HandKernel = (src, start, end, dst, at) => {
  const received = longs(src, textEnd(src, start), 1);
  const tenant = longs(src, received, 1);
  const serial = texts(src, tenant, 2);
  const source = textEnd(src, serial);
  const destUser = optional(src, texts(src, longs(src, texts(src, source, 2), 2), 4));
  const sent = texts(src, optional(src, destUser), 2);
  const packets = longs(src, sent, 2);
  if (packets > end) outside();
  look(src, dst);
  at = copy(start, received, at);
  at = copy(tenant, serial, at);
  at = copy(source, destUser, at);
  return copy(sent, packets, at);
};

export const byHandKernels = { q1, q2, q3 } as const;
