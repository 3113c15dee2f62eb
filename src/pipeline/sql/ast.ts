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

export type Expression = {
  readonly span: Span;
  /** Height of the tree: bounded, since everything that walks it is recursive. */
  readonly height: number;
} & (
  | { readonly kind: 'column'; readonly path: readonly Name[] }
  | { readonly kind: 'string'; readonly value: string }
  /** As written: `12`, `0.5`, `1e9`. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or' | 'concat'; readonly operands: readonly Expression[] }
  | { readonly kind: 'is'; readonly test: TruthTest; readonly negated: boolean; readonly operand: Expression }
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly list: readonly Expression[];
    }
  | {
      readonly kind: 'like';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | undefined;
    }
  | {
      readonly kind: 'between';
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
  | { readonly kind: 'call'; readonly name: Name; readonly args: readonly Expression[] }
);

export type SelectItem =
  | { readonly kind: 'star'; readonly span: Span; readonly qualifier: Name | undefined }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias: Name | undefined };

export interface Query {
  readonly items: readonly SelectItem[];
  readonly from: Name;
  readonly alias: Name | undefined;
  readonly where: Expression | undefined;
}
