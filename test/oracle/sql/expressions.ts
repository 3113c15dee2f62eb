/**
 * Random SQL expressions, each of a type, that Calcite and we must agree on. What is known to differ for a good reason is left
 * out here, and the reason said where it would stand.
 */
import type { Choices } from '../choices.ts';
import { columns, type Kind } from './rows.ts';

const depthMax = 4;

const literals: Readonly<Record<Kind, readonly string[]>> = {
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

const kinds = Object.keys(literals) as Kind[];
const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const;
const exact = ['INT', 'BIGINT', 'DECIMAL'] as const;
const numeric = [...exact, 'DOUBLE'] as const;
const temporal = ['DATE', 'TIMESTAMP', 'TIME'] as const;

/** A part of an expression. */
export interface Part {
  readonly text: string;
  /** In a branch of a CASE or behind the first of a COALESCE: evaluated only where it is needed. */
  readonly guarded: boolean;
}

export interface TypedExpression {
  readonly kind: Kind;
  readonly text: string;
  /** All that it is made of, but for columns and literals. */
  readonly parts: readonly Part[];
}

export class ExpressionMaker {
  readonly #choices: Choices;
  readonly #parts: Part[] = [];
  #guards = 0;
  constructor(choices: Choices) {
    this.#choices = choices;
  }

  any(): TypedExpression {
    const kind = this.#choices.pick(kinds);
    return { kind, text: this.of(kind, 0), parts: this.#parts };
  }

  of(kind: Kind, depth: number): string {
    const c = this.#choices;
    if (depth >= depthMax || c.below(3) === 0) return this.#leaf(kind);
    const text = c.chance(25) ? this.#choice(kind, depth + 1) : c.pick(this.#makers[kind])(depth + 1);
    this.#parts.push({ text, guarded: this.#guards > 0 });
    return text;
  }

  /** What is evaluated only where it is needed. */
  #guarded(kind: Kind, depth: number): string {
    this.#guards++;
    const text = this.of(kind, depth);
    this.#guards--;
    return text;
  }

  #leaf(kind: Kind): string {
    const c = this.#choices;
    return c.one(
      () => c.pick(columns.filter((column) => column.kind === kind)).name,
      () => c.pick(columns.filter((column) => column.kind === kind)).name,
      () => c.pick(literals[kind]),
      () => (c.chance(20) ? `CAST(NULL AS ${typeName(kind)})` : c.pick(literals[kind])),
    );
  }

  /** What exists for every type. */
  #choice(kind: Kind, d: number): string {
    const c = this.#choices;
    const of = (): string => this.of(kind, d);
    const branch = (): string => this.#guarded(kind, d);
    return c.one(
      () => `COALESCE(${of()}, ${branch()})`,
      () => `NULLIF(${of()}, ${of()})`,
      () => `CASE WHEN ${this.of('BOOLEAN', d)} THEN ${branch()} ELSE ${branch()} END`,
      () =>
        `CASE WHEN ${this.of('BOOLEAN', d)} THEN ${branch()} WHEN ${this.#guarded('BOOLEAN', d)} THEN ${branch()} END`,
      () => {
        const subject = c.pick(['INT', 'VARCHAR'] as const);
        return `CASE ${this.of(subject, d)} WHEN ${this.of(subject, d)} THEN ${branch()} ELSE ${branch()} END`;
      },
    );
  }

  readonly #makers: Readonly<Record<Kind, readonly ((depth: number) => string)[]>> = {
    BOOLEAN: [
      (d) => this.#comparison(d),
      (d) => this.#comparison(d),
      (d) => `(${this.of('BOOLEAN', d)} AND ${this.of('BOOLEAN', d)})`,
      (d) => `(${this.of('BOOLEAN', d)} OR ${this.of('BOOLEAN', d)})`,
      (d) => `(NOT ${this.of('BOOLEAN', d)})`,
      (d) => `(${this.of(this.#choices.pick(kinds), d)} IS ${this.#not()}NULL)`,
      (d) => `(${this.of('BOOLEAN', d)} IS ${this.#not()}${this.#choices.pick(['TRUE', 'FALSE', 'UNKNOWN'])})`,
      (d) => {
        const kind = this.#choices.pick(kinds);
        return `(${this.of(kind, d)} IS ${this.#not()}DISTINCT FROM ${this.of(kind, d)})`;
      },
      (d) => this.#in(d),
      (d) => this.#between(d),
      (d) => this.#like(d),
    ],
    INT: [
      (d) => this.#arithmetic('INT', d),
      (d) => this.#arithmetic('INT', d),
      (d) => `MOD(${this.of('INT', d)}, ${this.#divisor('INT')})`,
      (d) => `CHAR_LENGTH(${this.of('VARCHAR', d)})`,
      // Calcite's grammar takes no parentheses before IN.
      (d) => `POSITION(${this.#leaf('VARCHAR')} IN ${this.of('VARCHAR', d)})`,
      (d) => `CAST(${this.of('BIGINT', d)} AS INT)`,
      (d) => this.#parsed('INT', d),
      (d) => `CAST(${this.of('DOUBLE', d)} AS INT)`,
      // A fraction we cut off, as Flink does; Calcite rounds it.
      (d) => `CAST(CAST(${this.of('DECIMAL', d)} AS DECIMAL(20, 0)) AS INT)`,
      () => 'CARDINALITY(a)',
      () => `(a[${this.#choices.pick(['1', '2', '3', '100'])}])`,
    ],
    BIGINT: [
      (d) => this.#arithmetic('BIGINT', d),
      (d) => this.#arithmetic('BIGINT', d),
      (d) => `(${this.of('BIGINT', d)} + ${this.of('INT', d)})`,
      (d) => `CAST(${this.of('INT', d)} AS BIGINT)`,
      (d) => `CAST(CAST(${this.of('DECIMAL', d)} AS DECIMAL(20, 0)) AS BIGINT)`,
      (d) => this.#parsed('BIGINT', d),
      (d) => this.#extract(d),
      (d) => this.#extract(d),
    ],
    DOUBLE: [
      (d) => `(${this.of('DOUBLE', d)} ${this.#choices.pick(['+', '-', '*'])} ${this.of('DOUBLE', d)})`,
      (d) => `(${this.of('DOUBLE', d)} / ${this.#divisor('DOUBLE')})`,
      (d) => `(${this.of('DOUBLE', d)} + ${this.of(this.#choices.pick(exact), d)})`,
      (d) => `CAST(${this.of(this.#choices.pick(exact), d)} AS DOUBLE)`,
      (d) => this.#parsed('DOUBLE', d),
      (d) => `${this.#choices.pick(['ABS', 'FLOOR', 'CEIL'])}(${this.of('DOUBLE', d)})`,
      (d) => `SQRT(ABS(${this.of('DOUBLE', d)}))`,
      (d) => `(- ${this.of('DOUBLE', d)})`,
    ],
    DECIMAL: [
      (d) => `(${this.of('DECIMAL', d)} ${this.#choices.pick(['+', '-'])} ${this.of('DECIMAL', d)})`,
      (d) => `(${this.of('DECIMAL', d)} + ${this.of('INT', d)})`,
      (d) => `(m * ${this.of('DECIMAL', d)})`,
      // Calcite divides with 16 digits, whatever the type.
      () => `(m / ${this.#choices.pick(['2', '-4', '0.5', '10'])})`,
      (d) => `CAST(${this.of('DOUBLE', d)} AS DECIMAL(20, 3))`,
      (d) => `CAST(${this.of('INT', d)} AS DECIMAL(12, 2))`,
      (d) => `CAST(${this.of('DECIMAL', d)} AS DECIMAL(20, ${this.#choices.pick(['0', '1', '3'])}))`,
      (d) => this.#parsed('DECIMAL(12, 3)', d),
      (d) => `ABS(${this.of('DECIMAL', d)})`,
      (d) => `(- ${this.of('DECIMAL', d)})`,
    ],
    VARCHAR: [
      (d) => `(${this.of('VARCHAR', d)} || ${this.of('VARCHAR', d)})`,
      (d) => `UPPER(${this.of('VARCHAR', d)})`,
      (d) => `LOWER(${this.of('VARCHAR', d)})`,
      (d) => `TRIM(${this.of('VARCHAR', d)})`,
      (d) => `TRIM(${this.#choices.pick(['LEADING', 'TRAILING', 'BOTH'])} 'a' FROM ${this.of('VARCHAR', d)})`,
      (d) => `SUBSTRING(${this.of('VARCHAR', d)} FROM ${this.#choices.pick(['1', '2', '5', 'i'])})`,
      (d) =>
        `SUBSTRING(${this.of('VARCHAR', d)} FROM ${this.#choices.pick(['1', '2', '0', '-1'])} FOR ${this.#choices.pick(['1', '3', '0', '10'])})`,
      // No letters: with SQL Server's functions, of which TRY_CAST is one, Calcite takes A for a.
      (d) =>
        `REPLACE(${this.of('VARCHAR', d)}, ${this.#choices.pick(["'-'", "'1'", "' '"])}, ${this.of('VARCHAR', d)})`,
      // Beyond the end of the text Calcite fails in Java.
      (d) => `OVERLAY((${this.of('VARCHAR', d)} || 'abcd') PLACING 'XY' FROM ${this.#choices.pick(['1', '2', '3'])})`,
      (d) => `CAST(${this.of(this.#choices.pick(['INT', 'BIGINT'] as const), d)} AS VARCHAR)`,
      (d) => `CAST(${this.of('BOOLEAN', d)} AS VARCHAR)`,
      (d) => `CAST(${this.of('DATE', d)} AS VARCHAR)`,
    ],
    DATE: [
      (d) => `(${this.of('DATE', d)} ${this.#choices.pick(['+', '-'])} ${this.#interval(['DAY', 'MONTH', 'YEAR'])})`,
      (d) => `CAST(${this.of('TIMESTAMP', d)} AS DATE)`,
      (d) => `FLOOR(${this.of('DATE', d)} TO ${this.#choices.pick(['YEAR', 'MONTH', 'QUARTER'])})`,
      (d) => `CEIL(${this.of('DATE', d)} TO ${this.#choices.pick(['YEAR', 'MONTH'])})`,
    ],
    TIMESTAMP: [
      (d) =>
        `(${this.of('TIMESTAMP', d)} ${this.#choices.pick(['+', '-'])} ${this.#interval(['DAY', 'MONTH', 'YEAR', 'HOUR', 'MINUTE', 'SECOND'])})`,
      (d) => `CAST(${this.of('DATE', d)} AS TIMESTAMP(3))`,
      (d) =>
        `FLOOR(${this.of('TIMESTAMP', d)} TO ${this.#choices.pick(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'])})`,
      (d) => `CEIL(${this.of('TIMESTAMP', d)} TO ${this.#choices.pick(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE'])})`,
      (d) =>
        `TIMESTAMPADD(${this.#choices.pick(['DAY', 'MONTH', 'HOUR', 'MINUTE', 'SECOND', 'YEAR', 'WEEK'])}, ${this.#choices.pick(['1', '-1', '13', '400'])}, ${this.of('TIMESTAMP', d)})`,
    ],
    TIME: [
      (d) => `CAST(${this.of('TIMESTAMP', d)} AS TIME(3))`,
      (d) => `FLOOR(${this.of('TIME', d)} TO ${this.#choices.pick(['HOUR', 'MINUTE', 'SECOND'])})`,
    ],
  };

  #not(): string {
    return this.#choices.chance(50) ? 'NOT ' : '';
  }

  /** A text as another type. Of more than a column or a literal Calcite often fails to compile TRY_CAST. */
  #parsed(type: string, d: number): string {
    if (this.#choices.chance(30)) return `CAST(${this.of('VARCHAR', d)} AS ${type})`;
    return `TRY_CAST(${this.#leaf('VARCHAR')} AS ${type})`;
  }

  #arithmetic(kind: 'INT' | 'BIGINT', d: number): string {
    const c = this.#choices;
    return c.one(
      () => `(${this.of(kind, d)} ${c.pick(['+', '-', '*'])} ${this.#small(kind)})`,
      () => `(${this.of(kind, d)} ${c.pick(['+', '-', '*'])} ${this.of(kind, d)})`,
      () => `(${this.of(kind, d)} / ${this.#divisor(kind)})`,
      () => `(- ${this.of(kind, d)})`,
      // Of the least number Calcite's ABS is that number again; ours is an error.
      () => `ABS((${this.of(kind, d)} / 2))`,
    );
  }

  /** Mostly not zero, or nothing but errors would be compared. */
  #divisor(kind: 'INT' | 'BIGINT' | 'DOUBLE'): string {
    const c = this.#choices;
    if (kind === 'DOUBLE') return c.pick(['2e0', '-4e0', '0.1e0']);
    return c.pick(['3', '-2', '10', 'NULLIF(i, 0)', 'j', '7']);
  }

  #small(kind: Kind): string {
    return this.#choices.pick(kind === 'INT' ? ['1', '2', '-1', 'j'] : ['1', '-2', 'i', 'CAST(3 AS BIGINT)']);
  }

  #interval(units: readonly string[]): string {
    return `INTERVAL '${this.#choices.pick(['1', '0', '13', '25', '99'])}' ${this.#choices.pick(units)}`;
  }

  #extract(d: number): string {
    const c = this.#choices;
    const kind = c.pick(temporal);
    const ofDate = ['YEAR', 'MONTH', 'DAY', 'QUARTER', 'DOY', 'DOW', 'WEEK', 'ISODOW', 'ISOYEAR', 'CENTURY', 'DECADE'];
    const ofTime = ['HOUR', 'MINUTE', 'SECOND'];
    const units = kind === 'DATE' ? ofDate : kind === 'TIME' ? ofTime : [...ofDate, ...ofTime, 'EPOCH'];
    return `EXTRACT(${c.pick(units)} FROM ${this.of(kind, d)})`;
  }

  #comparison(d: number): string {
    const c = this.#choices;
    const kind = c.pick(kinds);
    const operator = c.pick(comparisons);
    const isNumber = (numeric as readonly Kind[]).includes(kind);
    return `(${this.of(kind, d)} ${operator} ${this.of(isNumber ? c.pick(numeric) : kind, d)})`;
  }

  #in(d: number): string {
    const c = this.#choices;
    const kind = c.pick(kinds);
    const list = c.list(1, 4, () => (c.chance(60) ? this.of(kind, d) : c.pick(literals[kind])));
    return `(${this.of(kind, d)} ${this.#not()}IN (${list.join(', ')}))`;
  }

  #between(d: number): string {
    const kind = this.#choices.pick(kinds.filter((k) => k !== 'BOOLEAN'));
    return `(${this.of(kind, d)} ${this.#not()}BETWEEN ${this.of(kind, d)} AND ${this.of(kind, d)})`;
  }

  #like(d: number): string {
    const c = this.#choices;
    const pattern = c.pick(["'a%'", "'%b'", "'_'", "'%a%'", "''", "'a_c'", "'%'", "'__%'", "'A%'", "'é%'"]);
    return c.one(
      () => `(${this.of('VARCHAR', d)} ${this.#not()}LIKE ${pattern})`,
      () => `(${this.of('VARCHAR', d)} ${this.#not()}ILIKE ${pattern})`,
      () => `(${this.of('VARCHAR', d)} ${this.#not()}LIKE '%!%%' ESCAPE '!')`,
      () => `(${this.of('VARCHAR', d)} LIKE ${this.of('VARCHAR', d)})`,
      () =>
        `(${this.of('VARCHAR', d)} ${this.#not()}SIMILAR TO ${c.pick(["'[a-c]+'", "'(a|b)%'", "'a{2,3}'", "'_*'", "'[^0-9]*'", "'%(12|abc)'"])})`,
    );
  }
}

const typeName = (kind: Kind): string =>
  kind === 'DECIMAL' ? 'DECIMAL(9, 2)' : kind === 'TIMESTAMP' || kind === 'TIME' ? `${kind}(3)` : kind;
