/** Documents as they are given to the client: checked whole, and of the kind that the call is about. */
import { failure, MillraceError } from '../contracts/failure.ts';
import { parseDocument } from '../contracts/parse.ts';
import type { JobDocument, JobDocumentInput, StreamDocument, StreamDocumentInput } from '../contracts/spec.ts';

/** Throws MillraceError `invalid_spec` with every mistake. */
export function parseJob(input: JobDocumentInput): JobDocument {
  const parsed = parseDocument(input);
  if (parsed.kind === 'Job') return parsed;
  throw new MillraceError(failure('invalid_spec', `A job was expected, the document is a ${parsed.kind}.`));
}

export function parseStream(input: StreamDocumentInput): StreamDocument {
  const parsed = parseDocument(input);
  if (parsed.kind === 'Stream') return parsed;
  throw new MillraceError(failure('invalid_spec', `A stream was expected, the document is a ${parsed.kind}.`));
}
