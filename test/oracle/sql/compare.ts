/** Compares what Calcite makes of expressions with what another does. */
import type { Answer, Calcite, Found, Question } from './calcite.ts';
import type { TypedExpression } from './maker.ts';
import type { Kind } from './rows.ts';

export interface Difference {
  readonly expression: TypedExpression;
  /** Of the question. */
  readonly row: number;
  readonly theirs: Found | Answer;
  readonly ours: Found | Answer;
}

export const textOf = ({ expression, row, theirs, ours }: Difference): string =>
  `${expression.text}: in row ${row} Calcite ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}`;

/** The first difference, if there is one. Errors agree with each other, whatever they say. */
export function difference(expression: TypedExpression, theirs: Answer, ours: Answer): Difference | undefined {
  // What Calcite makes of some casts its own compiler refuses; how often that may be, the test says.
  if ('refused' in theirs) return undefined;
  if ('refused' in ours) return { expression, row: 0, theirs, ours };
  const row = theirs.values.findIndex((value, i) => !isBroken(value) && !same(expression.kind, value, ours.values[i]!));
  return row < 0 ? undefined : { expression, row, theirs: theirs.values[row]!, ours: ours.values[row]! };
}

/** What Calcite compiled is wrong in itself: it has no answer. */
const isBroken = (found: Found): boolean =>
  found !== null && typeof found === 'object' && found.error.startsWith('ClassCast');

const isError = (found: Found | Answer): boolean => typeof found === 'object' && found !== null && 'error' in found;

/** Of a whole question: of an expression that ours refuses. */
const isAnswer = (found: Found | Answer): found is Answer =>
  typeof found === 'object' && found !== null && ('refused' in found || 'values' in found);

/** Whether the difference is none of ours: Calcite contradicts itself, is known to be wrong, or goes in another order. */
export async function isExcused(
  found: Difference,
  question: Question,
  calcite: Pick<Calcite, 'evaluate'>,
  evaluate: (text: string) => Answer,
): Promise<boolean> {
  if (trimsTwice(found.expression.text)) return true;
  return (await agreesAlone(found, question, calcite)) || isOrder(found, question, calcite, evaluate);
}

/** Of two TRIMs in one expression Calcite may leave one undone. */
const trimsTwice = (text: string): boolean => (text.match(/\bTRIM\(/g)?.length ?? 0) > 1;

/** Calcite says what ours does when it is asked for nothing else: beside other expressions it may never evaluate what fails. */
async function agreesAlone(
  { expression, row, ours }: Difference,
  question: Question,
  calcite: Pick<Calcite, 'evaluate'>,
): Promise<boolean> {
  const asked = { ...question, rows: [question.rows[row]!], expressions: [expression.text] };
  const [alone] = await calcite.evaluate(asked);
  if (alone === undefined || 'refused' in alone || isAnswer(ours)) return false;
  const [found] = alone.values;
  return isBroken(found!) || same(expression.kind, found!, ours);
}

/**
 * Whether the difference is only that one of the two never evaluated a part that is an error: in which order parts are evaluated,
 * and whether one is that can't change the result, SQL leaves open. Ours may fail of a part only where no branch of a CASE or
 * COALESCE stands before it that may not be needed.
 */
async function isOrder(
  { expression, row, theirs, ours }: Difference,
  question: Question,
  calcite: Pick<Calcite, 'evaluate'>,
  evaluate: (text: string) => Answer,
): Promise<boolean> {
  const { parts } = expression;
  const fails = (answer: Answer, at: number): boolean => 'values' in answer && isError(answer.values[at]!);
  const oursFails = (part: { readonly text: string }): boolean => fails(evaluate(part.text), row);
  if (isError(theirs)) return parts.some(oursFails);
  if (!isError(ours)) return false;
  const texts = parts.map((part) => part.text);
  const answers = await calcite.evaluate({ ...question, rows: [question.rows[row]!], expressions: texts });
  // Of what Calcite can't compile by itself, ours alone can say so.
  const failing = parts.filter((part, i) => ('refused' in answers[i]! ? oursFails(part) : fails(answers[i]!, 0)));
  // A whole that Calcite has a value of, though a part that it always needs is an error by itself.
  return parts.some(
    (whole, i) =>
      'values' in answers[i]! &&
      !fails(answers[i], 0) &&
      oursFails(whole) &&
      failing.some((part) => part.guards === whole.guards && whole.text.includes(part.text)),
  );
}

function same(kind: Kind, theirs: Found, ours: Found): boolean {
  if (theirs === null || ours === null) return theirs === ours;
  if (typeof theirs === 'object' || typeof ours === 'object') return typeof theirs === typeof ours;
  // -0 is 0; both write the shortest text that gives the double back, each in its own form.
  if (kind === 'DOUBLE') return near(Number(theirs), Number(ours));
  return kind === 'DECIMAL' ? plain(theirs) === plain(ours) : theirs === ours;
}

/** The last digits of a sine or a logarithm are each library's own. */
const near = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b)) || (Number.isNaN(a) && Number.isNaN(b));

/** A decimal without the zeros that say nothing. */
function plain(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}
