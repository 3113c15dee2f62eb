/** /v1/tenants/{tenant}/streams: each route is its schema and one call of the client. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { streamBody, streamFrom } from '../body.ts';
import { documentTypes } from '../read-body.ts';
import { changeHeaders, changeOptions, etag, pageQuery, putQuery, streamPath, tenantPath } from '../request.ts';
import { checkedStream, streamPage, streamStatus } from '../schemas.ts';
import { problemResponses } from './responses.ts';

export const streamRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    app.put(
      '/v1/tenants/:tenant/streams/:stream',
      {
        schema: {
          operationId: 'putStream',
          tags: ['streams'],
          summary: 'Create or change a stream',
          description: 'With `dryRun=true` the document is only checked, and given back with its defaults.',
          consumes: documentTypes,
          params: streamPath,
          querystring: putQuery,
          headers: changeHeaders,
          body: streamBody,
          response: { 200: streamStatus.or(checkedStream), ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, stream } = request.params;
        const document = streamFrom(request.body, tenant, stream);
        const options = changeOptions(request.headers);
        if (request.query.dryRun) {
          const { spec, metadata } = document;
          return reply.code(200).send({ document: { spec, labels: metadata.labels } });
        }
        const status = await client.applyStream(document, options);
        return reply.header('etag', etag(status.revision)).code(200).send(status);
      },
    );

    app.get(
      '/v1/tenants/:tenant/streams/:stream',
      {
        schema: {
          operationId: 'getStream',
          tags: ['streams'],
          summary: 'One stream',
          params: streamPath,
          response: { 200: streamStatus, ...problemResponses },
        },
      },
      async (request, reply) => {
        const status = await client.getStream(request.params.tenant, request.params.stream);
        return reply.header('etag', etag(status.revision)).code(200).send(status);
      },
    );

    app.delete(
      '/v1/tenants/:tenant/streams/:stream',
      {
        schema: {
          operationId: 'deleteStream',
          tags: ['streams'],
          summary: 'Forget a stream',
          description: 'Refused while a job reads it. Its topics stay as they are.',
          params: streamPath,
          headers: changeHeaders,
          response: { 204: z.void(), ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, stream } = request.params;
        await client.deleteStream(tenant, stream, changeOptions(request.headers));
        return reply.code(204).send();
      },
    );

    app.get(
      '/v1/tenants/:tenant/streams',
      {
        schema: {
          operationId: 'listStreams',
          tags: ['streams'],
          summary: "A tenant's streams",
          params: tenantPath,
          querystring: pageQuery,
          response: { 200: streamPage, ...problemResponses },
        },
      },
      async (request, reply) =>
        reply.code(200).send(await client.listStreams({ tenant: request.params.tenant, ...request.query })),
    );
    done();
  };
