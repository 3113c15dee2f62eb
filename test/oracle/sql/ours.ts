/** The compiler's own answers to what the oracle is asked. */
import { MillraceError } from '../../../src/contracts/failure.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { runOnce } from '../../unit/pipeline/support.ts';
import type { Answer, Found } from './calcite.ts';
import { tableSchema } from './rows.ts';

/** What the expression is for each of the bodies. */
export function evaluate(expression: string, bodies: readonly Buffer[]): Answer {
  return evaluateTogether([expression], bodies)[0]!;
}

/**
 * The same of several expressions by one kernel, in which they share what they have in common. Where one of them is an error,
 * each is asked for itself.
 */
export function evaluateTogether(expressions: readonly string[], bodies: readonly Buffer[]): readonly Answer[] {
  const apart = (): readonly Answer[] => expressions.map((e) => evaluate(e, bodies));
  try {
    const compiled = compileQuery({
      sql: `SELECT ${expressions.map((e, i) => `${e} AS c${i}`).join(', ')} FROM t`,
      streams: { t: tableSchema },
      format: { json: { bigint: 'string', decimal: 'string' } },
    });
    const kernel = compiled.kernel('t', tableSchema);
    const rows = bodies.map((body) => {
      try {
        const row = JSON.parse(runOnce(kernel, body)!) as Readonly<Record<string, unknown>>;
        return expressions.map((_, i) => foundOf(row[`c${i}`], compiled.output[i]!.type));
      } catch (cause) {
        if (cause instanceof RecordError) return cause;
        throw cause;
      }
    });
    if (expressions.length > 1 && rows.some((row) => row instanceof RecordError)) return apart();
    return expressions.map((_, i) => ({
      values: rows.map((row) => (row instanceof RecordError ? { error: row.message } : row[i]!)),
    }));
  } catch (cause) {
    if (!(cause instanceof MillraceError)) throw cause;
    return expressions.length > 1 ? apart() : [{ refused: cause.message }];
  }
}

/** A column's JSON as Calcite's text: a time in milliseconds, whatever its precision. */
function foundOf(value: unknown, type: string): Found {
  if (value === null) return null;
  const digits = Number(/^TIME(?:STAMP)?\((\d)\)/.exec(type)?.[1] ?? 3);
  if (typeof value === 'number' && digits !== 3) return String(value / 10 ** (digits - 3));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
