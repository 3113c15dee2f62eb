/**
 * {@link Query} + the streams' schemas → {@link BoundQuery}: subqueries, CTEs and unions are put where they are used
 * (docs/adr/0006), every name is looked up, every type checked. Goes on after a mistake, so that all of them are told at once.
 */
import { limits } from '../../contracts/limits.ts';
import type { AvroRecord } from '../avro/schema.ts';
import type { Body, Expression, Name, Query, Select, SelectItem, Span, Table, Union } from './ast.ts';
import { type Compiler, ExpressionBinder, shown } from './bind-expression.ts';
import {
  type Bound,
  type BoundQuery,
  type Branch,
  childrenOf,
  type Output,
  type RowExtras,
  type Step,
} from './bound.ts';
import { castTo, make, once, varchar } from './nodes.ts';
import { columnOf, listed, type Mistakes, metaColumns, Scope, type ScopeColumn, type ScopeTable } from './scope.ts';
import { nearest } from './suggest.ts';
import { commonType, sameType } from './type-rules.ts';
import { typeOf } from './types.ts';
import { openUnnest } from './unnest.ts';

/** Rows of one stream on their way: what they have passed, and what their columns are. */
interface Part {
  readonly stream: string;
  readonly schema: AvroRecord;
  readonly steps: readonly Step[];
  readonly columns: readonly ScopeColumn[];
  /** A stream's metadata, as long as it is the stream itself. */
  readonly hidden: readonly ScopeColumn[];
  /** What expressions beside the SELECT list may name. */
  readonly scope: Scope;
  /** Something wrong has been told of it: its columns are not known. */
  readonly isUnknown?: boolean;
}

/** A table: one part, or several after a UNION ALL; all have the same columns. */
type Relation = readonly Part[];

/** An expression of the sink with what its mistakes are told by. */
export interface SinkExpression {
  readonly expression: Expression;
  readonly mistakes: Mistakes;
}

export interface Sink {
  readonly key: readonly SinkExpression[];
  readonly headers: readonly { readonly name: string; readonly value: SinkExpression }[];
  readonly tombstone: SinkExpression | undefined;
}

export interface BindInput {
  readonly query: Query;
  /** Undefined: there is no such stream. */
  readonly schemaOf: (stream: string) => AvroRecord | undefined;
  readonly compiler: Compiler;
  readonly sink: Sink;
  readonly mistakes: Mistakes;
}

/** What can't be bound is in `mistakes`; the query is then of no use. */
export function bindQuery(input: BindInput): BoundQuery {
  const binder = new QueryBinder(input);
  return binder.bind();
}

/** Operations within each other: everything that walks a bound expression is recursive, and casts come to what the text has. */
const boundDepthMax = 2 * limits.sqlDepthMax;

type Ctes = ReadonlyMap<string, { readonly columns: readonly Name[]; readonly relation: Relation }>;

class QueryBinder {
  readonly #input: BindInput;
  readonly #mistakes: Mistakes;
  #nodes = 0;
  constructor(input: BindInput) {
    this.#input = input;
    this.#mistakes = input.mistakes;
  }

  bind(): BoundQuery {
    const { query } = this.#input;
    const relation = this.#query(query, new Map());
    const isUnion = query.body.kind === 'union';
    const names = relation[0]?.columns ?? [];
    const outputs = names.map(({ name }, i): Output => {
      const nullable = relation.some((part) => part.columns[i]!.value.nullable);
      // The branches have one type, but what may be NULL in it is what may be in any of them.
      const types = relation.map((part) => part.columns[i]!.value.type);
      const type = types.reduce((all, one) => commonType(all, one) ?? all);
      return Object.freeze({ name, type, nullable });
    });
    this.#noTwice(names, query.body);
    if (relation.length > 0 && names.length === 0 && !relation.some((part) => part.isUnknown))
      this.#mistakes.add(query.body.span, 'the query has no column: all are excluded');
    const branches = relation.map(
      (part): Branch =>
        Object.freeze({
          stream: part.stream,
          schema: part.schema,
          steps: Object.freeze(part.steps),
          values: Object.freeze(part.columns.map((c) => c.value)),
          extras: this.#extras(part, isUnion),
        }),
    );
    for (const { values, steps, extras } of branches) {
      const beside = [extras.key, extras.tombstone].filter((b) => b !== undefined);
      const tests = steps.map((s) => (s.kind === 'filter' ? s.test : s.operand));
      this.#count([...values, ...tests, ...beside, ...extras.headers.map((h) => h.value)]);
    }
    return Object.freeze({ branches: Object.freeze(branches), outputs: Object.freeze(outputs) });
  }

  #noTwice(columns: readonly ScopeColumn[], body: Body): void {
    const seen = new Set<string>();
    const first = body.kind === 'select' ? body : undefined;
    for (const [i, { name }] of columns.entries()) {
      const item = first?.items.length === columns.length ? first.items[i] : undefined;
      const span =
        item?.kind === 'expression'
          ? (item.alias ?? item.expression.span)
          : (first?.items[0] && itemSpan(first.items[0])) || body.span;
      if (seen.has(name))
        this.#mistakes.add(span, `two output columns are named ${name}`, 'give one of them another name with AS');
      seen.add(name);
    }
  }

  /** Names of subqueries stand for their expressions: a short text can become a large tree. */
  #count(roots: readonly Bound[]): void {
    const waiting = roots.map((b) => ({ b, depth: 1 }));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { b, depth } = next;
      if (++this.#nodes > limits.boundNodesMax || depth > boundDepthMax) {
        const what =
          depth > boundDepthMax
            ? `is nested deeper than ${boundDepthMax} operations`
            : `has more than ${limits.boundNodesMax} operations`;
        this.#mistakes.add(this.#input.query.span, `the query ${what} once its subqueries are in place`);
        return;
      }
      waiting.push(...childrenOf(b).map((child) => ({ b: child, depth: depth + 1 })));
    }
  }

  #query(query: Query, outer: Ctes): Relation {
    const ctes = new Map(outer);
    const own = new Set<string>();
    for (const { name, columns, query: inner } of query.ctes) {
      if (own.has(name.text)) this.#mistakes.add(name, `WITH defines ${name.text} twice`);
      own.add(name.text);
      ctes.set(name.text, { columns, relation: this.#query(inner, ctes) });
    }
    return this.#body(query.body, ctes);
  }

  #body(body: Body, ctes: Ctes): Relation {
    return body.kind === 'union' ? this.#union(body, ctes) : this.#select(body, ctes);
  }

  #union(union: Union, ctes: Ctes): Relation {
    const relations = union.branches.map((branch) => this.#body(branch, ctes));
    const [first] = relations;
    const columns = first?.[0]?.columns;
    if (columns === undefined) return [];
    for (const [i, relation] of relations.entries()) {
      if (relation.some((part) => part.isUnknown) || relations[0]?.some((part) => part.isUnknown)) return relation;
      const count = relation[0]?.columns.length;
      if (count === undefined || count === columns.length) continue;
      this.#mistakes.add(
        union.branches[i]!.span,
        `this branch of UNION ALL has ${count} columns, the first has ${columns.length}`,
      );
      return first!;
    }
    const types = columns.map(({ name, value }, i) => {
      let type = value.type;
      for (const [k, relation] of relations.entries()) {
        const other = relation[0]?.columns[i]?.value;
        if (other === undefined) continue;
        const common = commonType(type, other.type);
        if (common === undefined)
          this.#mistakes.add(
            union.branches[k]!.span,
            `column ${name} of UNION ALL is ${shown({ type, nullable: true })} in one branch and ${shown(other)} here`,
            'CAST one of them',
          );
        else type = common;
      }
      return type;
    });
    const parts = relations.flatMap((relation) =>
      relation.map((part) => {
        const cast = part.columns.map((c, i) => ({ name: columns[i]!.name, value: castTo(c.value, types[i]!) }));
        return { ...part, columns: cast, hidden: [] };
      }),
    );
    return this.#bounded(parts, union.span);
  }

  #bounded(parts: readonly Part[], span: Span): Relation {
    if (parts.length <= limits.branchesMax) return parts;
    this.#mistakes.add(
      span,
      `the query becomes ${parts.length} branches of UNION ALL; at most ${limits.branchesMax} are allowed`,
    );
    return parts.slice(0, limits.branchesMax);
  }

  #select(select: Select, ctes: Ctes): Relation {
    return this.#table(select.from, ctes).map((part) => this.#selectOf(select, part));
  }

  #selectOf(select: Select, from: Part): Part {
    const steps = [...from.steps];
    if (from.isUnknown === true) return from;
    let scope = from.scope;
    for (const { table, outer } of select.unnests) {
      const binder = new ExpressionBinder(scope, this.#input.compiler, this.#mistakes);
      const operand = binder.bind(table.operand);
      const opened = openUnnest(binder, operand, table, { outer });
      if (opened === undefined) {
        // Its columns are unknown: what names them is not told as a mistake too.
        return { ...from, columns: [], hidden: [], scope: Scope.unknown(this.#mistakes), isUnknown: true };
      }
      const { element, key, ordinality } = opened;
      steps.push(Object.freeze({ kind: 'unnest', operand, element, key, ordinality, outer }));
      scope = scope.with(opened.table);
    }
    const binder = new ExpressionBinder(scope, this.#input.compiler, this.#mistakes);
    if (select.where !== undefined)
      for (const test of conjunctsOf(binder.condition(select.where, 'WHERE')))
        steps.push(Object.freeze({ kind: 'filter', test }));
    const unnests = steps.filter((step) => step.kind === 'unnest').length;
    const columns = select.items
      .flatMap((item, i) => this.#item(item, i, binder))
      .map(({ name, value }) => ({ name, value: once(value, unnests) }));
    return { ...from, steps, columns, hidden: [], scope };
  }

  #item(item: SelectItem, index: number, binder: ExpressionBinder): readonly ScopeColumn[] {
    if (item.kind === 'star') return this.#star(item, binder);
    const { expression, alias } = item;
    const own =
      expression.kind === 'column'
        ? expression.path.at(-1)!.text
        : expression.kind === 'field'
          ? expression.name.text
          : `EXPR$${index}`;
    return [{ name: alias?.text ?? own, value: binder.bind(expression) }];
  }

  #star(item: SelectItem & { kind: 'star' }, binder: ExpressionBinder): readonly ScopeColumn[] {
    const columns = this.#starColumns(item, binder);
    const names = columns.map((c) => c.name);
    const known = (name: Name): void => {
      if (names.includes(name.text)) return;
      const near = nearest(name.text, names);
      this.#mistakes.add(
        name,
        `* has no column ${name.text}`,
        near === undefined ? `it has ${listed(names)}` : `did you mean ${near}?`,
      );
    };
    for (const name of item.exclude) known(name);
    for (const { alias } of item.replace) known(alias);
    const excluded = new Set(item.exclude.map((n) => n.text));
    const replaced = new Map(item.replace.map(({ expression, alias }) => [alias.text, binder.bind(expression)]));
    return columns
      .filter((c) => !excluded.has(c.name))
      .map((c) => ({ name: c.name, value: replaced.get(c.name) ?? c.value }));
  }

  #starColumns(item: SelectItem & { kind: 'star' }, binder: ExpressionBinder): readonly ScopeColumn[] {
    const { tables } = binder.scope;
    const { qualifier, within } = item;
    if (qualifier !== undefined && within !== undefined) return this.#fieldsOf([qualifier, ...within], binder);
    if (qualifier === undefined) return tables.flatMap((t) => t.columns);
    const table = tables.find((t) => t.name === qualifier.text);
    if (table !== undefined) return table.columns;
    const isColumn = tables.some((t) => t.columns.some((c) => c.name === qualifier.text));
    if (!isColumn) {
      const names = tables.flatMap((t) => (t.name === undefined ? [] : [t.name]));
      this.#mistakes.add(
        qualifier,
        `no table ${qualifier.text} in FROM`,
        names.length === 0 ? undefined : `write ${names[0]}.*`,
      );
      return [];
    }
    return this.#fieldsOf([qualifier], binder);
  }

  /** A row's fields, each a column. */
  #fieldsOf(path: readonly Name[], binder: ExpressionBinder): readonly ScopeColumn[] {
    const row = binder.scope.path(path);
    if (row === undefined || row.type.kind === 'NULL') return [];
    const written = path.map((name) => name.text).join('.');
    const last = path.at(-1)!;
    if (row.type.kind !== 'ROW') {
      this.#mistakes.add(last, `${written}.* wants a ROW, but this is ${shown(row)}`);
      return [];
    }
    return row.type.fields.flatMap(({ name }) => {
      const value = binder.scope.field(row, { ...last, text: name }, written);
      return value === undefined ? [] : [{ name, value }];
    });
  }

  #table(table: Table, ctes: Ctes): Relation {
    switch (table.kind) {
      case 'named': {
        const cte = ctes.get(table.name.text);
        if (cte !== undefined) return this.#named(cte.relation, table, cte.columns);
        return this.#stream(table.name, table);
      }
      case 'subquery':
        return this.#named(this.#query(table.query, ctes), table, []);
      case 'unnest':
        this.#mistakes.add(table.span, 'UNNEST stands beside a stream', 'write FROM stream CROSS JOIN UNNEST(…)');
        return [];
    }
  }

  #stream(name: Name, table: Table): Relation {
    const schema = this.#input.schemaOf(name.text);
    if (schema === undefined) return [];
    const columns = schema.fields.map((f) => ({
      name: f.name,
      value: columnOf(
        Object.freeze({ path: Object.freeze([f.name]), name: f.name, schema: f.schema }),
        typeOf(f.schema).nullable,
      ),
    }));
    const hidden = metaColumns.filter((m) => !schema.fields.some((f) => f.name === m.name));
    const part = { stream: name.text, schema, steps: [], columns, hidden, scope: new Scope([], this.#mistakes) };
    return this.#named([part], table, [], name.text);
  }

  /** A table as FROM calls it. */
  #named(relation: Relation, table: Table, cteColumns: readonly Name[], ownName?: string): Relation {
    const name = table.alias?.text ?? ownName ?? (table.kind === 'named' ? table.name.text : undefined);
    return relation.map((part) => {
      if (part.isUnknown === true) return part;
      const names = table.columns.length > 0 ? table.columns : cteColumns;
      if (names.length > 0 && names.length !== part.columns.length)
        this.#mistakes.add(table.span, `the table has ${part.columns.length} columns, but ${names.length} are named`);
      const columns = part.columns.map((c, i) => ({ name: names[i]?.text ?? c.name, value: c.value }));
      const scopeTable: ScopeTable = { name, columns, hidden: part.hidden };
      return { ...part, columns, scope: new Scope([scopeTable], this.#mistakes) };
    });
  }

  /** KEY BY and the sink's expressions: the output's columns first, then, in a query of one SELECT, the source's. */
  #extras(part: Part, isUnion: boolean): RowExtras {
    const { query, sink, compiler } = this.#input;
    const binderFor = (mistakes: Mistakes): ExpressionBinder => {
      const outer = isUnion ? undefined : new Scope(part.scope.tables, mistakes);
      const table = { name: undefined, columns: part.columns, hidden: [] };
      return new ExpressionBinder(new Scope([table], mistakes, outer), compiler, mistakes);
    };
    const bind = ({ expression, mistakes }: SinkExpression): Bound => binderFor(mistakes).bind(expression);
    const key =
      query.keyBy.length > 0 ? query.keyBy.map((expression) => ({ expression, mistakes: this.#mistakes })) : sink.key;
    const asText = (b: Bound): Bound => textOf(b, compiler);
    return Object.freeze({
      key: key.length === 0 ? undefined : asText(keyOf(key.map(bind), key)),
      headers: Object.freeze(
        sink.headers.map(({ name, value }) => Object.freeze({ name, value: asText(bind(value)) })),
      ),
      tombstone: sink.tombstone && binderFor(sink.tombstone.mistakes).condition(sink.tombstone.expression, 'tombstone'),
    });
  }
}

function itemSpan(item: SelectItem): Span {
  return item.kind === 'star' ? item.span : item.expression.span;
}

const conjunctsOf = (bound: Bound): readonly Bound[] =>
  bound.kind === 'and' ? bound.operands.flatMap(conjunctsOf) : [bound];

/** A text or bytes as they are, what has parts as JSON, anything else as its text. */
function textOf(b: Bound, { functions }: Compiler): Bound {
  if (b.type.kind === 'BYTES' || sameType(b.type, varchar)) return b;
  const fn = functions.get('JSON_STRING');
  if (fn === undefined || !['ARRAY', 'MAP', 'ROW', 'UNION'].includes(b.type.kind)) return castTo(b, varchar);
  return make({ kind: 'call', fn, args: [b] }, varchar, b.nullable, true);
}

/** Several parts of a key are one row. */
function keyOf(parts: readonly Bound[], written: readonly SinkExpression[]): Bound {
  if (parts.length === 1) return parts[0]!;
  const fields = parts.map((part, i) => {
    const { expression } = written[i]!;
    const own = expression.kind === 'column' ? expression.path.at(-1)!.text : `key${i + 1}`;
    const isTwice = written.some(
      (o, k) => k !== i && o.expression.kind === 'column' && o.expression.path.at(-1)!.text === own,
    );
    const name = isTwice ? `key${i + 1}` : own;
    return { name, type: { type: part.type, nullable: part.nullable } };
  });
  const fallible = parts.some((p) => p.fallible);
  return make({ kind: 'row', items: parts }, { kind: 'ROW', fields }, false, fallible);
}
