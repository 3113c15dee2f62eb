/** Failures on their way into and out of a workflow: what an activity's error was, and how a request is refused. */
import { TimeoutType } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import { type Failure, failure, failureCodes, type Problem } from '../contracts/failure.ts';

/** Refuses an update or query. The client reads the failure and its problems back from the details. */
export function refusal(cause: Failure, problems: readonly Problem[] = []): ApplicationFailure {
  const details = [cause, problems];
  return ApplicationFailure.create({ message: cause.message, type: cause.code, nonRetryable: true, details });
}

/** What made an activity fail. `during` completes the sentence "No answer while …". */
export function failureOf(error: unknown, during: string): Failure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const classified = cause.details?.[0];
    return isFailure(classified) ? classified : failure('internal', `Failed while ${during}: ${cause.message}`);
  }
  if (cause instanceof TimeoutFailure) return timeout(cause, during);
  if (cause instanceof CancelledFailure) return failure('host_lost', `Cancelled while ${during}.`);
  throw error;
}

/** What a short workflow fails with: its caller wants the cause, not the story of the activity that met it. */
export const causeOf = (error: unknown): unknown =>
  error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;

function timeout(cause: TimeoutFailure, during: string): Failure {
  switch (cause.timeoutType) {
    case TimeoutType.HEARTBEAT:
      return failure(
        'host_lost',
        `The host stopped answering while ${during}: it has crashed, hangs, or lost the network.`,
      );
    case TimeoutType.SCHEDULE_TO_START:
      return failure(
        'no_host',
        `Nobody took up the work while ${during}: check that hosts (\`millrace host\`) run and have free slots.`,
      );
    default:
      return failure('host_lost', `No answer in time while ${during}.`);
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value && String(value.code) in failureCodes;
}
