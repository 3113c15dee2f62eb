/** Numbers: arithmetic, casts, functions of numbers, and numbers that texts, times and arrays have. */
import type { ExpressionMaker, Production } from '../maker.ts';
import type { Kind } from '../rows.ts';

const exact = ['INT', 'BIGINT', 'DECIMAL'] as const;

/** A text as another type. Of more than a column Calcite often fails to compile TRY_CAST, or takes a literal's failure for its own. */
const parsed =
  (type: string): Production =>
  (m, d) =>
    m.chance(30) ? `CAST(${m.of('VARCHAR', d)} AS ${type})` : `TRY_CAST(${m.pick(['s', 'u'])} AS ${type})`;

/** The same as an integer. Calcite takes no fraction there; ours cuts it off, as Flink does: no text has one. */
const parsedWhole =
  (type: string): Production =>
  (m, d) =>
    m.chance(30) ? `CAST(REPLACE(${m.of('VARCHAR', d)}, '.', '_') AS ${type})` : `TRY_CAST(u AS ${type})`;

/** Mostly not zero, or nothing but errors would be compared. */
const divisor = (m: ExpressionMaker): string => m.pick(['3', '-2', '10', 'NULLIF(i, 0)', 'j', '7']);

const small = (m: ExpressionMaker, kind: Kind): string =>
  m.pick(kind === 'INT' ? ['1', '2', '-1', 'j'] : ['1', '-2', 'i', 'CAST(3 AS BIGINT)']);

const arithmetic = (kind: 'INT' | 'BIGINT'): readonly Production[] => [
  (m, d) => `(${m.of(kind, d)} ${m.pick(['+', '-', '*'])} ${small(m, kind)})`,
  (m, d) => `(${m.of(kind, d)} ${m.pick(['+', '-', '*'])} ${m.of(kind, d)})`,
  (m, d) => `(${m.of(kind, d)} / ${divisor(m)})`,
  (m, d) => `(- ${m.of(kind, d)})`,
  // Of the least number Calcite's ABS is that number again; ours is an error.
  (m, d) => `ABS((${m.of(kind, d)} / 2))`,
  (m, d) => `MOD(${m.of(kind, d)}, ${divisor(m)})`,
  (m, d) => `SIGN(${m.of(kind, d)})`,
  (m, d) => `${m.pick(['BITAND', 'BITOR', 'BITXOR'])}(${m.of(kind, d)}, ${m.of(kind, d)})`,
];

// No decimal's fraction is cut off: we do it as Flink does, Calcite rounds.
const whole = (m: ExpressionMaker, d: number): string => `CAST(${m.of('DECIMAL', d)} AS DECIMAL(20, 0))`;

const ofDate = ['YEAR', 'MONTH', 'DAY', 'QUARTER', 'DOY', 'DOW', 'WEEK', 'ISODOW', 'ISOYEAR', 'CENTURY', 'DECADE'];
const ofTime = ['HOUR', 'MINUTE', 'SECOND'];

const extract: Production = (m, d) => {
  const kind = m.pick(['DATE', 'TIMESTAMP', 'TIME'] as const);
  const units = kind === 'DATE' ? ofDate : kind === 'TIME' ? ofTime : [...ofDate, ...ofTime, 'EPOCH'];
  return `EXTRACT(${m.pick(units)} FROM ${m.of(kind, d)})`;
};

export const ints: readonly Production[] = [
  ...arithmetic('INT'),
  (m, d) => `CHAR_LENGTH(${m.of('VARCHAR', d)})`,
  (m, d) => `${m.pick(['LENGTH', 'OCTET_LENGTH', 'BIT_LENGTH'])}(${m.of('VARCHAR', d)})`,
  // Calcite's grammar takes no parentheses before IN.
  (m, d) => `POSITION(${m.leaf('VARCHAR')} IN ${m.of('VARCHAR', d)})`,
  (m, d) => `${m.pick(['STRPOS', 'INSTR'])}(${m.of('VARCHAR', d)}, ${m.of('VARCHAR', d)})`,
  (m, d) => `ASCII(${m.of('VARCHAR', d)})`,
  (m, d) => `CAST(${m.of('BIGINT', d)} AS INT)`,
  (m, d) => `CAST(${m.of('DOUBLE', d)} AS INT)`,
  (m, d) => `CAST(${whole(m, d)} AS INT)`,
  parsedWhole('INT'),
  // Beyond INT Calcite's ROUND goes on at the other end.
  (m) => `${m.pick(['ROUND', 'TRUNCATE'])}(j, ${m.pick(['-1', '0', '-2'])})`,
  // Calcite's is an INT; ours a BIGINT, so that no distance is too long.
  (m, d) => `CAST(TIMESTAMPDIFF(${m.pick(['DAY', 'HOUR'])}, ${m.of('TIMESTAMP', d)}, ${m.of('TIMESTAMP', d)}) AS INT)`,
  // By days: of part of a month that ends before its time of day Calcite makes a whole one. No weeks: it counts them by seconds of 32 bits.
  (m, d) =>
    `CAST(TIMESTAMPDIFF(${m.pick(['MONTH', 'YEAR', 'QUARTER'])}, FLOOR(${m.of('TIMESTAMP', d)} TO DAY), FLOOR(${m.of('TIMESTAMP', d)} TO DAY)) AS INT)`,
  () => 'CARDINALITY(a)',
  (m) => `(a[${m.pick(['1', '2', '3', '100'])}])`,
  (m) => `ARRAY[i, j, 3][${m.pick(['1', '2', '3', '4'])}]`,
];

export const bigints: readonly Production[] = [
  ...arithmetic('BIGINT'),
  (m, d) => `(${m.of('BIGINT', d)} ${m.pick(['+', '-', '*'])} ${m.of('INT', d)})`,
  (m, d) => `COALESCE(${m.of('INT', d)}, ${m.branch('BIGINT', d)})`,
  (m, d) => `CAST(${m.of('INT', d)} AS BIGINT)`,
  (m, d) => `CAST(${whole(m, d)} AS BIGINT)`,
  parsedWhole('BIGINT'),
  extract,
  extract,
  extract,
];

export const doubles: readonly Production[] = [
  (m, d) => `(${m.of('DOUBLE', d)} ${m.pick(['+', '-', '*'])} ${m.of('DOUBLE', d)})`,
  (m, d) => `(${m.of('DOUBLE', d)} / ${m.pick(['2e0', '-4e0', '0.1e0'])})`,
  (m, d) => `(${m.of('DOUBLE', d)} ${m.pick(['+', '-', '*'])} ${m.of(m.pick(exact), d)})`,
  (m, d) => `CASE WHEN ${m.of('BOOLEAN', d)} THEN ${m.branch('DOUBLE', d)} ELSE ${m.branch(m.pick(exact), d)} END`,
  (m, d) => `CAST(${m.of(m.pick(exact), d)} AS DOUBLE)`,
  parsed('DOUBLE'),
  (m, d) => `${m.pick(['ABS', 'FLOOR', 'CEIL', 'SIGN'])}(${m.of('DOUBLE', d)})`,
  (m, d) => `(- ${m.of('DOUBLE', d)})`,
  (m, d) => `${m.pick(['ROUND', 'TRUNCATE'])}(${m.of('DOUBLE', d)}, ${m.pick(['0', '1', '2', '-1'])})`,
  (m, d) => `SQRT(ABS(${m.of('DOUBLE', d)}))`,
  (m, d) => `${m.pick(['SIN', 'COS', 'TAN', 'ATAN', 'CBRT', 'RADIANS', 'DEGREES', 'TANH'])}(${m.of('DOUBLE', d)})`,
  (m, d) => `${m.pick(['LN', 'LOG10'])}((ABS(${m.of('DOUBLE', d)}) + 0.5e0))`,
  // Nothing that may be infinite, which JSON has no word for.
  (m) => `EXP((${m.leaf('DOUBLE')} / 1e11))`,
  (m) => `POWER((ABS(${m.leaf('DOUBLE')}) + 1e0), ${m.pick(['2', '0.5e0', '-1', '3'])})`,
  // Of -0 and 0 Calcite makes no difference where it folds constants.
  (m) => `ATAN2(d, ${m.leaf('DOUBLE')})`,
];

export const decimals: readonly Production[] = [
  (m, d) => `(${m.of('DECIMAL', d)} ${m.pick(['+', '-'])} ${m.of('DECIMAL', d)})`,
  (m, d) => `(${m.of('DECIMAL', d)} ${m.pick(['+', '-'])} ${m.of('INT', d)})`,
  // Of long ones the product's type has fewer digits of fraction than the product; Calcite doesn't round to it.
  (m) => `(m * ${m.leaf('DECIMAL')})`,
  // Calcite divides with 16 digits, whatever the type.
  (m) => `(m / ${m.pick(['2', '-4', '0.5', '10'])})`,
  (m, d) => `MOD(${m.of('DECIMAL', d)}, ${m.pick(['7', '0.3', '-2.5'])})`,
  (m, d) => `COALESCE(${m.of('INT', d)}, ${m.branch('DECIMAL', d)})`,
  (m, d) => `CAST(${m.of('DOUBLE', d)} AS DECIMAL(20, 3))`,
  (m, d) => `CAST(${m.of('INT', d)} AS DECIMAL(12, 2))`,
  (m, d) => `CAST(${m.of('DECIMAL', d)} AS DECIMAL(20, ${m.pick(['0', '1', '3'])}))`,
  parsed('DECIMAL(12, 3)'),
  (m, d) => `${m.pick(['ABS', 'FLOOR', 'CEIL', 'SIGN'])}(${m.of('DECIMAL', d)})`,
  // What rounding makes longer by a digit, Calcite's type does not hold.
  (m) => `${m.pick(['ROUND', 'TRUNCATE'])}((m / 10), ${m.pick(['0', '1', '2', '-1'])})`,
  (m, d) => `(- ${m.of('DECIMAL', d)})`,
];
