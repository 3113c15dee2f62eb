/**
 * Makes firewall-like events as Avro bodies (examples/firewall/event.avsc), the same ones for the same seed on every machine. Writes the
 * bytes directly, so that a million take a few seconds. Owns the shape of the data: about 460 bytes an event, 25 % of
 * them kept by Q1, strings that need escaping now and then, nulls in every nullable field.
 */
import { Bytes } from './bytes.ts';
import { Random } from './random.ts';

export interface GenerateOptions {
  /** Any integer; equal seeds make equal events. */
  readonly seed: number;
  /** How many events to make. */
  readonly count: number;
  /** Number of the first event: `from: 100` continues a run of `count: 100`, with other ids and later times. 0 by default. */
  readonly from?: number;
}

const encoded = (texts: readonly string[]): readonly Buffer[] =>
  texts.map((text) => {
    const bytes = Buffer.from(text);
    const out = new Bytes(Buffer.alloc(bytes.length + 5));
    out.long(bytes.length);
    return Buffer.concat([out.buffer.subarray(0, out.at), bytes]);
  });
const series = (count: number, text: (n: number) => string): readonly Buffer[] =>
  encoded(Array.from({ length: count }, (_, n) => text(n)));
const digits = (n: number, width: number): string => n.toString().padStart(width, '0');

/** 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600_000;
const tenants = series(8, (n) => `tenant-${digits(n, 2)}`);
const devices = series(40, (n) => `fw-${['ams', 'fra', 'iad', 'sin'][n % 4]}-${digits(n, 3)}`);
const serials = series(40, (n) => `0079510${digits(n * 7919, 8)}`);
const hosts = series(4096, (n) => `10.${(n * 37) % 256}.${(n * 101) % 256}.${(n % 254) + 1}`);
const remotes = series(4096, (n) => `${(n % 190) + 20}.${(n * 53) % 256}.${(n * 29) % 256}.${(n * 7) % 256}`);
const protocols = encoded(['tcp', 'tcp', 'tcp', 'udp', 'icmp']);
const apps = encoded([
  'web-browsing',
  'ssl',
  'dns-base',
  'ms-office365',
  'ssh',
  'ntp-base',
  'youtube-streaming',
  'smb',
]);
const rules = [
  ...series(
    60,
    (n) => `${n % 3 === 0 ? 'Block' : 'Allow'}-outbound-${['web', 'mail', 'guest'][n % 3]}-${digits(n, 2)}`,
  ),
  ...encoded(['Règle "invités"', 'deny\\legacy\tservers']),
];
const [deny, ...otherActions] = encoded(['deny', 'allow', 'allow', 'drop', 'reset-both']) as [Buffer, ...Buffer[]];
const users = series(500, (n) => `corp\\user${digits(n, 4)}`);
const zones = encoded(['trust', 'untrust', 'dmz', 'guest-wifi', 'datacenter']);
const categories = encoded(['business-and-economy', 'social-networking', 'malware', 'unknown']);
const countries = encoded(['DE', 'NL', 'FR', 'GB', 'JP', 'BR', 'IN', 'CN']);
const [unitedStates] = encoded(['US']) as [Buffer];
const logTypes = encoded(['TRAFFIC', 'THREAT', 'URL']);
const interfaces = series(12, (n) => `ethernet1/${n + 1}.${100 + n}`);
const tags = encoded(['pci', 'internet-facing', 'high-risk', 'monitored', 'branch-office', 'iot']);
const keys = encoded(['session_end_reason', 'http_method', 'tls_version', 'policy_version']);
const values = encoded(['aged-out', 'tcp-fin', 'GET', 'POST', 'TLSv1.3', 'TLSv1.2', '2026.11.3', 'n/a']);

/** Avro bodies, each a view of its own bytes. */
export function* generateEvents(options: GenerateOptions): Generator<Buffer> {
  const { seed, count, from = 0 } = options;
  const chunk = 1 << 20;
  let out = new Bytes(Buffer.allocUnsafeSlow(chunk));
  for (let n = from; n < from + count; n++) {
    if (out.at + eventBytesMax > chunk) out = new Bytes(Buffer.allocUnsafeSlow(chunk));
    const start = out.at;
    writeEvent(out, new Random(seed, n), n);
    yield out.buffer.subarray(start, out.at);
  }
}

/** No event is longer. */
const eventBytesMax = 2048;

/** The fields in the schema's order. The id is unique and the time strictly rising, so that a test can tell events apart. */
function writeEvent(out: Bytes, random: Random, n: number): void {
  const time = epoch + n;
  writeNumbered(out, n);
  out.long(time);
  out.long(time + random.below(5000));
  out.raw(random.of(tenants));
  const device = random.below(devices.length);
  out.raw(devices[device]!);
  out.raw(serials[device]!);
  out.raw(random.of(hosts));
  out.raw(random.of(remotes));
  out.long(1024 + random.below(64_000));
  out.long(random.chance(80) ? 443 : random.below(65_536));
  out.raw(random.of(protocols));
  out.raw(random.of(apps));
  out.raw(random.of(rules));
  out.raw(random.chance(40) ? deny : random.of(otherActions));
  out.optional(random.chance(70) ? random.of(users) : undefined);
  out.optional(random.chance(20) ? random.of(users) : undefined);
  out.raw(random.of(zones));
  out.raw(random.of(zones));
  writeTraffic(out, random);
  writeRest(out, random);
}

/** `bytes_sent` to `severity`. */
function writeTraffic(out: Bytes, random: Random): void {
  const small = random.chance(16);
  out.long(small ? random.below(400) : 900 + random.below(60_000));
  out.long(small ? random.below(500) : 500 + random.below(900_000));
  out.long(1 + random.below(600));
  out.long(1 + random.below(900));
  out.long(random.below(2 ** 31));
  out.long(random.below(3600));
  out.long(random.below(5));
}

/** `url_category` to `payload`. */
function writeRest(out: Bytes, random: Random): void {
  out.optional(random.chance(60) ? random.of(categories) : undefined);
  out.optional(random.chance(3) ? undefined : random.chance(21) ? unitedStates : random.of(countries));
  out.double((random.below(180_000) - 90_000) / 1000);
  out.double((random.below(360_000) - 180_000) / 1000);
  out.raw(random.of(logTypes));
  out.raw(random.of(interfaces));
  out.raw(random.of(interfaces));
  out.byte(random.below(2));
  out.byte(random.below(2));
  const tagged = random.below(4);
  if (tagged > 0) out.long(tagged);
  for (let i = 0; i < tagged; i++) out.raw(random.of(tags));
  out.long(0);
  out.long(keys.length);
  for (const key of keys) {
    out.raw(key);
    out.raw(random.of(values));
  }
  out.long(0);
  const payload = 64 + random.below(64);
  out.long(payload);
  for (let i = 0; i < payload; i += 4) out.word(random.next());
  out.at -= (4 - (payload % 4)) % 4;
}

/** `evt-` and twelve digits. */
function writeNumbered(out: Bytes, n: number): void {
  out.long(16);
  out.ascii('evt-');
  out.digits(n, 12);
}
