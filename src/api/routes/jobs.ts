/** /v1/tenants/{tenant}/jobs: each route is its schema and one call of the client. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { jobBody, jobFrom } from '../body.ts';
import { documentTypes } from '../read-body.ts';
import { deleteQuery, etag, jobHeaders, jobOptions, jobPath, jobsQuery, putJobQuery, tenantPath } from '../request.ts';
import { acceptedChange, jobPage, jobStatus, plannedChange } from '../schemas.ts';
import { accepted, acceptedResponses, acceptedText, problemResponses } from './responses.ts';

export const jobRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    app.put(
      '/v1/tenants/:tenant/jobs/:job',
      {
        schema: {
          operationId: 'putJob',
          tags: ['jobs'],
          summary: 'Create or change a job',
          description: `${acceptedText} The answer has the verdict: how the change is made, and why. With \`dryRun=true\` nothing is changed, and the verdict is answered field by field.`,
          consumes: documentTypes,
          params: jobPath,
          querystring: putJobQuery,
          headers: jobHeaders,
          body: jobBody,
          response: { 200: acceptedChange.or(plannedChange), 202: acceptedChange, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        const document = jobFrom(request.body, tenant, job);
        const { dryRun, ...how } = request.query;
        if (dryRun) return reply.code(200).send(await client.planJob(document));
        const outcome = await client.applyJob(document, { ...jobOptions(request.headers), ...how });
        const answer = accepted(reply, tenant, job, outcome);
        return reply.code(answer.code).send(answer.body);
      },
    );

    app.get(
      '/v1/tenants/:tenant/jobs/:job',
      {
        schema: {
          operationId: 'getJob',
          tags: ['jobs'],
          summary: 'Everything about one job',
          description: 'The ETag is the revision of its spec; give it back as If-Match with a change.',
          params: jobPath,
          response: { 200: jobStatus, ...problemResponses },
        },
      },
      async (request, reply) => {
        const status = await client.getJob(request.params.tenant, request.params.job);
        return reply.header('etag', etag(status.revision)).code(200).send(status);
      },
    );

    app.delete(
      '/v1/tenants/:tenant/jobs/:job',
      {
        schema: {
          operationId: 'deleteJob',
          tags: ['jobs'],
          summary: 'Stop a job',
          description: `The same as POST to its \`stop\`. Its committed offsets stay in Kafka. ${acceptedText}`,
          params: jobPath,
          querystring: deleteQuery,
          headers: jobHeaders,
          response: acceptedResponses,
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        const stop = { kind: 'stop', mode: request.query.mode } as const;
        const outcome = await client.operateJob(tenant, job, stop, jobOptions(request.headers));
        const answer = accepted(reply, tenant, job, outcome);
        return reply.code(answer.code).send(answer.body);
      },
    );

    app.get(
      '/v1/tenants/:tenant/jobs',
      {
        schema: {
          operationId: 'listJobs',
          tags: ['jobs'],
          summary: "A tenant's jobs",
          params: tenantPath,
          querystring: jobsQuery,
          response: { 200: jobPage, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { label, ...query } = request.query;
        const labels = label === undefined ? {} : { labels: [label].flat() };
        return reply.code(200).send(await client.listJobs({ tenant: request.params.tenant, ...query, ...labels }));
      },
    );
    done();
  };
