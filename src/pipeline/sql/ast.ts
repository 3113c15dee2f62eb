/** What a query says, before any name in it is looked up. Frozen data with positions; parse.ts makes it. */

/** Where something stands in the query's text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface Name extends Span {
  readonly text: string;
}

export type BinaryOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';
export type TruthTest = 'null' | 'true' | 'false' | 'unknown';
/** `similar`: SQL's own regular expressions (SIMILAR TO); `regexp`: RLIKE and REGEXP, found anywhere in the text. */
export type PatternKind = 'like' | 'ilike' | 'similar' | 'regexp';

/** A type as a query writes it: `VARCHAR`, `DECIMAL(10, 2)`, `ARRAY<INT>`, `ROW<a INT, b VARCHAR>`. */
export interface TypeName {
  readonly span: Span;
  /** Upper case, aliases not yet resolved (`INTEGER`, `STRING`, `DOUBLE PRECISION` as one text). */
  readonly name: string;
  /** Numbers in parentheses. */
  readonly parameters: readonly number[];
  /** ARRAY's element; MAP's key and value. */
  readonly elements: readonly TypeName[];
  /** ROW's. */
  readonly fields: readonly { readonly name: Name; readonly type: TypeName }[];
}

export type Expression = {
  readonly span: Span;
  /** Height of the tree: bounded, since everything that walks it is recursive. */
  readonly height: number;
} & (
  | { readonly kind: 'column'; readonly path: readonly Name[] }
  /** `.name` after something that is no plain path: `tags[1].name`, `(a).b`. */
  | { readonly kind: 'field'; readonly operand: Expression; readonly name: Name }
  | { readonly kind: 'subscript'; readonly operand: Expression; readonly index: Expression }
  | { readonly kind: 'string'; readonly value: string }
  /** As written: `12`, `0.5`, `1e9`. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  /** `X'00ff'`: the digits, checked. */
  | { readonly kind: 'binary-string'; readonly hex: string }
  /** `DATE '2026-01-31'` and the like: the text is not checked yet. */
  | { readonly kind: 'datetime'; readonly type: 'DATE' | 'TIME' | 'TIMESTAMP'; readonly text: string }
  /** `INTERVAL '1-2' YEAR TO MONTH`: units in upper case; the text is not checked yet. */
  | {
      readonly kind: 'interval';
      readonly text: string;
      readonly negated: boolean;
      readonly from: IntervalUnit;
      readonly to: IntervalUnit | undefined;
      /** So many of the unit: a WEEK is 7 days, a QUARTER 3 months. */
      readonly times?: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** A long row of + and -, or of * / %, from the left: one node, so that it isn't a deep tree. */
  | {
      readonly kind: 'chain';
      readonly first: Expression;
      readonly steps: readonly { readonly operator: BinaryOperator; readonly operand: Expression }[];
    }
  | { readonly kind: 'negate' | 'plus'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or' | 'concat'; readonly operands: readonly Expression[] }
  | { readonly kind: 'is'; readonly test: TruthTest; readonly negated: boolean; readonly operand: Expression }
  /** IS [NOT] DISTINCT FROM. */
  | { readonly kind: 'distinct'; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly list: readonly Expression[];
    }
  | {
      readonly kind: 'like';
      readonly pattern: Expression;
      readonly by: PatternKind;
      readonly negated: boolean;
      readonly operand: Expression;
      readonly escape: Expression | undefined;
    }
  | {
      readonly kind: 'between';
      /** The bounds may stand in either order. */
      readonly symmetric?: true;
      readonly negated: boolean;
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | {
      readonly kind: 'case';
      /** `CASE x WHEN …`: compared with each WHEN. */
      readonly subject: Expression | undefined;
      readonly whens: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: TypeName; readonly safe: boolean }
  | { readonly kind: 'row' | 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly { readonly key: Expression; readonly value: Expression }[] }
  /** `x = ANY(array)` (SOME is ANY), `x < ALL(array)`; `x IN UNNEST(array)` is `= ANY`. */
  | {
      readonly kind: 'quantified';
      readonly operator: BinaryOperator;
      readonly quantifier: 'any' | 'all';
      readonly left: Expression;
      readonly array: Expression;
    }
  /** `(start, end) OVERLAPS (start, length)`. */
  | {
      readonly kind: 'overlaps';
      readonly left: readonly [Expression, Expression];
      readonly right: readonly [Expression, Expression];
    }
  /** EXISTS over an array: its query's FROM is an UNNEST. */
  | { readonly kind: 'exists'; readonly query: Query }
  | { readonly kind: 'lambda'; readonly parameters: readonly Name[]; readonly body: Expression }
  /** A unit of time as an argument: `EXTRACT(HOUR FROM t)` is the call EXTRACT(unit, t); `FLOOR(t TO DAY)` is FLOOR(t, unit). Upper case. */
  | { readonly kind: 'unit'; readonly unit: string }
  | {
      readonly kind: 'call';
      readonly name: Name;
      readonly args: readonly Expression[];
      /** What follows the arguments of JSON_VALUE and JSON_QUERY. */
      readonly json?: JsonClauses;
    }
);

export type IntervalUnit = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** `RETURNING type`, `NULL | ERROR | DEFAULT x ON EMPTY | ON ERROR`, `WITH | WITHOUT [CONDITIONAL] WRAPPER`. */
export interface JsonClauses {
  /** Of JSON_OBJECT and JSON_ARRAY: values that are NULL are left out or kept, where the function by itself does otherwise. */
  readonly onNull?: 'other';
  readonly returning?: TypeName;
  readonly onEmpty?: 'null' | 'error' | Expression;
  readonly onError?: 'null' | 'error' | Expression;
  readonly wrapper?: 'without' | 'conditional' | 'unconditional';
}

export type SelectItem =
  | {
      readonly kind: 'star';
      readonly span: Span;
      readonly qualifier: Name | undefined;
      /** `a.b.*`: the fields of a row within. */
      readonly within?: readonly Name[];
      readonly exclude: readonly Name[];
      readonly replace: readonly { readonly expression: Expression; readonly alias: Name }[];
    }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias: Name | undefined };

/** What stands in FROM, with what it is called there. */
export type Table = {
  readonly span: Span;
  readonly alias: Name | undefined;
  /** `AS t(a, b)`; empty where there are none. */
  readonly columns: readonly Name[];
} /** A stream or a CTE. */ & (
  | { readonly kind: 'named'; readonly name: Name }
  | { readonly kind: 'subquery'; readonly query: Query }
  | { readonly kind: 'unnest'; readonly operand: Expression; readonly ordinality: boolean }
);

export interface Select {
  readonly kind: 'select';
  readonly span: Span;
  readonly items: readonly SelectItem[];
  readonly from: Table;
  /** `CROSS JOIN UNNEST(…)` (or a comma before UNNEST), in order; `outer`: LEFT JOIN UNNEST(…) ON TRUE keeps rows whose array is empty or NULL. */
  readonly unnests: readonly { readonly table: Table & { readonly kind: 'unnest' }; readonly outer: boolean }[];
  readonly where: Expression | undefined;
}

export interface Union {
  readonly kind: 'union';
  readonly span: Span;
  readonly branches: readonly Body[];
}

export type Body = Select | Union;

export interface Query {
  readonly span: Span;
  /** WITH, in order: each may name those before it. */
  readonly ctes: readonly { readonly name: Name; readonly columns: readonly Name[]; readonly query: Query }[];
  readonly body: Body;
  /** KEY BY, at the end of the outermost query only. */
  readonly keyBy: readonly Expression[];
}

/** Every stream that the query names in FROM, each once; names that WITH defines are not streams. */
export function streamsOf(query: Query): readonly Name[] {
  const found = new Map<string, Name>();
  const visitQuery = (q: Query, defined: ReadonlySet<string>): void => {
    const known = new Set(defined);
    for (const cte of q.ctes) {
      visitQuery(cte.query, known);
      known.add(cte.name.text);
    }
    visitBody(q.body, known);
  };
  const visitBody = (body: Body, known: ReadonlySet<string>): void => {
    if (body.kind === 'union') {
      for (const branch of body.branches) visitBody(branch, known);
      return;
    }
    const { from } = body;
    if (from.kind === 'named' && !known.has(from.name.text) && !found.has(from.name.text))
      found.set(from.name.text, from.name);
    if (from.kind === 'subquery') visitQuery(from.query, known);
  };
  visitQuery(query, new Set());
  return [...found.values()];
}
