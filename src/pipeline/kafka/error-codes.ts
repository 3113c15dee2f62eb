/**
 * The protocol's error codes that brokers answer to the requests made here: their names, and what each means to us. Owns
 * that classification, done once, here. Names: Kafka protocol guide, "Error codes"; meanings: org.apache.kafka.common.errors
 * (what is a RetriableException), and what brokers check (LogValidator, TransactionCoordinator).
 */

/**
 * Whose it is:
 * - record: a record is refused for what it is, for good; its error policy decides
 * - owner: for good too, until somebody grants, creates or configures something
 * - outage: it passes by itself; nothing was done, or doing it again does no harm
 * - lost: what had been begun (a transaction, a producer's state, a session) is gone, and is begun anew
 * - successor: somebody else has taken the transactional id
 */
export type Whose = 'record' | 'owner' | 'outage' | 'lost' | 'successor';

export interface ErrorCode {
  readonly code: number;
  readonly name: string;
  readonly whose: Whose;
}

const row = (code: number, name: string, whose: Whose): ErrorCode => ({ code, name, whose });

export const errorCodes: readonly ErrorCode[] = [
  row(-1, 'UNKNOWN_SERVER_ERROR', 'lost'),
  row(1, 'OFFSET_OUT_OF_RANGE', 'owner'),
  row(2, 'CORRUPT_MESSAGE', 'outage'),
  row(3, 'UNKNOWN_TOPIC_OR_PARTITION', 'owner'),
  row(4, 'INVALID_FETCH_SIZE', 'lost'),
  row(5, 'LEADER_NOT_AVAILABLE', 'outage'),
  row(6, 'NOT_LEADER_OR_FOLLOWER', 'outage'),
  row(7, 'REQUEST_TIMED_OUT', 'outage'),
  row(8, 'BROKER_NOT_AVAILABLE', 'outage'),
  row(9, 'REPLICA_NOT_AVAILABLE', 'outage'),
  row(10, 'MESSAGE_TOO_LARGE', 'record'),
  row(11, 'STALE_CONTROLLER_EPOCH', 'outage'),
  row(12, 'OFFSET_METADATA_TOO_LARGE', 'lost'),
  row(13, 'NETWORK_EXCEPTION', 'outage'),
  row(14, 'COORDINATOR_LOAD_IN_PROGRESS', 'outage'),
  row(15, 'COORDINATOR_NOT_AVAILABLE', 'outage'),
  row(16, 'NOT_COORDINATOR', 'outage'),
  row(17, 'INVALID_TOPIC_EXCEPTION', 'owner'),
  row(18, 'RECORD_LIST_TOO_LARGE', 'record'),
  row(19, 'NOT_ENOUGH_REPLICAS', 'outage'),
  row(20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'outage'),
  row(21, 'INVALID_REQUIRED_ACKS', 'lost'),
  row(22, 'ILLEGAL_GENERATION', 'lost'),
  row(23, 'INCONSISTENT_GROUP_PROTOCOL', 'lost'),
  row(24, 'INVALID_GROUP_ID', 'owner'),
  row(25, 'UNKNOWN_MEMBER_ID', 'lost'),
  row(26, 'INVALID_SESSION_TIMEOUT', 'lost'),
  row(27, 'REBALANCE_IN_PROGRESS', 'lost'),
  row(28, 'INVALID_COMMIT_OFFSET_SIZE', 'lost'),
  row(29, 'TOPIC_AUTHORIZATION_FAILED', 'owner'),
  row(30, 'GROUP_AUTHORIZATION_FAILED', 'owner'),
  row(31, 'CLUSTER_AUTHORIZATION_FAILED', 'owner'),
  row(32, 'INVALID_TIMESTAMP', 'record'),
  row(33, 'UNSUPPORTED_SASL_MECHANISM', 'owner'),
  row(34, 'ILLEGAL_SASL_STATE', 'owner'),
  row(35, 'UNSUPPORTED_VERSION', 'owner'),
  row(36, 'TOPIC_ALREADY_EXISTS', 'lost'),
  row(37, 'INVALID_PARTITIONS', 'owner'),
  row(38, 'INVALID_REPLICATION_FACTOR', 'owner'),
  row(39, 'INVALID_REPLICA_ASSIGNMENT', 'owner'),
  row(40, 'INVALID_CONFIG', 'owner'),
  row(41, 'NOT_CONTROLLER', 'outage'),
  row(42, 'INVALID_REQUEST', 'lost'),
  row(43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'owner'),
  row(44, 'POLICY_VIOLATION', 'owner'),
  row(45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'lost'),
  row(46, 'DUPLICATE_SEQUENCE_NUMBER', 'lost'),
  row(47, 'INVALID_PRODUCER_EPOCH', 'successor'),
  row(48, 'INVALID_TXN_STATE', 'lost'),
  row(49, 'INVALID_PRODUCER_ID_MAPPING', 'successor'),
  row(50, 'INVALID_TRANSACTION_TIMEOUT', 'owner'),
  row(51, 'CONCURRENT_TRANSACTIONS', 'outage'),
  row(52, 'TRANSACTION_COORDINATOR_FENCED', 'outage'),
  row(53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'owner'),
  row(54, 'SECURITY_DISABLED', 'owner'),
  row(55, 'OPERATION_NOT_ATTEMPTED', 'lost'),
  row(56, 'KAFKA_STORAGE_ERROR', 'outage'),
  row(57, 'LOG_DIR_NOT_FOUND', 'outage'),
  row(58, 'SASL_AUTHENTICATION_FAILED', 'owner'),
  row(59, 'UNKNOWN_PRODUCER_ID', 'lost'),
  row(60, 'REASSIGNMENT_IN_PROGRESS', 'outage'),
  row(74, 'FENCED_LEADER_EPOCH', 'outage'),
  row(75, 'UNKNOWN_LEADER_EPOCH', 'outage'),
  row(76, 'UNSUPPORTED_COMPRESSION_TYPE', 'owner'),
  row(78, 'OFFSET_NOT_AVAILABLE', 'outage'),
  row(87, 'INVALID_RECORD', 'record'),
  row(88, 'UNSTABLE_OFFSET_COMMIT', 'outage'),
  row(89, 'THROTTLING_QUOTA_EXCEEDED', 'outage'),
  row(90, 'PRODUCER_FENCED', 'successor'),
  row(97, 'PRINCIPAL_DESERIALIZATION_FAILURE', 'owner'),
  row(100, 'UNKNOWN_TOPIC_ID', 'outage'),
  row(119, 'INVALID_REGISTRATION', 'lost'),
  row(120, 'TRANSACTION_ABORTABLE', 'lost'),
];

const byCode = new Map(errorCodes.map((e) => [e.code, e]));

export const errorName = (code: number): string => byCode.get(code)?.name ?? `error ${code}`;
/** A code that a newer broker may have is an outage: tried again, for a bounded time. */
export const whoseError = (code: number): Whose => byCode.get(code)?.whose ?? 'outage';
