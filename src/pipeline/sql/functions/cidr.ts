/**
 * Networks of IP addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32` (RFC 4632, RFC 4291). Bits of the address beyond
 * the prefix may be set and do not count.
 *
 * An IPv6 address that maps an IPv4 one (::ffff:10.1.2.3) is in the IPv4 network of that address; an IPv4 address is in
 * an IPv6 network only where that is one of mapped addresses.
 */
import { type Ip, newIp, parseIp, setIpv6 } from './ip.ts';

export interface Cidr {
  /** The first address: bits beyond the prefix are 0. */
  readonly min: Ip;
  /** The last: they are 1. */
  readonly max: Ip;
  /** In bits, up to 32 or 128. */
  readonly prefix: number;
}

/** Undefined where the text is no network in CIDR notation. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const [min, digits] = [newIp(), text.slice(slash + 1)];
  if (slash < 0 || !/^(0|[1-9][0-9]{0,2})$/.test(digits) || !parseIp(text.slice(0, slash), min)) return undefined;
  const prefix = Number(digits);
  if (prefix > (min.version === 4 ? 32 : 128)) return undefined;
  const max = newIp();
  if (min.version === 4) {
    const rest = 2 ** (32 - prefix);
    min.v4 -= min.v4 % rest;
    max.v4 = min.v4 + rest - 1;
    return { min, max, prefix };
  }
  for (let i = 0; i < 8; i++) {
    const rest = 2 ** Math.min(16, Math.max(0, 16 * (i + 1) - prefix));
    min.groups[i] = min.groups[i]! - (min.groups[i]! % rest);
    max.groups[i] = min.groups[i]! + rest - 1;
  }
  setIpv6(min);
  setIpv6(max);
  return { min, max, prefix };
}

export function contains({ min, max }: Cidr, ip: Ip): boolean {
  if (min.version === 4 || ip.version === 4)
    // Where the first address of an IPv6 network maps one, all of them do.
    return min.v4 >= 0 && ip.v4 >= min.v4 && ip.v4 <= max.v4;
  for (let i = 0; i < 8; i++) {
    const group = ip.groups[i]!;
    if (group < min.groups[i]! || group > max.groups[i]!) return false;
  }
  return true;
}
