/** /v1/rollouts: one action over many jobs. Each route is its schema and one call of the client. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { rolloutId } from '../../contracts/rollout.ts';
import { jobOutcomes, type RolloutOperation, rolloutStates } from '../../contracts/rollout-status.ts';
import { askerHeaders, askerOptions, pageQuery, putQuery } from '../request.ts';
import {
  acceptedRollout,
  acceptedRolloutRequest,
  outcomePage,
  previewPage,
  rolloutBody,
  rolloutFrom,
  rolloutPage,
  rolloutStatus,
} from '../rollout-schemas.ts';
import { problemResponses } from './responses.ts';

const path = z.object({ rollout: rolloutId });
const startQuery = pageQuery.extend(putQuery.shape);
const listQuery = pageQuery.extend({
  state: z.enum(rolloutStates).exactOptional().describe('only rollouts in this state'),
});
const outcomesQuery = pageQuery.extend({
  outcome: z.enum(jobOutcomes).exactOptional().describe('only jobs of which this became'),
});

const verbs: Readonly<Record<RolloutOperation, readonly [summary: string, description: string]>> = {
  pause: ['Pause a rollout', 'No further job is begun; those under way settle.'],
  resume: ['Resume a rollout', 'One that was paused, or has stopped by itself: failures so far are put up with.'],
  abort: ['Abort a rollout', 'No further job is begun; those under way settle, the others are `not_begun`.'],
};

export const rolloutRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    const { rollouts } = client;

    app.post(
      '/v1/rollouts',
      {
        schema: {
          operationId: 'startRollout',
          tags: ['rollouts'],
          summary: 'Do one thing to many jobs',
          description:
            '202 when it has begun: follow it at `links.rollout`. The same Idempotency-Key twice begins one rollout. With `dryRun=true` nothing is begun, and the answer is a page of the jobs that it would be for (`limit`, `cursor`), of a patch with the verdict on each.',
          querystring: startQuery,
          headers: askerHeaders,
          body: rolloutBody,
          response: { 200: previewPage, 202: acceptedRollout, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { id, order } = rolloutFrom(request.body);
        const { dryRun, ...page } = request.query;
        if (dryRun) return reply.code(200).send(await rollouts.preview(order, page));
        const options = { ...askerOptions(request.headers), ...(id === null ? {} : { id }) };
        const started = await rollouts.start(order, options);
        const links = linksOf(started.id);
        return reply
          .header('location', links.rollout)
          .code(202)
          .send({ ...started, links });
      },
    );

    app.get(
      '/v1/rollouts',
      {
        schema: {
          operationId: 'listRollouts',
          tags: ['rollouts'],
          summary: 'Rollouts, the latest first',
          querystring: listQuery,
          response: { 200: rolloutPage, ...problemResponses },
        },
      },
      async (request, reply) => reply.code(200).send(await rollouts.list(request.query)),
    );

    app.get(
      '/v1/rollouts/:rollout',
      {
        schema: {
          operationId: 'getRollout',
          tags: ['rollouts'],
          summary: 'Everything about one rollout',
          params: path,
          response: { 200: rolloutStatus, ...problemResponses },
        },
      },
      async (request, reply) => reply.code(200).send(await rollouts.get(request.params.rollout)),
    );

    app.get(
      '/v1/rollouts/:rollout/outcomes',
      {
        schema: {
          operationId: 'listOutcomes',
          tags: ['rollouts'],
          summary: 'What became of each job, in the order in which they settled',
          description:
            'Kept for ever. A job that was done and was found failed after the bake time is there twice: the later counts.',
          params: path,
          querystring: outcomesQuery,
          response: { 200: outcomePage, ...problemResponses },
        },
      },
      async (request, reply) => reply.code(200).send(await rollouts.outcomes(request.params.rollout, request.query)),
    );

    for (const [operation, [summary, description]] of Object.entries(verbs) as [
      RolloutOperation,
      (typeof verbs)[RolloutOperation],
    ][]) {
      app.post(
        `/v1/rollouts/:rollout/${operation}`,
        {
          schema: {
            operationId: `${operation}Rollout`,
            tags: ['rollouts'],
            summary,
            description: `${description} 202 when it was accepted, 200 when it was so already; refused in states that don't allow it.`,
            params: path,
            headers: askerHeaders,
            response: { 200: acceptedRolloutRequest, 202: acceptedRolloutRequest, ...problemResponses },
          },
        },
        async (request, reply) => {
          const { rollout } = request.params;
          const answer = await rollouts.operate(rollout, operation, askerOptions(request.headers));
          return reply.code(answer.outcome === 'accepted' ? 202 : 200).send({ ...answer, links: linksOf(rollout) });
        },
      );
    }
    done();
  };

const linksOf = (id: string) => ({ rollout: `/v1/rollouts/${id}` });
