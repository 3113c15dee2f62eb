/**
 * IP addresses and the text of them, strictly: four decimal octets without leading zeros (RFC 6943, section 3.1.1), and
 * the forms of RFC 4291, section 2.2, without zones. Networks of addresses are in cidr.ts.
 */
export interface Ip {
  version: 4 | 6;
  /** The IPv4 address as 32 bits, not negative; also of an IPv6 address that maps one (::ffff:0:0/96). Else -1. */
  v4: number;
  /** Sixteen bits each; means nothing for version 4. */
  readonly groups: Uint16Array;
}

export const newIp = (): Ip => ({ version: 4, v4: 0, groups: new Uint16Array(8) });

const [dot, colon] = [0x2e, 0x3a];

/** Whether the text is an address; then `ip` is it. */
export function parseIp(text: string, ip: Ip): boolean {
  ip.v4 = parseIpv4(text, 0);
  ip.version = 4;
  if (ip.v4 >= 0) return true;
  if (!parseGroups(text, ip.groups)) return false;
  setIpv6(ip);
  return true;
}

/** Makes `ip` the IPv6 address that its groups say. */
export function setIpv6(ip: Ip): void {
  const { groups } = ip;
  ip.version = 6;
  ip.v4 = isMapped(groups) ? groups[6]! * 65536 + groups[7]! : -1;
}

function isMapped(groups: Uint16Array): boolean {
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return false;
  return groups[5] === 0xffff;
}

/** The address that fills the text from `at` on, as 32 bits; -1 where it isn't one. */
export function parseIpv4(text: string, at: number): number {
  let address = 0;
  for (let octets = 1; ; octets++) {
    const from = at;
    let octet = 0;
    for (; at < text.length && at - from < 3; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      octet = octet * 10 + digit;
    }
    const leadingZero = at - from > 1 && text.charCodeAt(from) === 48;
    if (at === from || octet > 255 || leadingZero) return -1;
    address = address * 256 + octet;
    if (octets === 4) return at === text.length ? address : -1;
    if (text.charCodeAt(at++) !== dot) return -1;
  }
}

function parseGroups(text: string, groups: Uint16Array): boolean {
  // How many groups are read, and how many stand before `::`.
  let [count, before] = [0, -1];
  let at = 0;
  if (text.startsWith('::')) [at, before] = [2, 0];
  while (at < text.length) {
    const from = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0; digit = hexDigit(text, ++at)) group = group * 16 + digit;
    if (text.charCodeAt(at) === dot) return count <= 6 && endsInIpv4(text, from, groups, count, before);
    if (at === from || at - from > 4 || count === 8) return false;
    groups[count++] = group;
    if (at === text.length) break;
    if (text.charCodeAt(at++) !== colon || at === text.length) return false;
    if (text.charCodeAt(at) !== colon) continue;
    if (before >= 0) return false;
    before = count;
    at++;
  }
  return spread(groups, count, before);
}

function endsInIpv4(text: string, at: number, groups: Uint16Array, count: number, before: number): boolean {
  const v4 = parseIpv4(text, at);
  if (v4 < 0) return false;
  groups[count] = v4 >>> 16;
  groups[count + 1] = v4 & 0xffff;
  return spread(groups, count + 2, before);
}

function hexDigit(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c >= 48 && c <= 57) return c - 48;
  const letter = c | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Puts zeros where `::` stood: for one group at least. */
function spread(groups: Uint16Array, count: number, before: number): boolean {
  if (before < 0) return count === 8;
  if (count === 8) return false;
  groups.copyWithin(8 - (count - before), before, count);
  groups.fill(0, before, 8 - (count - before));
  return true;
}

export const formatIpv4 = (v4: number): string => `${v4 >>> 24}.${(v4 >>> 16) & 255}.${(v4 >>> 8) & 255}.${v4 & 255}`;

/** RFC 5952: lower case, `::` for the first of the longest runs of zeros; a mapped IPv4 address with dots. */
export function formatIp(ip: Ip): string {
  if (ip.version === 4) return formatIpv4(ip.v4);
  if (ip.v4 >= 0) return `::ffff:${formatIpv4(ip.v4)}`;
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    const from = i;
    while (i < 8 && ip.groups[i] === 0) i++;
    if (i - from > length) [start, length] = [from, i - from];
  }
  const hex = Array.from(ip.groups, (group) => group.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Four or sixteen bytes, in network order. */
export function bytesOfIp(ip: Ip): Buffer {
  if (ip.version === 4) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(ip.v4);
    return bytes;
  }
  const bytes = Buffer.alloc(16);
  for (let i = 0; i < 8; i++) bytes.writeUInt16BE(ip.groups[i]!, 2 * i);
  return bytes;
}

/** The address of four or sixteen bytes; undefined for any other number of them. */
export function ipOfBytes(bytes: Buffer): Ip | undefined {
  const ip = newIp();
  if (bytes.length === 4) {
    ip.v4 = bytes.readUInt32BE();
    return ip;
  }
  if (bytes.length !== 16) return undefined;
  for (let i = 0; i < 8; i++) ip.groups[i] = bytes.readUInt16BE(2 * i);
  setIpv6(ip);
  return ip;
}
