/**
 * Asks until there is an answer. The time-skipping server forgets what meets a run on its way out (the real one doesn't: its
 * lives are in test/replay). Asked again, with the same request id, it answers.
 */
import { type ConnectionLike, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';

/** Milliseconds after which an unanswered request is asked again: twice as many each time, so that a busy machine gets its time. */
const answerMsFirst = 400;
const asksMax = 9;

export async function answered<T>(connection: ConnectionLike, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.withDeadline(Date.now() + answerMsFirst * 2 ** (attempt - 1), ask);
    } catch (error) {
      const unanswered = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof ServiceError;
      if (!unanswered || attempt === asksMax) throw error;
    }
  }
}
