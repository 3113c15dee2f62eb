/**
 * What a broker refuses, as errors, and the failures that they become. What each code means is error-codes.ts's; whether and
 * how long to retry is the caller's.
 */
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
import { errorName, whoseError } from './error-codes.ts';
import { LogTruncated } from './log-truncated.ts';
import { RecordsRefused } from './records-refused.ts';

export const brokerErrors = {
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  RECORD_LIST_TOO_LARGE: 18,
  INVALID_TIMESTAMP: 32,
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
/** The coordinator did nothing and another try, perhaps at another broker, can succeed. */
const retryAtCoordinator = new Set([5, 14, 15, 16, 51, 52, 88]);
/** The partition has another leader, or none for the moment. */
const leaderMoved = new Set([3, 5, 6, 9, 13, 56, 74, 75, 78, 100, 103]);

/** A broker's error code in an answer: definite, the broker did not do what was asked. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: number;
  constructor(code: number, api: string, about: string) {
    super(`Kafka answered ${errorName(code)} to ${api}${about === '' ? '' : ` ${about}`}.`);
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
export const isFenced = (e: unknown): boolean => e instanceof BrokerError && whoseError(e.code) === 'successor';
export const isConcurrentTransactions = (e: unknown): boolean =>
  e instanceof BrokerError && e.code === brokerErrors.CONCURRENT_TRANSACTIONS;
/** An abort met no open transaction: a commit whose answer was lost is done, or the coordinator has forgotten the id since. */
export const isNothingToAbort = (e: unknown): boolean =>
  e instanceof BrokerError &&
  (e.code === brokerErrors.INVALID_TXN_STATE || e.code === brokerErrors.INVALID_PRODUCER_ID_MAPPING);
export const isRetriableAtCoordinator = (e: unknown): boolean =>
  e instanceof NoAnswer || (e instanceof BrokerError && retryAtCoordinator.has(e.code));
export const isLeaderMoved = (code: number): boolean => leaderMoved.has(code);
/** A broker says that its log doesn't hold a position (any more): true where it is the leader. */
export const isGone = (e: unknown): boolean =>
  e instanceof LogTruncated || (e instanceof BrokerError && e.code === brokerErrors.OFFSET_OUT_OF_RANGE);
export const isUnauthorized = (code: number): boolean => authorization.has(code);
/** Never succeeds by trying again. A topic that isn't known may have been created a moment ago. */
export const isFinal = (e: unknown): boolean =>
  e instanceof MillraceError ||
  (e instanceof BrokerError && whoseError(e.code) === 'owner' && e.code !== brokerErrors.UNKNOWN_TOPIC_OR_PARTITION);

/** The brokers know of no such topic. One that was created a moment ago may be unknown to some of them yet. */
export const isTopicMissing = (e: unknown): boolean => e instanceof MillraceError && e.failure.code === 'topic_missing';

/** The failure that a job's owner is told of, for whatever was thrown on the way to Kafka. */
export function kafkaFailure(e: unknown, bootstrap: string): Failure {
  if (e instanceof MillraceError) return e.failure;
  if (e instanceof NoAnswer) return failure('kafka_unavailable', `Kafka at ${bootstrap} does not answer: ${e.message}`);
  if (e instanceof BrokerError) {
    switch (whoseError(e.code)) {
      case 'record':
        return failure(refusedCode(e.code), e.message, { stage: 'sink' });
      case 'owner':
        return ownersFailure(e);
      case 'successor':
        return failure('superseded', e.message);
      default:
        return failure('kafka_unavailable', `${e.message} (cluster ${bootstrap})`);
    }
  }
  if (e instanceof LogTruncated) return failure('log_truncated', e.message);
  if (e instanceof RecordsRefused) return failure(refusedCode(e.batches[0]?.code ?? 0), e.message, { stage: 'sink' });
  return failure('internal', e instanceof Error ? (e.stack ?? e.message) : String(e));
}

/** What is thrown on to the owner for whatever was thrown on the way to Kafka: it carries its failure. */
export const kafkaError = (e: unknown, bootstrap: string): MillraceError =>
  e instanceof MillraceError ? e : new MillraceError(kafkaFailure(e, bootstrap), [], { cause: e });

/** What a record's failure is called that is refused with this code. */
export const refusedCode = (code: number): 'bad_record' | 'record_too_large' =>
  code === brokerErrors.MESSAGE_TOO_LARGE || code === brokerErrors.RECORD_LIST_TOO_LARGE
    ? 'record_too_large'
    : 'bad_record';

function ownersFailure({ code, message }: BrokerError): Failure {
  if (authorization.has(code))
    return failure('not_authorized', `${message} Grant Millrace's Kafka user this access and retry.`);
  if (code === brokerErrors.UNKNOWN_TOPIC_OR_PARTITION)
    return failure('topic_missing', `${message} Create it and retry.`);
  if (code === brokerErrors.OFFSET_OUT_OF_RANGE) return failure('offset_out_of_range', message);
  return failure(
    'topic_mismatch',
    `${message} The cluster's configuration or policy is against it: change that, or the spec.`,
  );
}
