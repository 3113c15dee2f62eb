/** The kinds of expressions, literals of each, and how a cast names it. */
import type { Kind } from './rows.ts';

export const literals: Readonly<Record<Kind, readonly string[]>> = {
  INT: ['0', '1', '2', '7', '-1', '-3', '100', '1000000', '2147483647'],
  BIGINT: ['9007199254740993', '9223372036854775807', '-9007199254740993', 'CAST(1 AS BIGINT)', '3000000000'],
  DOUBLE: ['0e0', '1e0', '1.5e0', '-2.25e0', '1e10', '1e-3'],
  DECIMAL: ['0.5', '1.25', '-3.75', '100.01', '0.00', '12345.678'],
  VARCHAR: ["''", "'a'", "'abc'", "'A'", "' b '", "'12'", "'-7'", "'3.5'", "'a%_b'", "'é'", "'it''s'"],
  BOOLEAN: ['TRUE', 'FALSE'],
  DATE: ["DATE '2024-02-29'", "DATE '1969-12-31'", "DATE '2000-01-01'", "DATE '2023-12-31'"],
  TIMESTAMP: [
    "TIMESTAMP '2024-02-29 12:34:56.789'",
    "TIMESTAMP '1969-12-31 23:59:59.001'",
    "TIMESTAMP '2000-01-01 00:00:00'",
  ],
  TIME: ["TIME '00:00:00'", "TIME '12:34:56'", "TIME '23:59:59'"],
};

export const kinds = Object.keys(literals) as readonly Kind[];

export const typeName = (kind: Kind): string =>
  kind === 'DECIMAL' ? 'DECIMAL(9, 2)' : kind === 'TIMESTAMP' || kind === 'TIME' ? `${kind}(3)` : kind;
