/**
 * A failure, classified once at the boundary where it is first caught: whose it is, and whether trying again can help.
 * Plain data: it crosses activities, workflows, the API and the CLI unchanged.
 */

import { clipped } from './clipped.ts';
import { limits } from './limits.ts';

/** Whose failure it is: the owner's of the job, a system's outside Millrace, or Millrace's own. */
export type FailureDomain = 'user' | 'external' | 'internal';

/** The closed list of failures. A code is stable: scripts and the API's problem types are keyed by it. */
export const failureCodes = {
  invalid_spec: 'user',
  invalid_sql: 'user',
  invalid_schema: 'user',
  unknown_stream: 'user',
  stream_in_use: 'user',
  not_found: 'user',
  stale_revision: 'user',
  request_id_reused: 'user',
  forbidden_state: 'user',
  change_refused: 'user',
  too_many_requests: 'user',
  bad_record: 'user',
  record_too_large: 'user',
  offset_out_of_range: 'user',
  log_truncated: 'user',
  topic_missing: 'user',
  topic_recreated: 'user',
  topic_mismatch: 'user',
  not_authorized: 'user',
  foreign_topic: 'user',
  quota_exceeded: 'user',
  error_rate: 'user',
  kafka_unavailable: 'external',
  temporal_unavailable: 'external',
  no_host: 'external',
  host_lost: 'external',
  host_full: 'external',
  unhealthy: 'external',
  lagging: 'external',
  superseded: 'internal',
  internal: 'internal',
} as const satisfies Record<string, FailureDomain>;

export type FailureCode = keyof typeof failureCodes;

/** The position of the record that a failure is about. */
export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka offset as decimal text: it may exceed 2^53. */
  readonly offset: string;
}

export interface Failure {
  readonly code: FailureCode;
  readonly domain: FailureDomain;
  /** Whether doing the same again can succeed without anybody changing anything. */
  readonly retry: boolean;
  /** One sentence or more: what happened, where, and what to do. */
  readonly message: string;
  /** The record that it is about (bad_record, record_too_large, offset_out_of_range, log_truncated). */
  readonly record?: RecordPosition;
  /** Where bad data failed. */
  readonly stage?: RecordStage;
}

/** `internal`: an exception that nobody foresaw, of this record all the same. */
export type RecordStage = 'decode' | 'sql' | 'udf' | 'encode' | 'sink' | 'internal';

/**
 * Builds a failure; the domain follows from the code, and only external failures are worth retrying unless said otherwise. A long
 * message is clipped here, wherever it comes from: it may hold what a tenant's record holds, and travels with workflows' states.
 */
export function failure(
  code: FailureCode,
  message: string,
  more: Partial<Pick<Failure, 'retry' | 'record' | 'stage'>> = {},
): Failure {
  const domain = failureCodes[code];
  return { code, domain, retry: domain === 'external', message: clipped(message, limits.failureCharsMax), ...more };
}

/** The one error class that carries a {@link Failure} through code that throws. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';
  readonly failure: Failure;
  /** Every mistake found at once, for specs and SQL: the API and the CLI print all of them. */
  readonly problems: readonly Problem[];

  constructor(f: Failure, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(f.message, options);
    this.failure = f;
    this.problems = problems;
  }
}

/** One mistake in something that a user wrote. */
export interface Problem {
  /** Where: a JSON pointer into the document, such as `/spec/sink/kafka/topic`. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly remedy?: string;
  /** For SQL: 1-based position, and the length of the marked text in characters. */
  readonly position?: { readonly line: number; readonly column: number; readonly length: number };
  /** For SQL: the line with a caret under the place, ready to print in a fixed-width font. */
  readonly excerpt?: string;
}
