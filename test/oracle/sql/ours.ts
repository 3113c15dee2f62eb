/** The compiler's own answers to what the oracle is asked. */
import { MillraceError } from '../../../src/contracts/failure.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { rowsOf } from '../../unit/pipeline/support.ts';
import type { Answer, Found } from './calcite.ts';
import { tableSchema } from './rows.ts';

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
