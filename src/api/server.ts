/**
 * The HTTP server: Fastify with zod schemas, OpenAPI 3.1, and RFC 9457 problems for whatever goes wrong. Owns no
 * knowledge of jobs: routes/ call the client.
 */
import { randomUUID } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { MillraceClientPort } from '../client/port.ts';
import { limits } from '../contracts/limits.ts';
import { problemsOf } from '../contracts/remedy.ts';
import { BodyReader } from './body-reader.ts';
import { describeApi } from './openapi.ts';
import { refuseForeignOrigin } from './origin.ts';
import { HttpProblem, isRetryable, retryAfterSeconds, toProblem } from './problem.ts';
import { jsonTypes, yamlTypes } from './read-body.ts';
import { historyRoutes } from './routes/history.ts';
import { hostRoutes } from './routes/hosts.ts';
import { jobRoutes } from './routes/jobs.ts';
import { operationRoutes } from './routes/operations.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { serviceRoutes } from './routes/service.ts';
import { streamRoutes } from './routes/streams.ts';
import { refuseUnread } from './unread.ts';

export interface ServerOptions {
  /** None: nothing is logged. */
  readonly logger?: FastifyBaseLogger;
  /** Shown in the OpenAPI document. */
  readonly version?: string;
  /** Milliseconds in which a request is answered; `requestMsMax` of limits.ts by default. */
  readonly requestMsMax?: number;
}

/** Builds the server; it listens when told to, and doesn't own the client. */
export async function buildServer(client: MillraceClientPort, options: ServerOptions = {}): Promise<FastifyInstance> {
  const base = fastify({
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.specBytesMax,
    requestTimeout: limits.requestReceiveMsMax,
    handlerTimeout: options.requestMsMax ?? limits.requestMsMax,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseUnread,
    return503OnClosing: true,
  });
  const app = base.withTypeProvider<ZodTypeProvider>();

  // Answers are typed by the port and by the routes' schemas, so writing them needs no second check at run time.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setValidatorCompiler<z.ZodType>(validator);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new HttpProblem('route_not_found', `There is no ${request.method} ${path(request)}. See /openapi.json.`),
      request,
      reply,
    ),
  );
  const bodies = new BodyReader();
  app.addHook('onClose', () => bodies.close());
  app.removeAllContentTypeParsers();
  const asText = { parseAs: 'string' } as const;
  app.addContentTypeParser(jsonTypes, asText, (_request: FastifyRequest, body: string) => bodies.read(body, 'json'));
  app.addContentTypeParser(yamlTypes, asText, (_request: FastifyRequest, body: string) => bodies.read(body, 'yaml'));
  app.addHook('onRequest', async (request) => refuseForeignOrigin(request));
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });

  await describeApi(base, options.version ?? '0.0.0');
  await app.register(jobRoutes(client));
  await app.register(operationRoutes(client));
  await app.register(historyRoutes(client));
  await app.register(streamRoutes(client));
  await app.register(hostRoutes(client));
  await app.register(rolloutRoutes(client));
  await app.register(serviceRoutes(client));
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return base;
}

/** Bodies are checked in the routes, which know the path; the rest here, in the same words as documents. */
function validator({ schema, httpPart }: { schema: z.ZodType; httpPart?: string }) {
  if (httpPart === 'body') return (data: unknown) => ({ value: data });
  return (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const errors = problemsOf(result.error.issues, data, schema).map(({ path: at, ...rest }) => ({
      parameter: at.slice(1),
      ...rest,
    }));
    const names = errors.map((e) => e.parameter).join(', ');
    return {
      error: new HttpProblem(
        'bad_request',
        `The ${partWords[httpPart ?? ''] ?? 'request'} is wrong: ${names}.`,
        errors,
      ),
    };
  };
}

const partWords: Readonly<Record<string, string>> = { params: 'path', querystring: 'query', headers: 'head' };

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, path(request), request.id);
  if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, problem.title);
  if (isRetryable(problem.status)) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(problem);
}

const path = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? request.url;
