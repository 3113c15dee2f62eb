/** What the parser's tests share: the AST without positions, constructors to write one, and texts with a marked place. */
import assert from 'node:assert/strict';
import { MistakeFound } from '../../../../src/pipeline/sql/mistake.ts';
import { parseQuery, parseSinkExpression } from '../../../../src/pipeline/sql/parse.ts';

/** The AST without spans and heights; names are their texts; what is undefined is left out. */
export function shape(ast: unknown): unknown {
  if (Array.isArray(ast)) return ast.map(shape);
  if (typeof ast !== 'object' || ast === null) return ast;
  if ('text' in ast && 'offset' in ast) return ast.text;
  const kept = Object.entries(ast).filter(([k, v]) => k !== 'span' && k !== 'height' && v !== undefined);
  return Object.fromEntries(kept.map(([k, v]) => [k, shape(v)]));
}

export const expressionShape = (sql: string): unknown => shape(parseSinkExpression(sql));
export const queryShape = (sql: string): unknown => shape(parseQuery(sql));

type Shape = { readonly kind: string } & Readonly<Record<string, unknown>>;

export const column = (path: string): Shape => ({ kind: 'column', path: path.split('.') });
export const number = (text: string): Shape => ({ kind: 'number', text });
export const string = (value: string): Shape => ({ kind: 'string', value });
export const boolean = (value: boolean): Shape => ({ kind: 'boolean', value });
export const unit = (name: string): Shape => ({ kind: 'unit', unit: name });
export const binary = (operator: string, left: Shape, right: Shape): Shape => ({
  kind: 'binary',
  operator,
  left,
  right,
});
export const call = (name: string, ...args: readonly Shape[]): Shape => ({ kind: 'call', name, args });
export const field = (operand: Shape, name: string): Shape => ({ kind: 'field', operand, name });
export const subscript = (operand: Shape, index: Shape): Shape => ({ kind: 'subscript', operand, index });
export const type = (name: string, rest: object = {}): object => ({
  name,
  parameters: [],
  elements: [],
  fields: [],
  ...rest,
});

/** Each SQL expression has the shape beside it. */
export function assertExpressions(cases: readonly (readonly [sql: string, expected: Shape])[]): void {
  for (const [sql, expected] of cases) assert.deepEqual(expressionShape(sql), expected, sql);
}

/** `SELECT «a b»`: the text without the marks, and what they enclose. */
export function marked(text: string): { readonly sql: string; readonly offset: number; readonly length: number } {
  const [before, within, after] = text.split(/[«»]/);
  return { sql: `${before}${within}${after}`, offset: before!.length, length: within!.length };
}

/** The mistake that the text (a query, or an expression) is refused with. */
export function mistakeOf(parse: () => unknown): MistakeFound['mistake'] {
  try {
    parse();
  } catch (found) {
    if (found instanceof MistakeFound) return found.mistake;
    throw found;
  }
  return assert.fail('the text is accepted');
}

/** Each text is refused at its marked place with this message (and remedy, after ` | `). */
export function assertRefused(
  parse: (sql: string) => unknown,
  cases: readonly (readonly [text: string, expected: string])[],
): void {
  for (const [text, expected] of cases) {
    const { sql, offset, length } = marked(text);
    const { span, message, remedy } = mistakeOf(() => parse(sql));
    const found = {
      text: [message, ...(remedy === undefined ? [] : [remedy])].join(' | '),
      offset: span.offset,
      length: span.length,
    };
    assert.deepEqual(found, { text: expected, offset, length }, text);
  }
}
