/** The compiler's own answers to what the oracle is asked, and how two answers differ. */
import { MillraceError } from '../../../src/contracts/failure.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { rowsOf } from '../../unit/pipeline/support.ts';
import type { Answer, Found } from './calcite.ts';
import type { TypedExpression } from './expressions.ts';
import { type Kind, tableSchema } from './rows.ts';

/** What the expression is for each of the bodies. */
export function evaluate(expression: string, bodies: readonly Buffer[]): Answer {
  try {
    const compiled = compileQuery({
      sql: `SELECT ${expression} AS c FROM t`,
      streams: { t: tableSchema },
      format: { json: { bigint: 'string', decimal: 'string' } },
    });
    const kernel = compiled.kernel('t', tableSchema);
    const digits = Number(/^TIME(?:STAMP)?\((\d)\)/.exec(compiled.output[0]!.type)?.[1] ?? 3);
    return { values: bodies.map((body) => found(() => rowsOf(kernel, body)[0]!, digits)) };
  } catch (cause) {
    if (cause instanceof MillraceError) return { refused: cause.message };
    throw cause;
  }
}

/** `digits`: of a second, where it is a time. */
function found(row: () => string, digits: number): Found {
  try {
    const { c } = JSON.parse(row()) as { c: unknown };
    if (c === null) return null;
    if (typeof c === 'number' && digits !== 3) return String(c / 10 ** (digits - 3));
    return typeof c === 'object' ? JSON.stringify(c) : String(c);
  } catch (cause) {
    if (cause instanceof RecordError) return { error: cause.message };
    throw cause;
  }
}

/** The first difference, in one line; undefined where there is none. Errors agree with each other, whatever they say. */
export function differs({ kind, text }: TypedExpression, theirs: Answer, ours: Answer): string | undefined {
  const show = (answer: Found | Answer): string => JSON.stringify(answer);
  if ('refused' in theirs || 'refused' in ours)
    return 'refused' in theirs && 'refused' in ours
      ? undefined
      : `${text}: Calcite ${show(theirs)}, ours ${show(ours)}`;
  for (const [i, value] of theirs.values.entries()) {
    const own = ours.values[i]!;
    if (!same(kind, value, own)) return `${text}: in row ${i} Calcite ${show(value)}, ours ${show(own)}`;
  }
  return undefined;
}

function same(kind: Kind, theirs: Found, ours: Found): boolean {
  if (theirs === null || ours === null) return theirs === ours;
  if (typeof theirs === 'object' || typeof ours === 'object') return typeof theirs === typeof ours;
  // -0 is 0; both write the shortest text that gives the double back, each in its own form.
  if (kind === 'DOUBLE') return Number(theirs) === Number(ours);
  return kind === 'DECIMAL' ? plain(theirs) === plain(ours) : theirs === ours;
}

/** A decimal without the zeros that say nothing. */
function plain(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}
