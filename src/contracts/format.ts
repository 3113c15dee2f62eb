/**
 * How a sink's records look. Written short (`format: json`) or with options (`format: { json: { bigint: string } }`);
 * stored as written, and filled with defaults by {@link formatOf} where it is used.
 */
import { z } from 'zod';

const jsonOptions = z.strictObject({
  /** 64-bit integers, and timestamps finer than milliseconds: a JSON number (exact in the text; JavaScript and jq lose digits beyond 2^53), or a string. */
  bigint: z.enum(['number', 'string']).optional(),
  /** Decimals: always with all their digits, as a JSON number or a string. */
  decimal: z.enum(['number', 'string']).optional(),
  /** Dates, times and timestamps: the number that Avro holds, or ISO 8601 text. */
  temporal: z.enum(['number', 'iso']).optional(),
});

/** Names of Avro's own types: no other type may be called so, in whatever namespace. */
export const avroPrimitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export const isAvroPrimitive = (name: string): name is (typeof avroPrimitives)[number] =>
  (avroPrimitives as readonly string[]).includes(name);

const avroOptions = z.strictObject({
  /** Full name of the output's record; `millrace.<tenant>.<job>` with hyphens as underscores (and one behind a job's that Avro has, as int_) where it isn't given. */
  name: z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/,
      'an Avro full name: parts of letters, digits and _, joined by dots',
    )
    .max(200)
    .refine((name) => !isAvroPrimitive(name.split('.').at(-1)!), 'ends in the name of one of Avro’s own types')
    .optional(),
  /** What names the schema in each record: nothing; the prefix 0x00 and a 4-byte id; or the header __value_schema_id with a GUID. */
  framing: z
    .union([
      z.enum(['none', 'guid']),
      z.strictObject({
        confluent: z
          .int()
          .min(0)
          .max(2 ** 31 - 1),
      }),
    ])
    .optional(),
});

const csvOptions = z
  .strictObject({
    /** Puts the line of column names before each record's line (in `millrace query`: once). */
    header: z.boolean().optional(),
    delimiter: z
      .string()
      .length(1)
      .regex(/^[^"\r\n\ud800-\udfff]$/, 'one character that is no quote and no line end')
      .optional(),
    /** Which fields stand in quotes: those that need it (RFC 4180), or all. */
    quoting: z.enum(['minimal', 'all']).optional(),
    /** What stands for NULL, unquoted; nothing by default. */
    null: z
      .string()
      .max(16)
      .regex(/^[^"\r\n]*$/, 'no quotes or line ends')
      .optional(),
  })
  .refine(({ delimiter = ',', null: absent = '' }) => !absent.includes(delimiter), {
    error: 'holds the delimiter: it would be read as several fields',
    path: ['null'],
    params: { remedy: 'take another word for NULL, or another delimiter' },
  });

export const formatSpec = z.union(
  [
    z.enum(['json', 'avro', 'csv']),
    z.strictObject({ json: jsonOptions }),
    z.strictObject({ avro: avroOptions }),
    z.strictObject({ csv: csvOptions }),
  ],
  { error: 'must be json, avro or csv, or one of these with its options, as { json: { bigint: string } }' },
);

export type FormatSpec = z.output<typeof formatSpec>;

export type Format =
  | {
      readonly kind: 'json';
      readonly bigint: 'number' | 'string';
      readonly decimal: 'number' | 'string';
      readonly temporal: 'number' | 'iso';
    }
  | { readonly kind: 'avro'; readonly name: string | undefined; readonly framing: Framing }
  | {
      readonly kind: 'csv';
      readonly header: boolean;
      readonly delimiter: string;
      readonly quoting: 'minimal' | 'all';
      readonly null: string;
    };

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'guid' }
  | { readonly kind: 'confluent'; readonly id: number };

/** The format with its defaults. */
export function formatOf(spec: FormatSpec): Format {
  const given: {
    json?: z.output<typeof jsonOptions>;
    avro?: z.output<typeof avroOptions>;
    csv?: z.output<typeof csvOptions>;
  } = typeof spec === 'string' ? { [spec]: {} } : spec;
  if (given.avro !== undefined) return { kind: 'avro', name: given.avro.name, framing: framingOf(given.avro.framing) };
  if (given.csv !== undefined) {
    const { header = false, delimiter = ',', quoting = 'minimal', null: absent = '' } = given.csv;
    return { kind: 'csv', header, delimiter, quoting, null: absent };
  }
  const { bigint = 'number', decimal = 'number', temporal = 'number' } = given.json ?? {};
  return { kind: 'json', bigint, decimal, temporal };
}

function framingOf(framing: z.output<typeof avroOptions>['framing']): Framing {
  if (framing === undefined) return { kind: 'none' };
  return typeof framing === 'string' ? { kind: framing } : { kind: 'confluent', id: framing.confluent };
}
