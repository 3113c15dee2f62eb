/** /v1/tenants/{tenant}/jobs: each route is its schema and one call of the client. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { documentTypes, jobBody, jobFrom } from '../body.ts';
import {
  changeHeaders,
  changeOptions,
  deleteQuery,
  etag,
  jobPath,
  jobsQuery,
  putQuery,
  tenantPath,
} from '../request.ts';
import { acceptedChange, jobPage, jobStatus, plannedChange } from '../schemas.ts';
import { problemResponses } from './responses.ts';

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
          description:
            '202 when a change was accepted and is on its way: follow it at `links.job`. 200 when there was nothing to change, or when the same Idempotency-Key has been dealt with. With `dryRun=true` nothing is changed, and the answer is the verdict.',
          consumes: documentTypes,
          params: jobPath,
          querystring: putQuery,
          headers: changeHeaders,
          body: jobBody,
          response: { 200: acceptedChange.or(plannedChange), 202: acceptedChange, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        const document = jobFrom(request.body, tenant, job);
        const options = changeOptions(request.headers);
        if (request.query.dryRun) return reply.code(200).send(await client.planJob(document));
        const outcome = await client.applyJob(document, options);
        const links = { job: jobUrl(tenant, job) };
        reply.header('etag', etag(outcome.revision)).header('location', links.job);
        return reply.code(outcome.outcome === 'pending' ? 202 : 200).send({ ...outcome, links });
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
          description: '202 when it is on its way: follow it at `links.job`. Its committed offsets stay in Kafka.',
          params: jobPath,
          querystring: deleteQuery,
          headers: changeHeaders,
          response: { 202: acceptedChange, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        const outcome = await client.stopJob(tenant, job, request.query.mode, changeOptions(request.headers));
        const links = { job: jobUrl(tenant, job) };
        return reply
          .header('location', links.job)
          .code(202)
          .send({ ...outcome, links });
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

const jobUrl = (tenant: string, job: string): string => `/v1/tenants/${tenant}/jobs/${job}`;
