/** What the compiler is asked for a job: the same from planning and from the hosts, so that both make the same kernels. */
import type { FormatSpec } from './format.ts';
import type { JobSpec } from './spec.ts';

export interface CompileInput {
  readonly sql: string;
  /** The streams that the query may name → their schema as Avro JSON text. */
  readonly streams: Readonly<Record<string, string>>;
  readonly format: FormatSpec;
  /** SQL expressions over the output's columns, or the source's: see RowExtras of pipeline/sql/bound.ts. KEY BY in the text goes before `key`. */
  readonly key?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly tombstone?: string;
  /** Full name of the output's record schema; `millrace.Row` where it isn't given. */
  readonly outputName?: string;
}

export function compileInput(
  sql: string,
  { kafka: { format, key, headers, tombstone } }: JobSpec['sink'],
  streams: CompileInput['streams'],
  outputName: string,
): CompileInput {
  return {
    sql,
    streams,
    format,
    outputName,
    ...(key === undefined ? {} : { key: typeof key === 'string' ? [key] : key }),
    ...(headers === undefined ? {} : { headers }),
    ...(tombstone === undefined ? {} : { tombstone }),
  };
}
