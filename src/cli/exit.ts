/** Exit codes: a promise to scripts, printed in docs/cli.md and in `millrace --help`. */
import type { FailureCode } from '../contracts/failure.ts';

export const exit = {
  ok: 0,
  /** `plan` found differences; what `wait` or `--wait` waited for did not come about. */
  differs: 1,
  usage: 2,
  /** A document, schema, SQL text or record is wrong. */
  invalid: 3,
  notFound: 4,
  /** Stale revision, forbidden state, refused change, stream in use, no permission, no share left. */
  conflict: 5,
  /** A server doesn't answer, or time ran out. */
  unavailable: 6,
  /** A mistake inside of Millrace (EX_SOFTWARE of sysexits.h). */
  internal: 70,
} as const;

const byCode: Readonly<Record<FailureCode, number>> = {
  invalid_spec: exit.invalid,
  invalid_sql: exit.invalid,
  invalid_schema: exit.invalid,
  unknown_stream: exit.invalid,
  bad_record: exit.invalid,
  record_too_large: exit.invalid,
  error_rate: exit.invalid,
  not_found: exit.notFound,
  topic_missing: exit.notFound,
  stream_in_use: exit.conflict,
  stale_revision: exit.conflict,
  request_id_reused: exit.conflict,
  forbidden_state: exit.conflict,
  change_refused: exit.conflict,
  offset_out_of_range: exit.conflict,
  log_truncated: exit.conflict,
  topic_recreated: exit.conflict,
  topic_mismatch: exit.conflict,
  not_authorized: exit.conflict,
  foreign_topic: exit.conflict,
  quota_exceeded: exit.conflict,
  superseded: exit.conflict,
  too_many_requests: exit.unavailable,
  kafka_unavailable: exit.unavailable,
  temporal_unavailable: exit.unavailable,
  no_host: exit.unavailable,
  host_lost: exit.unavailable,
  host_full: exit.unavailable,
  unhealthy: exit.unavailable,
  lagging: exit.unavailable,
  internal: exit.internal,
};

export const exitFor = (code: FailureCode): number => byCode[code];
