/** What a query becomes: for `millrace explain`, and for whoever wonders what a plan reads. */
import type { PlanColumn } from '../../contracts/plan.ts';
import { compileLocal } from './run.ts';

export interface Explained {
  readonly stream: string;
  readonly readColumns: readonly string[];
  readonly output: readonly PlanColumn[];
  /** The generated function. */
  readonly source: string;
}

/** Throws MillraceError. */
export function explainQuery(sql: string, schemaText: string): Explained {
  const { stream, readColumns, output, kernel } = compileLocal(sql, schemaText);
  return { stream, readColumns, output, source: kernel(schemaText).source };
}
