/** The text of a body → its value, which nobody has looked into yet. Synchronous: body-reader.ts says on which thread. */
import { readSource, type SourceKind } from '../client/source.ts';
import { MillraceError } from '../contracts/failure.ts';
import { HttpProblem } from './problem.ts';

/** Media types that a document may come in. */
export const jsonTypes = ['application/json'];
export const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'];
export const documentTypes = [...jsonTypes, ...yamlTypes];

/** Throws HttpProblem `bad_request` with line and column. */
export function readBody(text: string, kind: SourceKind): unknown {
  try {
    const documents = readSource(text, kind);
    if (documents.length > 1) {
      throw new HttpProblem('bad_request', 'The body has several documents. Send each to its own address.');
    }
    return documents[0]?.value;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const errors = error.problems.map(({ path, ...rest }) => ({ pointer: path, ...rest }));
    throw new HttpProblem('bad_request', error.message, errors);
  }
}
