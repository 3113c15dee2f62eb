/** One question: expressions over a few rows. */
import fc from 'fast-check';
import { Choices, numbers } from '../choices.ts';
import type { Question } from './calcite.ts';
import { ExpressionMaker, type TypedExpression } from './maker.ts';
import { anyRow, bodyOf, columns, jsonOf } from './rows.ts';

export interface Case {
  readonly expressions: readonly TypedExpression[];
  readonly bodies: readonly Buffer[];
  readonly question: Question;
}

/** Many expressions make one query of Calcite's, whose compiling takes most of the time. */
const expressionsMax = 24;

export const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.array(numbers(40), { minLength: 1, maxLength: expressionsMax, size: 'max' }), numbers(60))
  .map(([forExpressions, forRows]) => {
    const expressions = forExpressions.map((list) => new ExpressionMaker(new Choices(list)).any());
    const choices = new Choices(forRows);
    const rows = choices.list(1, 6, () => anyRow(choices));
    const question: Question = {
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rows.map(jsonOf),
      expressions: expressions.map((e) => e.text),
    };
    const made = { expressions, bodies: rows.map((row) => bodyOf(row, choices)), question };
    const text = `\n  ${question.expressions.join('\n  ')}\n  ${question.rows.map((row) => JSON.stringify(row)).join('\n  ')}\n`;
    return Object.assign(made, { [fc.toStringMethod]: () => text });
  });
