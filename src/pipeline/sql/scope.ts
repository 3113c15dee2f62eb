/**
 * What names mean at one place of a query: lambdas' parameters, the columns of FROM's tables, and for a subquery over an
 * array what stands around it. Paths are followed into rows, unions and columns. Says what is wrong with a name, once.
 */
import { type AvroSchema, branchName, viewUnion } from '../avro/schema.ts';
import type { Name } from './ast.ts';
import type { Bound, Column, MetaName, Variable } from './bound.ts';
import type { Mistake } from './mistake.ts';
import { make, variableOf } from './nodes.ts';
import { nearest } from './suggest.ts';
import { nullable as orNull, plain, type SqlType, timestamp, typeOf } from './types.ts';

export interface ScopeColumn {
  readonly name: string;
  readonly value: Bound;
}

export interface ScopeTable {
  /** How it is called; undefined: it has no name. */
  readonly name: string | undefined;
  readonly columns: readonly ScopeColumn[];
  /** A stream's own: not part of `*`. */
  readonly hidden: readonly ScopeColumn[];
  /** The table as one value: an UNNEST's element that is a row. */
  readonly whole?: Bound;
}

/** Mistakes of one query, each told once although its place may be bound several times. */
export class Mistakes {
  readonly list: Mistake[] = [];
  readonly #told = new Set<string>();

  add(span: { readonly offset: number; readonly length: number }, message: string, remedy?: string): void {
    const key = `${span.offset} ${span.length} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const { offset, length } = span;
    this.list.push(
      remedy === undefined ? { span: { offset, length }, message } : { span: { offset, length }, message, remedy },
    );
  }
}

export class Scope {
  readonly tables: readonly ScopeTable[];
  readonly #outer: Scope | undefined;
  readonly #variables: ReadonlyMap<string, Bound>;
  readonly #mistakes: Mistakes;
  readonly #isUnknown: boolean;
  constructor(
    tables: readonly ScopeTable[],
    mistakes: Mistakes,
    outer?: Scope,
    variables: ReadonlyMap<string, Bound> = new Map(),
    isUnknown = false,
  ) {
    this.#isUnknown = isUnknown;
    this.tables = tables;
    this.#mistakes = mistakes;
    this.#outer = outer;
    this.#variables = variables;
  }

  /** One in which any name may be right. */
  static unknown(mistakes: Mistakes): Scope {
    return new Scope([], mistakes, undefined, new Map(), true);
  }

  /** The same with one more table. */
  with(table: ScopeTable): Scope {
    return new Scope([...this.tables, table], this.#mistakes, this.#outer, this.#variables);
  }

  /** The same inside of a lambda. */
  inside(variables: readonly Variable[]): Scope {
    return new Scope([], this.#mistakes, this, new Map(variables.map((v) => [v.name, variableOf(v)])));
  }

  /** Whether a path means anything. */
  has(path: readonly Name[]): boolean {
    return this.#lookup(path) !== undefined || this.#anyIsUnknown();
  }

  /** What a path means; undefined after having said what is wrong. */
  path(path: readonly Name[]): Bound | undefined {
    const found = this.#lookup(path);
    if (found === 'ambiguous') {
      const name = path[0]!;
      const of = this.tables.flatMap((t) => (t.columns.some((c) => c.name === name.text) && t.name ? [t.name] : []));
      this.#mistakes.add(
        name,
        of.length > 1
          ? `${name.text} is ambiguous: ${of.join(' and ')} have such a column`
          : `${path.map((n) => n.text).join('.')} is ambiguous: more than one column is called so`,
        of.length > 1 ? `write ${of[0]}.${name.text}` : undefined,
      );
      return undefined;
    }
    if (found === undefined) {
      if (!this.#anyIsUnknown()) this.#unknown(path);
      return undefined;
    }
    let value: Bound | undefined = found.value;
    for (let i = found.used; i < path.length && value !== undefined; i++)
      value = this.field(
        value,
        path[i]!,
        path
          .slice(0, i)
          .map((n) => n.text)
          .join('.'),
      );
    return value;
  }

  #lookup(path: readonly Name[]): { readonly value: Bound; readonly used: number } | 'ambiguous' | undefined {
    const first = path[0]!.text;
    const variable = this.#variables.get(first);
    if (variable !== undefined) return { value: variable, used: 1 };
    // As in Calcite, a table's name goes before a column's where the table has such a column.
    const second = path[1]?.text;
    const own = this.tables.find((t) => t.name === first)?.columns.filter((c) => c.name === second);
    if (own !== undefined && own.length > 1) return 'ambiguous';
    if (own?.length === 1) return { value: own[0]!.value, used: 2 };
    const columns = this.tables.flatMap((t) => t.columns.filter((c) => c.name === first));
    if (columns.length > 1) return 'ambiguous';
    if (columns.length === 1) return { value: columns[0]!.value, used: 1 };
    const table = this.tables.find((t) => t.name === first);
    if (table !== undefined && path.length > 1) {
      const name = path[1]!.text;
      const column = [...table.columns, ...table.hidden].find((c) => c.name === name);
      return column && { value: column.value, used: 2 };
    }
    if (table?.whole !== undefined) return { value: table.whole, used: 1 };
    const hidden = this.tables.flatMap((t) => t.hidden.filter((c) => c.name === first));
    if (hidden.length === 1) return { value: hidden[0]!.value, used: 1 };
    return this.#outer === undefined ? undefined : this.#outer.#lookup(path);
  }

  #anyIsUnknown(): boolean {
    if (this.#isUnknown) return true;
    return this.#outer === undefined ? false : this.#outer.#anyIsUnknown();
  }

  #unknown(path: readonly Name[]): void {
    const table = this.tables.find((t) => t.name === path[0]!.text);
    if (table !== undefined && path.length === 1) {
      this.#mistakes.add(
        path[0]!,
        `${path[0]!.text} is a table, not a column`,
        `name one of its columns: ${listed(table.columns.map((c) => c.name))}`,
      );
      return;
    }
    const name = table === undefined ? path[0]! : path[1]!;
    const known = (table === undefined ? this.#visible() : table.columns).map((c) => c.name);
    const where = table?.name ?? this.#names();
    const meta = (table === undefined ? this.tables : [table]).flatMap((t) => t.hidden.map((c) => c.name));
    const near = nearest(name.text, [...known, ...meta]);
    const remedy = near === undefined ? `it has ${listed(known)}` : `did you mean ${near}?`;
    this.#mistakes.add(name, `no column ${name.text} in ${where}`, remedy);
  }

  #visible(): readonly ScopeColumn[] {
    return [...this.tables.flatMap((t) => t.columns), ...(this.#outer === undefined ? [] : this.#outer.#visible())];
  }

  #names(): string {
    const names = this.tables.flatMap((t) => (t.name === undefined ? [] : [t.name]));
    return names.length > 0 ? names.join(', ') : this.#outer === undefined ? 'the query' : this.#outer.#names();
  }

  /** `operand.name`; undefined after having said what is wrong. `shown` is the operand as users wrote it. */
  field(operand: Bound, name: Name, shown: string): Bound | undefined {
    if (operand.kind === 'column') {
      const inner = columnField(operand, name.text);
      if (inner !== undefined) return inner;
    }
    const { type } = operand;
    if (type.kind === 'ROW') {
      const index = type.fields.findIndex((f) => f.name === name.text);
      if (index >= 0) {
        if (operand.kind === 'row') return operand.items[index]!;
        const field = type.fields[index]!.type;
        return make(
          { kind: 'field', operand, index },
          field.type,
          operand.nullable || field.nullable,
          operand.fallible,
        );
      }
      return this.#noField(
        name,
        shown,
        type.fields.map((f) => f.name),
      );
    }
    if (type.kind === 'UNION') {
      const { branches } = type.schema;
      const index = branches.findIndex((b) => b.kind !== 'null' && branchName(b) === name.text);
      if (index >= 0)
        return make({ kind: 'branch', operand, index }, typeOf(branches[index]!).type, true, operand.fallible);
      return this.#noField(name, shown, branches.filter((b) => b.kind !== 'null').map(branchName));
    }
    if (type.kind === 'NULL') return undefined;
    this.#mistakes.add(
      name,
      `${shown} has no fields: it is ${type.kind === 'ARRAY' ? 'an ARRAY' : `of type ${type.kind}`}`,
      type.kind === 'MAP'
        ? `write ${shown}['${name.text}']`
        : type.kind === 'ARRAY'
          ? `write ${shown}[1].${name.text}, or UNNEST it`
          : undefined,
    );
    return undefined;
  }

  #noField(name: Name, shown: string, known: readonly string[]): undefined {
    const near = nearest(name.text, known);
    this.#mistakes.add(
      name,
      `no column ${name.text} in ${shown}`,
      near === undefined ? `it has ${listed(known)}` : `did you mean ${near}?`,
    );
  }
}

/** A field or union branch of a column is a column too: reading it costs no more than passing over the rest. */
function columnField(operand: Bound & { kind: 'column' }, name: string): Bound | undefined {
  const { schema } = operand.column;
  const view = schema.kind === 'union' ? viewUnion(schema) : undefined;
  const inner = view?.kind === 'nullable' ? view.value : schema;
  const step = (next: AvroSchema, nullable: boolean): Bound => {
    const path = Object.freeze([...operand.column.path, name]);
    return columnOf(Object.freeze({ path, name: path.join('.'), schema: next }), nullable);
  };
  if (inner.kind === 'record') {
    const field = inner.fields.find((f) => f.name === name);
    return field && step(field.schema, operand.nullable || typeOf(field.schema).nullable);
  }
  if (inner.kind !== 'union') return undefined;
  const branch = inner.branches.find((b) => b.kind !== 'null' && branchName(b) === name);
  return branch && step(branch, true);
}

export const columnOf = (column: Column, nullable: boolean): Bound =>
  make({ kind: 'column', column }, typeOf(column.schema).type, nullable, false);

const metaTypes: Readonly<Record<MetaName, { readonly type: SqlType; readonly nullable: boolean }>> = {
  topic: { type: plain('VARCHAR'), nullable: true },
  partition: { type: plain('INT'), nullable: true },
  offset: { type: plain('BIGINT'), nullable: true },
  timestamp: { type: timestamp(3, true), nullable: true },
  key: { type: plain('BYTES'), nullable: true },
  headers: { type: { kind: 'MAP', value: orNull(plain('BYTES')) }, nullable: false },
};

/** Kafka's metadata as columns: `_topic` and so on. */
export const metaColumns: readonly ScopeColumn[] = (Object.keys(metaTypes) as MetaName[]).map((name) => ({
  name: `_${name}`,
  value: make({ kind: 'meta', name }, metaTypes[name].type, metaTypes[name].nullable, false),
}));

export const listed = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`;
