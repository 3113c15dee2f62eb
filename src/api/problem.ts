/**
 * Errors as RFC 9457 problem documents. One table gives each stable code its HTTP status and title; the documents'
 * `type` is an address on this server that explains the code.
 */
import type { FailureCode, Problem, RecordPosition } from '../contracts/failure.ts';
import { MillraceError } from '../contracts/failure.ts';

/** What can go wrong before a request reaches the client. */
export type HttpCode =
  | 'bad_request'
  | 'foreign_origin'
  | 'route_not_found'
  | 'payload_too_large'
  | 'head_too_large'
  | 'unsupported_media_type'
  | 'deadline_exceeded';
export type ProblemCode = FailureCode | HttpCode;

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the caller can do, for the page of the code. */
  readonly remedy: string;
}

const later = 'Try again after the time that Retry-After gives.';
const inSpec = 'Correct what `errors` lists; nothing has been changed.';
const seeStatus = 'Read the job: its lastFailure says where and why, and its next what happens now.';

export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  bad_request: { status: 400, title: 'The request is malformed', remedy: 'Correct what `errors` lists.' },
  foreign_origin: {
    status: 403,
    title: "A page of another site's sent the request",
    remedy: 'Send changes from pages of this address, or from no page at all.',
  },
  route_not_found: { status: 404, title: 'No such route', remedy: 'See /openapi.json or /docs.' },
  payload_too_large: { status: 413, title: 'The body is too large', remedy: 'Send a smaller document.' },
  head_too_large: {
    status: 431,
    title: 'The address and the headers are too large',
    remedy: 'Send shorter ones: 16 KiB in all.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has another type than JSON or YAML',
    remedy: 'Send application/json or application/yaml.',
  },
  deadline_exceeded: {
    status: 503,
    title: 'The request took too long',
    remedy:
      'Look whether the change was made, and send it again with the same Idempotency-Key; ask for fewer rows of a list.',
  },
  invalid_spec: { status: 422, title: 'The document has mistakes', remedy: inSpec },
  invalid_sql: { status: 422, title: 'The SQL has mistakes', remedy: inSpec },
  invalid_schema: { status: 422, title: 'The Avro schema does not fit', remedy: inSpec },
  unknown_stream: { status: 422, title: 'The SQL names a stream that does not exist', remedy: 'PUT the stream first.' },
  stream_in_use: { status: 409, title: 'Jobs read the stream', remedy: 'Stop the jobs that read it first.' },
  not_found: { status: 404, title: 'There is no such resource', remedy: 'List what there is.' },
  stale_revision: {
    status: 412,
    title: 'The revision is no longer the current one',
    remedy: 'Read it again, look at what has changed, and send the change with the new ETag.',
  },
  request_id_reused: {
    status: 422,
    title: 'The idempotency key was used for another request',
    remedy: 'Send another request under another Idempotency-Key; only a repetition has the same.',
  },
  forbidden_state: { status: 409, title: 'Not possible in the present state', remedy: seeStatus },
  change_refused: {
    status: 409,
    title: 'The change can not be made to this job',
    remedy: 'See `errors` for every reason and what to do; nothing has been changed.',
  },
  too_many_requests: { status: 429, title: 'Too many changes at once', remedy: later },
  bad_record: { status: 409, title: 'A record could not be processed', remedy: seeStatus },
  record_too_large: { status: 409, title: 'A record is too large', remedy: seeStatus },
  offset_out_of_range: { status: 409, title: 'Records that were not read yet are gone', remedy: seeStatus },
  log_truncated: { status: 409, title: 'Records that were read are gone', remedy: seeStatus },
  topic_missing: {
    status: 409,
    title: 'A topic does not exist',
    remedy: 'Create the topic, say its partitions in the stream, or correct its name.',
  },
  topic_recreated: { status: 409, title: 'A topic was made again', remedy: seeStatus },
  topic_mismatch: { status: 409, title: 'A topic is not as the spec says', remedy: 'Correct the topic or the spec.' },
  not_authorized: { status: 403, title: 'Kafka refuses access', remedy: 'Grant access to the topic or group named.' },
  kafka_unavailable: { status: 503, title: 'Kafka does not answer', remedy: later },
  temporal_unavailable: { status: 503, title: 'Temporal does not answer', remedy: later },
  no_host: { status: 503, title: 'No host takes tasks', remedy: later },
  host_lost: { status: 503, title: 'A host was lost', remedy: later },
  host_full: { status: 503, title: 'Every slot is taken', remedy: later },
  unhealthy: { status: 503, title: 'Not healthy in time', remedy: seeStatus },
  foreign_topic: {
    status: 403,
    title: 'The topic belongs to someone else',
    remedy: 'Name a topic that no other tenant writes, and that is neither reserved nor private.',
  },
  quota_exceeded: {
    status: 403,
    title: "The tenant's share is used up",
    remedy: 'Stop a job, or ask for a larger share.',
  },
  error_rate: { status: 409, title: 'Too many records fail', remedy: seeStatus },
  lagging: { status: 503, title: 'It can not keep up with its input', remedy: seeStatus },
  superseded: { status: 409, title: 'A later change took over', remedy: seeStatus },
  internal: {
    status: 500,
    title: 'A mistake inside of Millrace',
    remedy: 'Report it with the request id; the log has the cause.',
  },
};

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  /** Names this request in the log. */
  readonly requestId: string;
  readonly record?: RecordPosition;
  readonly errors: readonly ProblemError[];
}

/** One mistake: in the body (`pointer`), or in the path, the query or a header (`parameter`). */
export interface ProblemError extends Omit<Problem, 'path'> {
  readonly pointer?: string;
  readonly parameter?: string;
}

/** Thrown by routes for what is wrong with the request itself. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: HttpCode;
  readonly errors: readonly ProblemError[];
  constructor(code: HttpCode, message: string, errors: readonly ProblemError[] = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}

/** Seconds after which an overloaded or unreachable system is worth another try. */
export const retryAfterSeconds = 2;

export function isRetryable(status: number): boolean {
  return status === 429 || status === 503;
}

/** The document for whatever was thrown. What isn't known by class is `internal`, and says nothing of the inside. */
export function toProblem(error: unknown, instance: string, requestId: string): ProblemDocument {
  if (error instanceof MillraceError && error.failure.code !== 'internal') {
    const { code, message, record } = error.failure;
    const errors = error.problems.map(({ path, ...rest }) => ({ pointer: path, ...rest }));
    return make(code, message, instance, requestId, errors, record);
  }
  if (error instanceof HttpProblem) return make(error.code, error.message, instance, requestId, error.errors);
  const http = httpCode(error);
  if (http !== null) return make(http.code, http.detail, instance, requestId, []);
  return make('internal', 'The request could not be answered.', instance, requestId, []);
}

function make(
  code: ProblemCode,
  detail: string,
  instance: string,
  requestId: string,
  errors: readonly ProblemError[],
  record?: RecordPosition,
): ProblemDocument {
  const { status, title } = problemKinds[code];
  const type = `/problems/${code}`;
  return {
    type,
    title,
    status,
    detail,
    instance,
    code,
    requestId,
    ...(record === undefined ? {} : { record }),
    errors,
  };
}

const tooLong = 'There was no answer in time. What was asked for may still be done.';

/** Fastify's own refusals. */
function httpCode(error: unknown): { code: HttpCode; detail: string } | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  if ('code' in error && error.code === 'FST_ERR_HANDLER_TIMEOUT')
    return { code: 'deadline_exceeded', detail: tooLong };
  if (error.statusCode === 413) return { code: 'payload_too_large', detail: error.message };
  if (error.statusCode === 415) return { code: 'unsupported_media_type', detail: error.message };
  if (error.statusCode === 404) return { code: 'route_not_found', detail: error.message };
  return error.statusCode < 500 ? { code: 'bad_request', detail: error.message } : null;
}
