/**
 * Hashes and encodings of bytes. A VARCHAR is hashed as its UTF-8 bytes. Encodings of text by a character set, and the
 * digits of numbers, are functions of strings.
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { murmur2 } from '../../kafka/murmur2.ts';
import type { Value } from '../values.ts';
import { checkLength, fail } from './fail.ts';
import type { Implementation, SqlFunction } from './function.ts';
import { bigint, bytes, int, textOrBytes, varchar } from './results.ts';

type Octets = string | Buffer;

const octets = (v: Octets): Buffer => (typeof v === 'string' ? Buffer.from(v) : v);

function encode(name: string, v: Octets, encoding: 'base64' | 'hex'): string {
  checkLength(2 * v.length, name);
  return octets(v).toString(encoding);
}

/** A function of VARCHAR or BYTES. */
const ofOctets = {
  category: 'hashes and encodings',
  parameters: [{ name: 'data', type: 'ANY' }],
  nulls: 'strict',
  check: textOrBytes,
} as const;

const digest = (name: string, title: string, standard: string, ofA: string): SqlFunction => {
  const algorithm = name.toLowerCase();
  return {
    ...ofOctets,
    name,
    doc: `The ${title} hash of a text's UTF-8 bytes, or of bytes, in lower-case hexadecimal digits (${standard}).`,
    examples: [{ sql: `${name}('a')`, result: `"${ofA}"` }],
    result: varchar,
    body: { via: 'call', fn: (v: Octets) => hash(algorithm, v, 'hex') },
  };
};

const lengths: ReadonlyMap<Value, string> = new Map([224, 256, 384, 512].map((bits) => [bits, `sha${bits}`]));

function sha2(v: Octets, bits: number): string {
  const algorithm = lengths.get(bits);
  if (algorithm !== undefined) return hash(algorithm, v, 'hex');
  fail(`SHA2 of ${bits} bits: there are 224, 256, 384 and 512`);
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(text);

/** Bytes of a text that is well formed; Node's decoder stops, or passes over, where it isn't. */
const decoder =
  (isWellFormed: (text: string) => boolean, encoding: 'base64' | 'hex'): Implementation =>
  (text: string) =>
    isWellFormed(text) ? Buffer.from(text, encoding) : null;

export const hashes: readonly SqlFunction[] = [
  digest('MD5', 'MD5', 'RFC 1321', '0cc175b9c0f1b6a831c399e269772661'),
  digest('SHA1', 'SHA-1', 'FIPS 180-4', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
  digest('SHA224', 'SHA-224', 'FIPS 180-4', 'abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5'),
  digest('SHA256', 'SHA-256', 'FIPS 180-4', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'),
  digest(
    'SHA384',
    'SHA-384',
    'FIPS 180-4',
    '54a59b9f22b0b80880d8427e548b7c23abd873486e1f035dce9cd697e85175033caa88e6d57bc35efae0b5afd3145f31',
  ),
  digest(
    'SHA512',
    'SHA-512',
    'FIPS 180-4',
    '1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75',
  ),
  {
    ...ofOctets,
    name: 'SHA2',
    doc: 'The SHA-2 hash of so many bits (224, 256, 384 or 512), in lower-case hexadecimal digits. Another number of bits is an error of the record.',
    examples: [{ sql: "SHA2('a', 224)", result: '"abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5"' }],
    parameters: [...ofOctets.parameters, { name: 'bits', type: 'INT' }],
    result: varchar,
    fallible: true,
    body: { via: 'call', fn: sha2 },
  },
  {
    ...ofOctets,
    name: 'CRC32',
    doc: "The CRC-32 checksum (the one of zip and PNG) of a text's UTF-8 bytes, or of bytes, from 0 to 4294967295.",
    examples: [{ sql: "CRC32('123456789')", result: '3421780262' }],
    result: bigint,
    body: { via: 'call', fn: (v: Octets) => crc32(v) },
  },
  {
    ...ofOctets,
    name: 'MURMUR2',
    doc: "Kafka's own 32-bit MurmurHash2, signed, of a text's UTF-8 bytes, or of bytes. Kafka's Java client sends a key to partition (MURMUR2(key) without its sign bit) modulo the number of partitions.",
    examples: [{ sql: "MURMUR2('21')", result: '-973932308' }],
    result: int,
    body: {
      via: 'call',
      fn: (v: Octets) => {
        const key = octets(v);
        return murmur2(key, 0, key.length);
      },
    },
  },
  {
    ...ofOctets,
    name: 'TO_BASE64',
    doc: "A text's UTF-8 bytes, or bytes, in base64 with padding (RFC 4648).",
    examples: [
      { sql: "TO_BASE64('hello')", result: '"aGVsbG8="' },
      { sql: "TO_BASE64(X'00ff')", result: '"AP8="' },
    ],
    result: varchar,
    fallible: true,
    body: { via: 'call', fn: (v: Octets) => encode('TO_BASE64', v, 'base64') },
  },
  {
    name: 'FROM_BASE64',
    category: 'hashes and encodings',
    doc: 'The bytes that a base64 text stands for (RFC 4648, padding included); NULL where the text is no base64.',
    examples: [
      { sql: "TO_HEX(FROM_BASE64('AP8='))", result: '"00FF"' },
      { sql: "FROM_BASE64('no base64')", result: 'null' },
    ],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nulls: 'strict',
    nullable: true,
    result: bytes,
    body: { via: 'call', fn: decoder(isBase64, 'base64') },
  },
  {
    ...ofOctets,
    name: 'TO_HEX',
    doc: "A text's UTF-8 bytes, or bytes, as two upper-case hexadecimal digits each.",
    examples: [{ sql: "TO_HEX(X'00ff')", result: '"00FF"' }],
    result: varchar,
    fallible: true,
    body: { via: 'call', fn: (v: Octets) => encode('TO_HEX', v, 'hex').toUpperCase() },
  },
  {
    name: 'FROM_HEX',
    category: 'hashes and encodings',
    doc: 'The bytes that pairs of hexadecimal digits, in either case, stand for; NULL where the text is anything else.',
    examples: [
      { sql: "TO_BASE64(FROM_HEX('00fF'))", result: '"AP8="' },
      { sql: "FROM_HEX('0')", result: 'null' },
    ],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nulls: 'strict',
    nullable: true,
    result: bytes,
    body: { via: 'call', fn: decoder(isHex, 'hex') },
  },
];
