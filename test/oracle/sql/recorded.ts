/** A case whose answers stand in answers/sql.json.gz. */
import type { Answer } from './calcite.ts';
import type { Kind } from './rows.ts';

export interface RecordedCase {
  readonly kinds: readonly Kind[];
  readonly expressions: readonly string[];
  /** Of the rows, as hex digits, by {@link tableSchema} of rows.ts. */
  readonly bodies: readonly string[];
  /** As Calcite was asked, for messages. */
  readonly rows: readonly (readonly unknown[])[];
  readonly answers: readonly Answer[];
}
