/**
 * Asks until there is an answer. The time-skipping server forgets what meets a run on its way out (the real one doesn't: its
 * lives are in test/replay). Asked again, with the same request id, it answers. The real one is asked as a client asks: an update
 * that it doesn't answer is the workflow's mistake.
 *
 * One thing helps against nothing: an update that cuts a step short whose activity has just ended. The server refuses to cancel it
 * (ACTIVITY_UNKNOWN), keeps the update as accepted all the same, and so refuses the workflow's task for ever ("Already accepted update").
 * A test asks for such a thing only where the step waits at a gate.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { isAheadOfHistory } from '../../src/client/errors.ts';
import { patienceMs } from '../support/patience.ts';

/** Milliseconds after which an unanswered request is asked again: twice as many each time, so that a busy machine gets its time. */
const answerMsFirst = 400;
const asksMax = 9;

export async function answered<T>(
  { connection, supportsTimeSkipping: forgets }: TestWorkflowEnvironment,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ms = forgets ? answerMsFirst * 2 ** (attempt - 1) : patienceMs;
      return await connection.withDeadline(Date.now() + ms, ask);
    } catch (error) {
      const isForgotten = forgets && error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
      const unanswered = isForgotten || isAheadOfHistory(error) || error instanceof ServiceError;
      if (!unanswered || attempt === asksMax) throw error;
      if (isAheadOfHistory(error)) await sleep(answerMsFirst);
    }
  }
}
