/**
 * Any thrown thing → a Failure, once, here, where an activity ends. The application failure that Temporal keeps has the
 * code as its type and the failure with its problems as its details: the workflow and the client read it back unchanged.
 */
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { type Failure, failure, MillraceError } from '../contracts/failure.ts';

/** `during` completes the sentence "Failed while …". */
export function classify(error: unknown, during: string): Failure {
  if (error instanceof MillraceError) return error.failure;
  const cause = rootOf(error);
  if (cause instanceof MillraceError) return cause.failure;
  return failure('internal', `Failed while ${during}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    retry: true,
  });
}

/** Runs an activity's body; what it throws reaches the workflow classified. Cancellation passes as it is. `once`: no failure is worth another attempt. */
export async function classified<T>(during: string, body: () => Promise<T>, once = false): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
    const f = classify(error, during);
    throw ApplicationFailure.create({
      message: f.message,
      type: f.code,
      nonRetryable: once || !f.retry,
      details: [f, error instanceof MillraceError ? error.problems : []],
      // What a user wrote wrong is no error of this system's: it stays out of its logs and metrics.
      ...(f.domain === 'user' ? { category: ApplicationFailureCategory.BENIGN } : {}),
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }
}

/** What was thrown first, where it was caught and thrown again some levels up. */
function rootOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error && at.cause instanceof Error; depth++) at = at.cause;
  return at;
}
