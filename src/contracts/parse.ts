/**
 * A value of unknown shape → a document or an operation, or every mistake in it at once. Text (YAML, JSON) is read before, by
 * client/source.ts: contracts import nothing but zod.
 */
import { exactJson, isPlainJson } from './exact-json.ts';
import { failure, MillraceError, type Problem } from './failure.ts';
import { nearest } from './nearest.ts';
import { type Operation, operation } from './operation.ts';
import { problemsOf } from './remedy.ts';
import { jobDocument, type MillraceDocument, streamDocument } from './spec.ts';

export type Parsed = { readonly ok: true; readonly document: MillraceDocument } | Mistaken;
export interface Mistaken {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

/** Checks one document against the schema of its kind; a wrong or missing kind is guessed, so that the rest is checked too. */
export function checkDocument(value: unknown): Parsed {
  const schema = kindOf(value) === 'Stream' ? streamDocument : jobDocument;
  const kept = schema === streamDocument ? withExactSchema(value) : value;
  const result = schema.safeParse(kept);
  if (result.success) return { ok: true, document: result.data };
  return { ok: false, problems: problemsOf(result.error.issues, kept, schema).map(kindProblem) };
}

/** An Avro schema with numbers that JSON.stringify would not write as they are (the default of a long) is kept as its text. */
function withExactSchema(value: unknown): unknown {
  const { spec } = value as { readonly spec?: unknown };
  const { schema } = (isObject(spec) ? spec : {}) as { readonly schema?: unknown };
  const { avro } = (isObject(schema) ? schema : {}) as { readonly avro?: unknown };
  if (!isObject(avro) || isPlainJson(avro)) return value;
  return {
    ...(value as object),
    spec: { ...(spec as object), schema: { ...(schema as object), avro: exactJson(avro) } },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Like {@link checkDocument}. Throws MillraceError `invalid_spec` with every problem. */
export function parseDocument(value: unknown): MillraceDocument {
  const parsed = checkDocument(value);
  if (parsed.ok) return parsed.document;
  throw invalidSpec(parsed.problems);
}

/** Throws MillraceError `invalid_spec` with every problem. */
export function parseOperation(value: unknown): Operation {
  const result = operation.safeParse(value);
  if (result.success) return result.data;
  throw invalidSpec(problemsOf(result.error.issues, value, operation), 'operation');
}

/** The error that carries the mistakes of a document, or of what else a user wrote. */
export function invalidSpec(problems: readonly Problem[], what = 'document'): MillraceError {
  const first = problems[0];
  const text =
    problems.length === 1 && first !== undefined
      ? `The ${what} has a mistake at ${first.path || 'its top'}: ${first.message}.`
      : `The ${what} has ${problems.length} mistakes.`;
  return new MillraceError(failure('invalid_spec', text), problems);
}

function kindOf(value: unknown): 'Stream' | 'Job' {
  if (typeof value !== 'object' || value === null) return 'Job';
  const { kind, spec } = value as { kind?: unknown; spec?: unknown };
  if (typeof kind === 'string') {
    const likely = nearest(kind, ['Stream', 'Job']);
    if (likely !== null) return likely as 'Stream' | 'Job';
  }
  return isObject(spec) && 'topics' in spec ? 'Stream' : 'Job';
}

/** One schema was chosen by a guess; the answer must name both kinds. */
function kindProblem(p: Problem): Problem {
  return p.path === '/kind' ? { ...p, remedy: 'write kind: Job or kind: Stream' } : p;
}
