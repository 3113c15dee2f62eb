/**
 * Whatever Temporal's client throws → MillraceError, once, here. A failure that a workflow or an activity has classified
 * comes back unchanged, with its problems; everything else is about reaching the server. What the server says of itself (texts
 * of gRPC, addresses) stays in the error's cause, for logs: messages go to whoever asked.
 */
import { isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { type Failure, failure, failureCodes, MillraceError, type Problem } from '../contracts/failure.ts';
import { aheadOfHistory } from '../contracts/names.ts';

/** gRPC status codes that matter here. */
const grpc = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  UNAVAILABLE: 14,
} as const;
const unreachable: ReadonlySet<number> = new Set([grpc.CANCELLED, grpc.DEADLINE_EXCEEDED, grpc.UNAVAILABLE]);

/** `about` is a noun phrase such as "job acme/denied". */
export function toMillraceError(error: unknown, about: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const chain = causes(error);
  const classified = chain.find((e): e is ApplicationFailure => e instanceof ApplicationFailure);
  if (classified !== undefined && !isUnprocessed(classified)) return fromApplicationFailure(classified, error);
  if (chain.some((e) => e instanceof WorkflowNotFoundError)) return notFound(about);
  const code = grpcCode(chain);
  if (code === grpc.RESOURCE_EXHAUSTED) {
    return make(
      'too_many_requests',
      `Temporal takes no more requests for ${about} at the moment: try again later.`,
      error,
    );
  }
  if ((code !== null && unreachable.has(code)) || chain.some(passesByItself)) {
    const message = `Temporal, or the workflow worker behind it, gave no answer about ${about}: try again later.`;
    return make('temporal_unavailable', message, error);
  }
  if (chain.some((e) => e instanceof ServiceError))
    return make('temporal_unavailable', `Temporal failed about ${about}: try again later.`, error);
  return make('internal', `Failed about ${about}: the log has the cause.`, error);
}

/** Whether the server took what it was asked for something that can't be asked. */
export const isInvalidArgument = (error: unknown): boolean => grpcCode(causes(error)) === grpc.INVALID_ARGUMENT;

export const notFound = (about: string): MillraceError =>
  new MillraceError(failure('not_found', `There is no ${about}.`));

/** For `.catch`: what isn't there is an answer. */
export function nullIfNotFound(error: unknown): null {
  if (error instanceof MillraceError && error.failure.code === 'not_found') return null;
  throw error;
}

/** A server that restarts is waited for. */
export function nullIfUnavailable(error: unknown): null {
  if (error instanceof MillraceError && error.failure.code === 'temporal_unavailable') return null;
  throw error;
}

/** The server's own rejection of an update whose worker ended, or was restarted, with it in its hands. */
const unprocessed = 'UnprocessedUpdate';
const isUnprocessed = (e: Error): boolean => e instanceof ApplicationFailure && e.type === unprocessed;

const isAhead = (e: Error): boolean => e.message.includes(aheadOfHistory);
const passesByItself = (e: Error): boolean => e instanceof TimeoutFailure || isUnprocessed(e) || isAhead(e);

/** A query that its worker can't answer before the workflow's next task: asked again, it waits for that. */
export const isAheadOfHistory = (error: unknown): boolean => causes(error).some(isAhead);

/**
 * The workflow has not seen the update, and would if it were sent again: it met a run on its way out, whose next one answers
 * it, or a worker that was restarted.
 */
export function isUndelivered(error: unknown): boolean {
  const chain = causes(error);
  return grpcCode(chain) === grpc.ABORTED || chain.some(isUnprocessed);
}

function fromApplicationFailure(error: ApplicationFailure, cause: unknown): MillraceError {
  const [f, problems] = (error.details ?? []) as [Failure | undefined, readonly Problem[] | undefined];
  const classified = f !== undefined && f.code in failureCodes ? f : failure('internal', error.message);
  return new MillraceError(classified, problems ?? [], { cause });
}

const make = (code: Parameters<typeof failure>[0], message: string, cause: unknown): MillraceError =>
  new MillraceError(failure(code, message), [], { cause });

function grpcCode(chain: readonly Error[]): number | null {
  const found = chain.find((e) => isGrpcServiceError(e));
  return found === undefined ? null : ((found as { code?: number }).code ?? null);
}

/** An error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 10; at = at.cause) chain.push(at);
  return chain;
}
