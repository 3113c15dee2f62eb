/**
 * What a broker refuses, and what each refusal means to us. Owns the classification of everything that goes wrong on the
 * way to Kafka, done once, here; whether and how long to retry is the caller's.
 */
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
import { errorNames } from './error-names.ts';

export const brokerErrors = {
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  UNKNOWN_MEMBER_ID: 25,
  UNSUPPORTED_VERSION: 35,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_TXN_STATE: 48,
  INVALID_PRODUCER_ID_MAPPING: 49,
  CONCURRENT_TRANSACTIONS: 51,
  UNSTABLE_OFFSET_COMMIT: 88,
} as const;

const authorization = new Set([29, 30, 31, 53, 58]);
const fenced = new Set([47, 49, 90]);
/** The coordinator did nothing and another try, perhaps at another broker, can succeed. */
const retryAtCoordinator = new Set([5, 14, 15, 16, 51, 52, 88]);
/** The partition has another leader, or none for the moment. */
const leaderMoved = new Set([3, 5, 6, 9, 13, 56, 74, 75, 78, 100, 103]);

/** A broker's error code in an answer: definite, the broker did not do what was asked. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: number;
  constructor(code: number, api: string, about: string) {
    super(`Kafka answered ${errorNames[code] ?? `error ${code}`} to ${api}${about === '' ? '' : ` ${about}`}.`);
    this.code = code;
  }

  static check(code: number, api: string, about: string): void {
    if (code !== 0) throw new BrokerError(code, api, about);
  }
}

/** No answer: a connection that could not be made or was lost, or a request that timed out. Whether it was done is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Somebody else has taken the transactional id: final. */
export const isFenced = (e: unknown): boolean => e instanceof BrokerError && fenced.has(e.code);
export const isConcurrentTransactions = (e: unknown): boolean =>
  e instanceof BrokerError && e.code === brokerErrors.CONCURRENT_TRANSACTIONS;
/** An abort met no open transaction: a commit whose answer was lost is done, or the coordinator has forgotten the id since. */
export const isNothingToAbort = (e: unknown): boolean =>
  e instanceof BrokerError &&
  (e.code === brokerErrors.INVALID_TXN_STATE || e.code === brokerErrors.INVALID_PRODUCER_ID_MAPPING);
export const isRetriableAtCoordinator = (e: unknown): boolean =>
  e instanceof NoAnswer || (e instanceof BrokerError && retryAtCoordinator.has(e.code));
export const isLeaderMoved = (code: number): boolean => leaderMoved.has(code);
export const isUnauthorized = (code: number): boolean => authorization.has(code);
/** Never succeeds by trying again. */
export const isFinal = (e: unknown): boolean =>
  e instanceof MillraceError || (e instanceof BrokerError && (authorization.has(e.code) || e.code === 35));

/** The brokers know of no such topic. One that was created a moment ago may be unknown to some of them yet. */
export const isTopicMissing = (e: unknown): boolean => e instanceof MillraceError && e.failure.code === 'topic_missing';

/** The failure that a job's owner is told of, for whatever was thrown on the way to Kafka. */
export function kafkaFailure(e: unknown, bootstrap: string): Failure {
  if (e instanceof MillraceError) return e.failure;
  if (e instanceof NoAnswer) return failure('kafka_unavailable', `Kafka at ${bootstrap} does not answer: ${e.message}`);
  if (e instanceof BrokerError) {
    if (authorization.has(e.code)) {
      return failure('not_authorized', `${e.message} Grant Millrace's Kafka user this access and retry.`);
    }
    if (e.code === brokerErrors.MESSAGE_TOO_LARGE) return failure('record_too_large', e.message, { stage: 'sink' });
    if (fenced.has(e.code)) return failure('superseded', e.message);
    if (e.code === brokerErrors.UNKNOWN_TOPIC_OR_PARTITION) return failure('topic_missing', e.message);
    return failure('kafka_unavailable', `${e.message} (cluster ${bootstrap})`);
  }
  return failure('internal', e instanceof Error ? (e.stack ?? e.message) : String(e));
}
