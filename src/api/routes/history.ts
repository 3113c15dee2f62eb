/** /v1/tenants/{tenant}/jobs/{job}/history. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { historyPage } from '../history-schemas.ts';
import { jobPath, pageQuery } from '../request.ts';
import { problemResponses } from './responses.ts';

export const historyRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    app.get(
      '/v1/tenants/:tenant/jobs/:job/history',
      {
        schema: {
          operationId: 'getJobHistory',
          tags: ['jobs'],
          summary: 'What happened to a job',
          description:
            'Requests and transitions, those that the job made by itself too, the newest first; `next` reads further back. A page may hold fewer entries than asked for, even none, and not be the last. `newer` of the first page reads what has come since, the oldest first. Kept for ever, for jobs that have ended too; empty for one that never was.',
          params: jobPath,
          querystring: pageQuery,
          response: { 200: historyPage, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        return reply.code(200).send(await client.history(tenant, job, request.query));
      },
    );
    done();
  };
