/** Whether a JSON row says what a canonical text says. */
import { type AvroSchema, viewUnion } from '../../../src/pipeline/avro/schema.ts';
import { bits } from './canonical.ts';

/** Where they differ, such as `geo.country: "x6465" is "DE"`; undefined: nowhere. Decimals are strings in the row. */
export function rowDiffers(schema: AvroSchema, canonicalText: string, row: string): string | undefined {
  return differs(schema, parsed(canonicalText), parsed(row), '');
}

/** JSON whose integers are bigints: they may have any number of digits. */
const parsed = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && /^-?\d+$/.test(context!.source!) ? BigInt(context!.source!) : value,
  );

function differs(schema: AvroSchema, wanted: unknown, json: unknown, path: string): string | undefined {
  const is = (equal: boolean): string | undefined =>
    equal ? undefined : `${path}: wanted ${shown(wanted)}, found ${shown(json)}`;
  const logical = 'logical' in schema ? schema.logical : undefined;
  switch (schema.kind) {
    case 'null':
      return is(json === null);
    case 'boolean':
    // Timestamps and times are numbers, as Avro holds them.
    case 'int':
    case 'long':
    case 'string':
    case 'enum':
      return is(json === wanted);
    case 'float':
    case 'double': {
      if (json === null) return is(notFinite.has((wanted as string).slice(1)));
      // JSON has one zero.
      const value = `"${wanted as string}"` === bits(schema.kind, -0) ? -0 : Number(json);
      return is(bits(schema.kind, value) === `"${wanted as string}"`);
    }
    case 'bytes':
    case 'fixed':
      return is(json === binaryText(schema, logical?.name, wanted));
    case 'array': {
      const items = wanted as readonly unknown[];
      if (!Array.isArray(json) || json.length !== items.length) return is(false);
      return first(items, (item, i) => differs(schema.items, item, json[i], `${path}[${i}]`));
    }
    case 'map': {
      const entries = Object.entries(wanted as object);
      if (!sameKeys(entries, json)) return is(false);
      return first(entries, ([key, value]) =>
        differs(schema.values, value, (json as Record<string, unknown>)[key], `${path}[${JSON.stringify(key)}]`),
      );
    }
    case 'record': {
      const entries = Object.entries(wanted as object);
      if (!sameKeys(entries, json)) return is(false);
      return first(entries, ([key, value], i) =>
        differs(schema.fields[i]!.schema, value, (json as Record<string, unknown>)[key], `${path}.${key}`),
      );
    }
    case 'union': {
      if (wanted === null) return is(json === null);
      const [name, value] = Object.entries(wanted as object)[0]!;
      const branch = schema.branches.find((b) => ('name' in b ? b.name : b.kind) === name);
      return differs(branch!, value, json, viewUnion(schema).kind === 'nullable' ? path : `${path}<${name}>`);
    }
  }
}

function binaryText(schema: AvroSchema, logical: string | undefined, wanted: unknown): string {
  if (typeof wanted === 'bigint')
    return decimalText(wanted, (schema as { logical: { scale?: number } }).logical.scale ?? 0);
  const hex = (wanted as string).slice(1);
  const bytes = Buffer.from(hex, 'hex');
  if (logical === 'uuid' && schema.kind === 'fixed') return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  if (logical !== 'duration') return bytes.toString('base64');
  return durationText(bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8));
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

/** ISO 8601: its three parts stay apart. */
function durationText(months: number, days: number, millis: number): string {
  const seconds = millis % 1000 === 0 ? String(millis / 1000) : decimalText(BigInt(millis), 3);
  return `P${months}M${days}DT${seconds}S`;
}

const notFinite: ReadonlySet<string> = new Set([
  '7f800000',
  'ff800000',
  '7fc00000',
  '7ff0000000000000',
  'fff0000000000000',
  '7ff8000000000000',
]);

function first<T>(list: readonly T[], find: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of list.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

const sameKeys = (entries: readonly (readonly [string, unknown])[], json: unknown): boolean =>
  typeof json === 'object' &&
  json !== null &&
  Object.keys(json).sort().join('\0') ===
    entries
      .map(([key]) => key)
      .sort()
      .join('\0');

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
