/**
 * A payload codec that encrypts (AES-256-GCM), for `temporal.codec`. Its keys are in the file that PAYLOAD_KEYS names: one a line, an id and 32
 * bytes in base64 (`echo "k1 $(openssl rand -base64 32)"`). The first encrypts; the others still decrypt what they have encrypted.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const encoding = Buffer.from('binary/encrypted');

const keys = new Map(
  readFileSync(process.env['PAYLOAD_KEYS'] ?? '', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([id, key]) => [id, Buffer.from(key, 'base64')]),
);
const [newest] = keys.keys();

/** Bytes as text: a payload is encrypted whole, what is said of it too. */
const packed = ({ metadata, data }) =>
  JSON.stringify({
    metadata: Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    data: Buffer.from(data ?? []).toString('base64'),
  });

function unpacked(text) {
  const { metadata, data } = JSON.parse(text);
  return {
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: Buffer.from(data, 'base64'),
  };
}

function encrypted(payload) {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, keys.get(newest), iv);
  const text = Buffer.concat([cipher.update(packed(payload), 'utf8'), cipher.final()]);
  return { metadata: { encoding, key: Buffer.from(newest) }, data: Buffer.concat([iv, cipher.getAuthTag(), text]) };
}

function decrypted(payload) {
  const { metadata, data } = payload;
  // From before there was a codec.
  if (metadata?.encoding === undefined || !encoding.equals(metadata.encoding)) return payload;
  const id = Buffer.from(metadata.key).toString();
  const key = keys.get(id);
  if (key === undefined) throw new Error(`The key ${id}, with which a payload is encrypted, is not in PAYLOAD_KEYS.`);
  const cipher = createDecipheriv(algorithm, key, data.subarray(0, ivBytes));
  cipher.setAuthTag(data.subarray(ivBytes, ivBytes + tagBytes));
  return unpacked(Buffer.concat([cipher.update(data.subarray(ivBytes + tagBytes)), cipher.final()]).toString());
}

export default {
  encode: async (payloads) => payloads.map(encrypted),
  decode: async (payloads) => payloads.map(decrypted),
};
