/** What a query becomes: for `millrace explain`, and for whoever wonders what a plan reads. */
import type { FormatSpec } from '../../contracts/format.ts';
import type { PlanColumn } from '../../contracts/plan.ts';
import { compileLocal } from './run.ts';

export interface Explained {
  readonly stream: string;
  /** The plan as people read it. */
  readonly plan: string;
  readonly readColumns: readonly string[];
  readonly output: readonly PlanColumn[];
  /** Avro JSON text. */
  readonly outputSchema: string;
  /** The generated function. */
  readonly source: string;
}

/** Throws MillraceError. */
export function explainQuery(sql: string, schemaText: string, format: FormatSpec = 'json'): Explained {
  const { stream, query } = compileLocal(sql, schemaText, format);
  const { planText: plan, readColumns, output, outputSchema } = query;
  return { stream, plan, readColumns, output, outputSchema, source: query.kernel(stream, schemaText).source };
}
