/**
 * Whatever Temporal's client throws → MillraceError, once, here. A failure that a workflow or an activity has classified
 * comes back unchanged, with its problems; everything else is about reaching the server.
 */
import { isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { type Failure, failure, failureCodes, MillraceError, type Problem } from '../contracts/failure.ts';

/** gRPC status codes that matter here. */
const grpc = { CANCELLED: 1, DEADLINE_EXCEEDED: 4, RESOURCE_EXHAUSTED: 8, ABORTED: 10, UNAVAILABLE: 14 } as const;
const unreachable: ReadonlySet<number> = new Set([grpc.CANCELLED, grpc.DEADLINE_EXCEEDED, grpc.UNAVAILABLE]);

/** `about` is a noun phrase such as "job acme/denied". */
export function toMillraceError(error: unknown, about: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const chain = causes(error);
  const classified = chain.find((e): e is ApplicationFailure => e instanceof ApplicationFailure);
  if (classified !== undefined) return fromApplicationFailure(classified, error);
  if (chain.some((e) => e instanceof WorkflowNotFoundError)) return notFound(about);
  const code = grpcCode(chain);
  if (code === grpc.RESOURCE_EXHAUSTED) {
    return make(
      'too_many_requests',
      `Temporal takes no more requests for ${about} at the moment: try again later.`,
      error,
    );
  }
  if ((code !== null && unreachable.has(code)) || chain.some((e) => e instanceof TimeoutFailure)) {
    return make(
      'temporal_unavailable',
      `Temporal, or the workflow worker behind it, gave no answer about ${about}: ${messageOf(error)}`,
      error,
    );
  }
  if (chain.some((e) => e instanceof ServiceError))
    return make('temporal_unavailable', `Temporal failed about ${about}: ${messageOf(error)}`, error);
  return make('internal', `Failed about ${about}: ${messageOf(error)}`, error);
}

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

/**
 * The server aborts an update that meets a run on its way out; the next run answers it. One whose worker died before it was
 * looked at is turned away as unknown to the workflow, which ours never are. Neither was accepted.
 */
export const isUndelivered = (error: unknown): boolean => {
  const chain = causes(error);
  return (
    grpcCode(chain) === grpc.ABORTED ||
    chain.some((e) => e instanceof ApplicationFailure && e.type === 'UnprocessedUpdate')
  );
};

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

function messageOf(error: unknown): string {
  return causes(error)
    .map((e) => e.message)
    .filter((m, i, all) => m !== '' && all.indexOf(m) === i)
    .join(': ');
}
