/** The table that expressions are evaluated over: its columns for Calcite and as an Avro schema, and random rows of it. */

import { encode } from '../avro/encode.ts';
import type { Node, RecordNode, Value } from '../avro/model.ts';
import { schemaText } from '../avro/model.ts';
import { decimalBytes } from '../avro/values.ts';
import type { Choices } from '../choices.ts';

/** What an expression of the generator is of. */
export type Kind = 'INT' | 'BIGINT' | 'DOUBLE' | 'DECIMAL' | 'VARCHAR' | 'BOOLEAN' | 'DATE' | 'TIMESTAMP' | 'TIME';

interface Column {
  readonly name: string;
  /** Undefined: it is used by name alone. */
  readonly kind: Kind | undefined;
  /** As CalciteOracle.java reads it. */
  readonly type: string;
  readonly avro: Node;
  /** Its values beside NULL: as {@link Value} for Avro. */
  readonly values: readonly Value[];
}

const decimal = (precision: number, scale: number): Node => ({
  kind: 'bytes',
  logical: { name: 'decimal', precision, scale },
});
const long = (name: string): Node => ({ kind: 'long', logical: { name } });

// NaN and infinities are left out: JSON has no word for them, and Calcite compares them as Java does.
// Characters beyond 16 bits, too: Calcite counts and orders UTF-16 units.
export const columns: readonly Column[] = [
  {
    name: 'i',
    kind: 'INT',
    type: 'INT',
    avro: { kind: 'int' },
    values: [0, 1, -1, 2, 3, 12, -100, 46341, 2147483647, -2147483648],
  },
  { name: 'j', kind: 'INT', type: 'INT', avro: { kind: 'int' }, values: [1, 2, 5, -7, 10] },
  {
    name: 'l',
    kind: 'BIGINT',
    type: 'BIGINT',
    avro: { kind: 'long' },
    values: [
      0n,
      1n,
      -1n,
      86400000n,
      9007199254740992n,
      -9007199254740993n,
      9223372036854775807n,
      -9223372036854775808n,
    ],
  },
  {
    name: 'd',
    kind: 'DOUBLE',
    type: 'DOUBLE',
    avro: { kind: 'double' },
    values: [0, 1, -1.5, 0.1, 2.5, 3.5, -0.5, 1e10, 123456.789],
  },
  {
    name: 'm',
    kind: 'DECIMAL',
    type: 'DECIMAL(9, 2)',
    avro: decimal(9, 2),
    values: [0n, 150n, -5n, 1n, 250n, 999999999n, -123456n],
  },
  {
    name: 'n',
    kind: 'DECIMAL',
    type: 'DECIMAL(20, 5)',
    avro: decimal(20, 5),
    values: [0n, 100000n, -12345678901234567890n, 50000n, 99999n],
  },
  {
    name: 's',
    kind: 'VARCHAR',
    type: 'VARCHAR',
    avro: { kind: 'string' },
    values: ['', 'a', 'abc', 'ABC', ' b ', '12', '-3', '0.5', 'a%b', 'aab', 'Éé', '2024-02-29', 'true'],
  },
  {
    name: 'u',
    kind: 'VARCHAR',
    type: 'VARCHAR',
    avro: { kind: 'string' },
    values: ['a', 'b', 'aaa', 'x_y', 'z 9a', '99999999999', '12', ' -3 ', "it's", '\t'],
  },
  { name: 'b', kind: 'BOOLEAN', type: 'BOOLEAN', avro: { kind: 'boolean' }, values: [false, true] },
  { name: 'c', kind: 'BOOLEAN', type: 'BOOLEAN', avro: { kind: 'boolean' }, values: [true, false] },
  {
    name: 'da',
    kind: 'DATE',
    type: 'DATE',
    avro: { kind: 'int', logical: { name: 'date' } },
    values: [0, 19782, -1, 20088, 11016, -25567],
  },
  {
    name: 'ts',
    kind: 'TIMESTAMP',
    type: 'TIMESTAMP',
    avro: long('local-timestamp-millis'),
    values: [0n, 1709210096789n, -1n, 946684799999n, -62135596800000n + 86400000n * 400n],
  },
  {
    name: 'ti',
    kind: 'TIME',
    type: 'TIME',
    avro: { kind: 'int', logical: { name: 'time-millis' } },
    values: [0, 45296789, 86399999, 1],
  },
  {
    name: 'a',
    kind: undefined,
    type: 'INT ARRAY',
    avro: { kind: 'array', items: nullable({ kind: 'int' }) },
    values: [
      [],
      [{ branch: 1, value: 5 }],
      [
        { branch: 1, value: 1 },
        { branch: 0, value: null },
        { branch: 1, value: -3 },
      ],
    ],
  },
];

function nullable(node: Node): Node {
  return { kind: 'union', branches: [{ kind: 'null' }, node] };
}

const record: RecordNode = {
  kind: 'record',
  name: 'T',
  aliases: [],
  fields: columns.map((c) => ({ name: c.name, aliases: [], type: nullable(c.avro) })),
};
export const tableSchema = schemaText(record);

/** A value of every column, or NULL. */
export type Row = readonly (Value | undefined)[];

export const anyRow = (choices: Choices): Row =>
  columns.map((column) => (choices.chance(25) ? undefined : choices.pick(column.values)));

/** The row as an Avro body. */
export function bodyOf(row: Row, choices: Choices): Buffer {
  const values = row.map((value, i): Value => {
    if (value === undefined) return { branch: 0, value: null };
    const avro = columns[i]!.avro;
    return { branch: 1, value: avro.kind === 'bytes' ? decimalBytes(value as bigint, undefined, 0) : value };
  });
  return encode(record, values, choices);
}

/** The row as CalciteOracle.java reads it. */
export const jsonOf = (row: Row): readonly unknown[] =>
  row.map((value, i) => {
    if (value === undefined) return null;
    if (Array.isArray(value)) return value.map((item) => (item as { value: unknown }).value);
    const { avro } = columns[i]!;
    if (avro.kind === 'bytes') return decimalText(value as bigint, avro.logical!.scale!);
    return typeof value === 'bigint' ? String(value) : value;
  });

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
