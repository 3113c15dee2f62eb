/**
 * {@link Query} + schema → {@link BoundQuery}: every name looked up, every type checked. Goes on after a mistake, so that
 * all of them are told at once.
 */
import type { AvroField, AvroSchema } from '../avro/schema.ts';
import { viewUnion } from '../avro/schema.ts';
import type { Name, Query, Span } from './ast.ts';
import { ExpressionBinder } from './bind-expression.ts';
import type { Bound, BoundQuery, Column } from './bound.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from './suggest.ts';
import { typeOf } from './types.ts';

export interface BindResult {
  readonly query: BoundQuery;
  readonly mistakes: readonly Mistake[];
}

/** `star` are the columns that `*` stands for: those of the stream's schema, also where the events have another. */
export function bindQuery(query: Query, schema: AvroSchema, star: readonly string[]): BindResult {
  const mistakes: Mistake[] = [];
  const scope = new Scope(schema, query, mistakes);
  const binder = new ExpressionBinder(scope, mistakes);
  const outputs: { name: string; value: Bound }[] = [];
  const taken = new Set<string>();
  const output = (name: string, value: Bound, span: Span): void => {
    if (taken.has(name))
      mistakes.push({
        span,
        message: `two output columns are named ${name}`,
        remedy: 'give one of them another name with AS',
      });
    taken.add(name);
    outputs.push(Object.freeze({ name, value }));
  };
  for (const item of query.items) {
    if (item.kind === 'expression') {
      const { expression, alias } = item;
      const own = expression.kind === 'column' ? expression.path.at(-1)!.text : `EXPR$${outputs.length}`;
      output(alias?.text ?? own, binder.bind(expression), alias ?? expression.span);
      continue;
    }
    if (item.qualifier !== undefined && !scope.isTable(item.qualifier.text))
      mistakes.push({
        span: item.qualifier,
        message: `no stream ${item.qualifier.text} in FROM`,
        remedy: `write ${scope.table}.*`,
      });
    for (const name of star) {
      const column = scope.column([{ ...item.span, text: name }]);
      if (column !== undefined) output(name, columnOf(column.column, column.nullable), item.span);
    }
  }
  const conjuncts = query.where === undefined ? [] : conjunctsOf(binder.condition(query.where, 'WHERE'));
  return { query: Object.freeze({ schema, outputs: Object.freeze(outputs), conjuncts }), mistakes };
}

const conjunctsOf = (bound: Bound): readonly Bound[] =>
  bound.kind === 'and' ? bound.operands.flatMap(conjunctsOf) : [bound];

export function columnOf(column: Column, nullable: boolean): Bound {
  const { type } = typeOf(column.schema);
  return Object.freeze({ kind: 'column', column, type, nullable, fallible: false });
}

/** The fields of a record, looked at through a union with null; undefined for anything else. */
function fieldsOf(
  schema: AvroSchema,
): { readonly fields: readonly AvroField[]; readonly nullable: boolean } | undefined {
  if (schema.kind === 'record') return { fields: schema.fields, nullable: false };
  if (schema.kind !== 'union') return undefined;
  const view = viewUnion(schema);
  if (view.kind !== 'nullable' || view.value.kind !== 'record') return undefined;
  return { fields: view.value.fields, nullable: true };
}

/** The names that a query may use. */
export class Scope {
  readonly #schema: AvroSchema;
  readonly #query: Query;
  readonly #mistakes: Mistake[];
  /** Each wrong path is told once. */
  readonly #told = new Set<string>();
  constructor(schema: AvroSchema, query: Query, mistakes: Mistake[]) {
    this.#schema = schema;
    this.#query = query;
    this.#mistakes = mistakes;
  }

  /** How FROM's stream is called in the query. */
  get table(): string {
    return (this.#query.alias ?? this.#query.from).text;
  }

  isTable(name: string): boolean {
    return name === this.table;
  }

  /** The column that a path names, or undefined after having said what is wrong with it. */
  column(path: readonly Name[]): { readonly column: Column; readonly nullable: boolean } | undefined {
    const top = fieldsOf(this.#schema)?.fields ?? [];
    const qualified = path.length > 1 && this.isTable(path[0]!.text) && !top.some((f) => f.name === path[0]!.text);
    const names = qualified ? path.slice(1) : path;
    let schema: AvroSchema = this.#schema;
    let nullable = false;
    const done: string[] = [];
    for (const name of names) {
      const inside = fieldsOf(schema);
      const field = inside?.fields.find((f) => f.name === name.text);
      if (field === undefined)
        return this.#wrong(
          name,
          done,
          inside?.fields.map((f) => f.name),
        );
      nullable ||= inside!.nullable || typeOf(field.schema).nullable;
      schema = field.schema;
      done.push(name.text);
    }
    return { column: Object.freeze({ path: Object.freeze(done), name: done.join('.'), schema }), nullable };
  }

  #wrong(name: Name, done: readonly string[], names: readonly string[] | undefined): undefined {
    const key = [...done, name.text].join('\0');
    if (this.#told.has(key)) return undefined;
    this.#told.add(key);
    if (names === undefined) {
      this.#mistakes.push({ span: name, message: `${done.join('.')} has no fields: it is not a record` });
      return undefined;
    }
    const near = nearest(name.text, names);
    const where = done.length === 0 ? this.#query.from.text : done.join('.');
    const message = `no column ${name.text} in ${where}`;
    const remedy = near === undefined ? `it has ${listed(names)}` : `did you mean ${near}?`;
    this.#mistakes.push({ span: name, message, remedy });
    return undefined;
  }
}

const listed = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`;
