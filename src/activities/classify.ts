/**
 * Any thrown thing → a Failure, once, here, where an activity ends. The application failure that Temporal keeps has the
 * code as its type and the failure with its problems as its details: the workflow and the client read it back unchanged.
 */
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import kafkajs from 'kafkajs';
import { type Failure, failure, MillraceError } from '../contracts/failure.ts';
import { whoseNamed } from '../pipeline/kafka/index.ts';

// A CommonJS module whose error classes can't be imported by name.
const { KafkaJSConnectionError, KafkaJSError, KafkaJSProtocolError, KafkaJSSASLAuthenticationError } = kafkajs;

/** `during` completes the sentence "Failed while …". */
export function classify(error: unknown, during: string): Failure {
  if (error instanceof MillraceError) return error.failure;
  const cause = rootOf(error);
  if (cause instanceof MillraceError) return cause.failure;
  if (cause instanceof KafkaJSError) return classifyKafka(cause, during);
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

function classifyKafka(error: InstanceType<typeof KafkaJSError>, during: string): Failure {
  const what = `Failed while ${during}: ${error.message}`;
  if (error instanceof KafkaJSSASLAuthenticationError) return failure('not_authorized', what);
  if (error instanceof KafkaJSProtocolError && error.type.endsWith('AUTHORIZATION_FAILED')) {
    return failure('not_authorized', `${what} Grant Millrace's Kafka user this access and retry.`);
  }
  // A topic that isn't known may have been created a moment ago.
  const isOwners = error instanceof KafkaJSProtocolError && error.type !== 'UNKNOWN_TOPIC_OR_PARTITION';
  if (isOwners && whoseNamed(error.type) === 'owner') return failure('topic_mismatch', what);
  const where = error instanceof KafkaJSConnectionError ? ` (${error.broker ?? 'broker unknown'})` : '';
  return failure('kafka_unavailable', `${what}${where}`);
}

/** kafkajs wraps what went wrong in what gave up, some levels deep. */
function rootOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth++) {
    const inner: unknown =
      at.name === 'KafkaJSAggregateError' && 'errors' in at ? (at.errors as unknown[])[0] : at.cause;
    if (!(inner instanceof Error)) return at;
    at = inner;
  }
  return at;
}
