/**
 * Text that a user wrote (YAML of one or more documents, or JSON) → values with their places in the text. Knows nothing of
 * what the values mean; contracts/parse.ts checks them. Whole numbers that a double can't hold are bigints.
 */
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { Place } from './source-error.ts';
import { readJson } from './source-json.ts';
import { readYaml } from './source-yaml.ts';

/** One document of a text. */
export interface SourceDocument {
  readonly value: unknown;
  /** 1-based place of the value at a JSON pointer, or of the nearest thing around it that is written. */
  locate(pointer: string): Place;
}

/** JSON is YAML too, but is read as YAML only where nobody says that it is JSON. */
export type SourceKind = 'json' | 'yaml';

/** Reads a text; documents with nothing in them are left out. Throws MillraceError `invalid_spec` with every syntax error. */
export function readSource(text: string, kind: SourceKind = 'yaml'): SourceDocument[] {
  if (Buffer.byteLength(text) > limits.specBytesMax) {
    const message = `The text is larger than ${limits.specBytesMax} bytes. Split it into several files.`;
    throw new MillraceError(failure('invalid_spec', message));
  }
  const documents = kind === 'json' ? [readJson(text)] : readYaml(text);
  return documents.filter(({ value }) => value !== null && value !== undefined);
}
