/**
 * Makes random SQL expressions, each of a type, that Calcite and we must agree on. What it may say is in grammar/; what is
 * known to differ for a good reason is left out there, and the reason said where it would stand.
 */
import type { Choices } from '../choices.ts';
import { everything } from './grammar/any.ts';
import { booleans } from './grammar/booleans.ts';
import { bigints, decimals, doubles, ints } from './grammar/numbers.ts';
import { texts } from './grammar/texts.ts';
import { dates, times, timestamps } from './grammar/times.ts';
import { kinds, literals, typeName } from './literals.ts';
import { columns, type Kind } from './rows.ts';

/** One form that an expression may take; what stands in it is made at the given depth. */
export type Production = (maker: ExpressionMaker, depth: number) => string;

/** A part of an expression. */
export interface Part {
  readonly text: string;
  /** The branches of CASE and COALESCE that it stands in, outermost first: it is evaluated only where each is needed. */
  readonly guards: string;
}

export interface TypedExpression {
  readonly kind: Kind;
  readonly text: string;
  /** All that it is made of, but for columns and literals. */
  readonly parts: readonly Part[];
}

const depthMax = 4;

const productions: Readonly<Record<Kind, readonly Production[]>> = {
  BOOLEAN: booleans,
  INT: ints,
  BIGINT: bigints,
  DOUBLE: doubles,
  DECIMAL: decimals,
  VARCHAR: texts,
  DATE: dates,
  TIMESTAMP: timestamps,
  TIME: times,
};

export class ExpressionMaker {
  readonly #choices: Choices;
  readonly #parts: Part[] = [];
  #guards = '';
  #guardsMade = 0;
  constructor(choices: Choices) {
    this.#choices = choices;
  }

  any(): TypedExpression {
    const kind = this.pick(kinds);
    return { kind, text: this.of(kind, 0), parts: this.#parts };
  }

  of(kind: Kind, depth: number): string {
    const c = this.#choices;
    if (depth >= depthMax || c.below(3) === 0) return this.leaf(kind);
    const text = c.chance(25) ? c.pick(everything)(kind)(this, depth + 1) : c.pick(productions[kind])(this, depth + 1);
    this.#parts.push({ text, guards: this.#guards });
    return text;
  }

  /** What is evaluated only where it is needed. */
  branch(kind: Kind, depth: number): string {
    const around = this.#guards;
    this.#guards = `${around}/${this.#guardsMade++}`;
    const text = this.of(kind, depth);
    this.#guards = around;
    return text;
  }

  /** A column, a literal or a NULL. */
  leaf(kind: Kind): string {
    const c = this.#choices;
    return c.one(
      () => this.column(kind),
      () => this.column(kind),
      () => c.pick(literals[kind]),
      () => (c.chance(20) ? `CAST(NULL AS ${typeName(kind)})` : c.pick(literals[kind])),
    );
  }

  column(kind: Kind): string {
    return this.pick(columns.filter((column) => column.kind === kind)).name;
  }

  pick<T>(list: readonly T[]): T {
    return this.#choices.pick(list);
  }

  chance(percent: number): boolean {
    return this.#choices.chance(percent);
  }

  not(): string {
    return this.chance(50) ? 'NOT ' : '';
  }

  list(least: number, most: number, make: () => string): string {
    return this.#choices.list(least, most, make).join(', ');
  }
}
