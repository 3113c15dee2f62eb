/**
 * Functions of IP addresses and networks, both held as VARCHAR; what counts as one is in ip.ts and cidr.ts. A text that is
 * none makes NULL, never an error; a network that stands in the query as a literal is checked when the query is compiled.
 */
import type { Long, Value } from '../values.ts';
import { type Cidr, contains, parseCidr } from './cidr.ts';
import { fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { bytesOfIp, formatIp, formatIpv4, type Ip, ipOfBytes, newIp, parseIp, parseIpv4 } from './ip.ts';
import { bigint, boolean, bytes, int, varchar } from './results.ts';

/** One for all calls: what is read of it is gone with the next. */
const current = newIp();

const ofIp =
  (of: (ip: Ip) => Value): Implementation =>
  (text: string) =>
    parseIp(text, current) ? of(current) : null;

const ofCidr =
  (of: (cidr: Cidr) => Value): Implementation =>
  (text: string) => {
    const cidr = parseCidr(text);
    return cidr === undefined ? null : of(cidr);
  };

const containsIp = (cidr: Cidr, text: string): boolean | null =>
  parseIp(text, current) ? contains(cidr, current) : null;

function makeContains(known: Value | null | undefined): Implementation {
  if (typeof known !== 'string')
    return (text: string, ip: string) => {
      const cidr = parseCidr(text);
      return cidr === undefined ? null : containsIp(cidr, ip);
    };
  const cidr = parseCidr(known);
  if (cidr === undefined) fail(`'${known}' is no network: write an address and a prefix length, as in 10.0.0.0/8`);
  return (_: string, ip: string) => containsIp(cidr, ip);
}

const privateNetworks: readonly Cidr[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].map((text) => parseCidr(text)!);

const ip: Parameter = { name: 'ip', type: 'VARCHAR' };
const cidr: Parameter = { name: 'cidr', type: 'VARCHAR' };
const text: Parameter = { name: 'text', type: 'VARCHAR' };
const base = { category: 'networks', nulls: 'strict', nullable: true } as const;

export const networks: readonly SqlFunction[] = [
  {
    ...base,
    name: 'IS_IPV4',
    doc: 'Whether the text is an IPv4 address: four decimal octets without leading zeros.',
    examples: [
      { sql: "IS_IPV4('192.0.2.1')", result: 'true' },
      { sql: "IS_IPV4('192.0.2.01')", result: 'false' },
    ],
    parameters: [text],
    nullable: false,
    result: boolean,
    body: { via: 'call', fn: (t: string) => parseIpv4(t, 0) >= 0 },
  },
  {
    ...base,
    name: 'IS_IPV6',
    doc: 'Whether the text is an IPv6 address in a form of RFC 4291, without a zone.',
    examples: [
      { sql: "IS_IPV6('2001:db8::1')", result: 'true' },
      { sql: "IS_IPV6('192.0.2.1')", result: 'false' },
    ],
    parameters: [text],
    nullable: false,
    result: boolean,
    body: { via: 'call', fn: (t: string) => parseIp(t, current) && current.version === 6 },
  },
  {
    ...base,
    name: 'IP_VERSION',
    doc: '4 or 6; NULL where the text is no address.',
    examples: [
      { sql: "IP_VERSION('2001:db8::1')", result: '6' },
      { sql: "IP_VERSION('localhost')", result: 'null' },
    ],
    parameters: [ip],
    result: int,
    body: { via: 'call', fn: ofIp((a) => a.version) },
  },
  {
    ...base,
    name: 'IP_CANONICAL',
    doc: 'The one form of an address by which texts can be compared (RFC 5952 for IPv6). NULL where the text is no address.',
    examples: [
      { sql: "IP_CANONICAL('2001:0DB8:0:0::1')", result: '"2001:db8::1"' },
      { sql: "IP_CANONICAL('::FFFF:c000:201')", result: '"::ffff:192.0.2.1"' },
    ],
    parameters: [ip],
    result: varchar,
    body: { via: 'call', fn: ofIp(formatIp) },
  },
  {
    ...base,
    name: 'IP_IS_PRIVATE',
    doc: 'Whether an address is private (RFC 1918, RFC 4193), loopback or link-local; of an IPv6 address that maps an IPv4 one, whether that is. NULL where the text is no address.',
    examples: [
      { sql: "IP_IS_PRIVATE('172.31.0.1')", result: 'true' },
      { sql: "IP_IS_PRIVATE('8.8.8.8')", result: 'false' },
    ],
    parameters: [ip],
    result: boolean,
    body: { via: 'call', fn: ofIp((a) => privateNetworks.some((network) => contains(network, a))) },
  },
  {
    ...base,
    name: 'IP_TO_BYTES',
    doc: 'The 4 or 16 bytes of an address, in network order; NULL where the text is no address.',
    examples: [{ sql: "TO_HEX(IP_TO_BYTES('192.0.2.1'))", result: '"C0000201"' }],
    parameters: [ip],
    result: bytes,
    body: { via: 'call', fn: ofIp(bytesOfIp) },
  },
  {
    ...base,
    name: 'BYTES_TO_IP',
    doc: 'The canonical text of an address of 4 or 16 bytes; NULL for any other number of bytes.',
    examples: [{ sql: "BYTES_TO_IP(X'c0000201')", result: '"192.0.2.1"' }],
    parameters: [{ name: 'bytes', type: 'BYTES' }],
    result: varchar,
    body: {
      via: 'call',
      fn: (b: Buffer) => {
        const found = ipOfBytes(b);
        return found === undefined ? null : formatIp(found);
      },
    },
  },
  {
    ...base,
    name: 'IPV4_TO_INT',
    doc: 'An IPv4 address as a number from 0 to 4294967295; NULL where the text is none.',
    examples: [{ sql: "IPV4_TO_INT('192.0.2.1')", result: '3221225985' }],
    parameters: [ip],
    result: bigint,
    body: {
      via: 'call',
      fn: (t: string) => {
        const v4 = parseIpv4(t, 0);
        return v4 < 0 ? null : v4;
      },
    },
  },
  {
    ...base,
    name: 'INT_TO_IPV4',
    doc: 'The IPv4 address of a number from 0 to 4294967295; NULL for any other.',
    examples: [{ sql: 'INT_TO_IPV4(3221225985)', result: '"192.0.2.1"' }],
    parameters: [{ name: 'number', type: 'BIGINT' }],
    result: varchar,
    body: { via: 'call', fn: (v: Long) => (v >= 0 && v <= 0xffff_ffff ? formatIpv4(Number(v)) : null) },
  },
  {
    ...base,
    name: 'CIDR_CONTAINS',
    doc: 'Whether an address is in a network. An IPv6 address that maps an IPv4 one is in the IPv4 networks of that address; no other address is in a network of the other version. NULL where the address or the network is none; a literal that is no network is an error of the query.',
    examples: [
      { sql: "CIDR_CONTAINS('10.0.0.0/8', '10.1.2.3')", result: 'true' },
      { sql: "CIDR_CONTAINS('2001:db8::/32', '2001:db9::1')", result: 'false' },
      { sql: "CIDR_CONTAINS('10.0.0.0/8', '::ffff:10.1.2.3')", result: 'true' },
      { sql: "CIDR_CONTAINS('10.0.0.0/8', 'localhost')", result: 'null' },
    ],
    parameters: [cidr, ip],
    result: boolean,
    body: { via: 'made', make: (_, known) => makeContains(known[0]) },
  },
  {
    ...base,
    name: 'CIDR_MIN',
    doc: 'The first address of a network; NULL where the text is none.',
    examples: [{ sql: "CIDR_MIN('192.0.2.77/26')", result: '"192.0.2.64"' }],
    parameters: [cidr],
    result: varchar,
    body: { via: 'call', fn: ofCidr(({ min }) => formatIp(min)) },
  },
  {
    ...base,
    name: 'CIDR_MAX',
    doc: 'The last address of a network; NULL where the text is none.',
    examples: [{ sql: "CIDR_MAX('2001:db8::/112')", result: '"2001:db8::ffff"' }],
    parameters: [cidr],
    result: varchar,
    body: { via: 'call', fn: ofCidr(({ max }) => formatIp(max)) },
  },
  {
    ...base,
    name: 'CIDR_PREFIX_LENGTH',
    doc: 'How many bits the addresses of a network have in common; NULL where the text is no network.',
    examples: [{ sql: "CIDR_PREFIX_LENGTH('10.0.0.0/8')", result: '8' }],
    parameters: [cidr],
    result: int,
    body: { via: 'call', fn: ofCidr(({ prefix }) => prefix) },
  },
];
