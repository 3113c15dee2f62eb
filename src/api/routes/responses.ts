/** What several routes answer: an accepted change, and whatever goes wrong. */
import type { FastifyReply } from 'fastify';
import type { RequestOutcome } from '../../contracts/status.ts';
import { etag } from '../request.ts';
import { acceptedChange, problem } from '../schemas.ts';

const asProblem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

export const problemResponses = {
  '4xx': asProblem('The request is refused; nothing has been changed'),
  '5xx': asProblem('Something that is needed does not answer'),
} as const;

export const acceptedResponses = { 200: acceptedChange, 202: acceptedChange, ...problemResponses } as const;

/** What every operation's description says of its answers. */
export const acceptedText =
  '202 when it was accepted and is on its way: follow it at `links.job`. 200 when there was nothing to do, or when it is known already how the request with this Idempotency-Key went.';

/** Heads and status of an accepted change; and its body. */
export function accepted(reply: FastifyReply, tenant: string, job: string, outcome: RequestOutcome) {
  const links = { job: `/v1/tenants/${tenant}/jobs/${job}` };
  reply.header('etag', etag(outcome.revision)).header('location', links.job);
  return { code: outcome.outcome === 'pending' ? 202 : 200, body: { ...outcome, links } } as const;
}
