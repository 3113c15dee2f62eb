/** What is done to a job beside changing its spec: a POST per verb, as a table. Each is one call of the client. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { MillraceClientPort } from '../../client/port.ts';
import { type Operation, type OperationKind, operation } from '../../contracts/operation.ts';
import { operationFrom, rollbackBody, rollbackFrom } from '../body.ts';
import { jobHeaders, jobOptions, jobPath, rollbackQuery } from '../request.ts';
import { accepted, acceptedResponses, acceptedText } from './responses.ts';

interface Verb {
  readonly summary: string;
  /** What it does, and in which states it is refused. */
  readonly description: string;
  readonly examples?: readonly object[];
}

const verbs: Readonly<Record<OperationKind, Verb>> = {
  pause: {
    summary: 'Pause a job',
    description: 'Its tasks finish and commit what they have read; then it stands still until it is resumed.',
  },
  resume: {
    summary: 'Resume a paused job',
    description: 'It goes on from where it stopped. Refused for a failed job: restart it, or PUT a corrected spec.',
  },
  restart: {
    summary: 'Restart a job',
    description: 'The same plan takes over as a new generation. Refused for a paused job: resume it.',
  },
  stop: {
    summary: 'Stop a job',
    description:
      'The same as DELETE. drain: finish and commit what has been read. cancel: at once. Both lose nothing; its committed offsets stay in Kafka.',
    examples: [{ mode: 'drain' }],
  },
  rescale: {
    summary: "Change the number of a job's tasks",
    description: 'A new generation with so many tasks takes over; partitions follow. It is a new revision of the spec.',
    examples: [{ tasks: 4 }],
  },
  rewind: {
    summary: 'Read from other positions',
    description:
      'Tasks finish, the positions are set, and a new generation begins there. Back: what lies between is output again. Forward: it never is. What that does to exactly once is told in the `note` of the outcome.',
    examples: [
      { to: 'earliest' },
      { to: { timestamp: '2026-01-31T12:00:00Z' } },
      { to: { offsets: { 'acme.firewall': { 0: '1200', 1: '980' } } } },
    ],
  },
  upgrade: {
    summary: "Move a job to another release of the hosts' code",
    description: 'The same plan takes over as a new generation on hosts of this release (`GET /v1/hosts` lists them).',
    examples: [{ release: '1.4.0' }],
  },
};

/** As much of an operation as its address doesn't say; null where that is nothing. */
function bodyOf(kind: OperationKind): z.ZodType | null {
  const found = operation.options.find((o) => o.shape.kind.value === kind) as z.ZodObject;
  const rest = found.omit({ kind: true });
  const { examples } = verbs[kind];
  if (Object.keys(rest.shape).length === 0) return null;
  return examples === undefined ? rest : rest.meta({ examples: [...examples] });
}

export const operationRoutes =
  (client: MillraceClientPort): FastifyPluginCallbackZod =>
  (app, _options, done) => {
    for (const [kind, { summary, description }] of Object.entries(verbs) as [Operation['kind'], Verb][]) {
      const body = bodyOf(kind);
      app.post(
        `/v1/tenants/:tenant/jobs/:job/${kind}`,
        {
          schema: {
            operationId: `${kind}Job`,
            tags: ['jobs'],
            summary,
            description: `${description} ${acceptedText}`,
            params: jobPath,
            headers: jobHeaders,
            ...(body === null ? {} : { body }),
            response: acceptedResponses,
          },
        },
        async (request, reply) => {
          const { tenant, job } = request.params;
          const asked = operationFrom(request.body, kind);
          const outcome = await client.operateJob(tenant, job, asked, jobOptions(request.headers));
          const answer = accepted(reply, tenant, job, outcome);
          return reply.code(answer.code).send(answer.body);
        },
      );
    }

    app.post(
      '/v1/tenants/:tenant/jobs/:job/rollback',
      {
        schema: {
          operationId: 'rollbackJob',
          tags: ['jobs'],
          summary: 'Go back to an earlier revision',
          description: `The spec of that revision is applied as a new one; without a revision, of the newest before the present one that has been healthy. The job's \`pastRevisions\` are those that are kept. ${acceptedText}`,
          params: jobPath,
          querystring: rollbackQuery,
          headers: jobHeaders,
          body: rollbackBody,
          response: acceptedResponses,
        },
      },
      async (request, reply) => {
        const { tenant, job } = request.params;
        const revision = rollbackFrom(request.body);
        const options = { ...jobOptions(request.headers), ...request.query };
        const answer = accepted(reply, tenant, job, await client.rollBackJob(tenant, job, revision, options));
        return reply.code(answer.code).send(answer.body);
      },
    );
    done();
  };
