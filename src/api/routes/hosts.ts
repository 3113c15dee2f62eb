/** /v1/hosts: the processes that take tasks. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { hostList } from '../schemas.ts';
import { problemResponses } from './responses.ts';

export const hostRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    app.get(
      '/v1/hosts',
      {
        schema: {
          operationId: 'listHosts',
          tags: ['service'],
          summary: 'Who takes tasks, and the release of their code',
          description: 'A host that is gone is still told for some minutes: see `seenAt`.',
          response: { 200: hostList, ...problemResponses },
        },
      },
      async (_request, reply) => reply.code(200).send({ items: await client.listHosts() }),
    );
    done();
  };
