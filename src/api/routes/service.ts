/** About the service itself: health, readiness, and what each problem's code means. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { HttpProblem, problemKinds } from '../problem.ts';
import { problemResponses } from './responses.ts';

const ok = z.object({ status: z.literal('ok') });

export const serviceRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    app.get(
      '/healthz',
      {
        schema: {
          operationId: 'health',
          tags: ['service'],
          summary: 'Whether the process lives',
          response: { 200: ok },
        },
      },
      async (_request, reply) => reply.code(200).send({ status: 'ok' }),
    );

    app.get(
      '/readyz',
      {
        schema: {
          operationId: 'ready',
          tags: ['service'],
          summary: 'Whether requests can be served: Temporal answers',
          response: { 200: ok, ...problemResponses },
        },
      },
      async (_request, reply) => {
        await client.ready();
        return reply.code(200).send({ status: 'ok' });
      },
    );

    app.get(
      '/problems/:code',
      {
        schema: {
          operationId: 'explainProblem',
          tags: ['service'],
          summary: "What a problem's code means, and what to do",
          params: z.object({ code: z.string().max(64) }),
          response: {
            200: z.object({ code: z.string(), status: z.int(), title: z.string(), remedy: z.string() }),
            ...problemResponses,
          },
        },
      },
      async (request, reply) => {
        const { code } = request.params;
        const kind = Object.entries(problemKinds).find(([key]) => key === code)?.[1];
        if (kind === undefined) throw new HttpProblem('route_not_found', `There is no problem with the code ${code}.`);
        return reply.code(200).send({ code, ...kind });
      },
    );
    done();
  };
