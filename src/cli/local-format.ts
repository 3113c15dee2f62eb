/** `--format` and `--format-option` of local queries → the format as a sink's spec would have it. */
import { type FormatSpec, formatSpec } from '../contracts/format.ts';
import { problemsOf } from '../contracts/remedy.ts';
import { UsageError } from './world.ts';

export interface FormatOptions {
  readonly format: 'json' | 'avro' | 'csv';
  readonly formatOption: readonly string[];
}

/** Gathers a repeatable option. */
export const gathered = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Throws UsageError. */
export function formatFrom({ format, formatOption }: FormatOptions): FormatSpec {
  if (formatOption.length === 0) return format;
  const options = Object.fromEntries(
    formatOption.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--format-option ${text}: write name=value, as bigint=string.`);
      const value = text.slice(at + 1);
      return [text.slice(0, at), value === 'true' ? true : value === 'false' ? false : value];
    }),
  );
  const given = { [format]: options };
  const parsed = formatSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const why = problemsOf(parsed.error.issues, given, formatSpec).map((p) => `${p.path.split('/').at(-1)} ${p.message}`);
  throw new UsageError(
    `--format-option: ${formatOption.join(' ')} are no options of the format ${format}: ${why.join('; ')}.`,
  );
}
