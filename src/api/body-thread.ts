/** The thread beside the API's that reads large bodies, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { SourceKind } from '../client/source.ts';
import { HttpProblem, type ProblemError } from './problem.ts';
import { readBody } from './read-body.ts';

export interface BodyText {
  readonly text: string;
  readonly kind: SourceKind;
}
export type BodyAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly errors: readonly ProblemError[] };

parentPort?.on('message', ({ text, kind }: BodyText) => parentPort?.postMessage(answer(text, kind)));

function answer(text: string, kind: SourceKind): BodyAnswer {
  try {
    return { ok: true, value: readBody(text, kind) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return { ok: false, message: error.message, errors: error.errors };
  }
}
