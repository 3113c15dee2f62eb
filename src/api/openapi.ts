/** The OpenAPI 3.1 document, made from the routes' zod schemas, and the page to try it. */
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { components } from './schemas.ts';

export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const named = createJsonSchemaTransformObject({ schemaRegistry: components });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millrace',
        version,
        description: "Tenants' streaming SQL jobs over Kafka. Errors are RFC 9457 problems with a stable `code`.",
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'jobs', description: 'Subscriptions: read a stream, transform it with SQL, write it to a sink' },
        { name: 'streams', description: 'Named flows of events' },
        { name: 'rollouts', description: 'One action over many jobs, in waves' },
        { name: 'service', description: 'Health, and what problems mean' },
      ],
    },
    transform: createJsonSchemaTransform({ schemaRegistry: components }),
    transformObject: (document) => dropUnused(asSent(named(document) as OpenApi)) as ReturnType<typeof named>,
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    // Everything is served from here, and nothing is fetched from elsewhere: no badge of an outside validator.
    uiConfig: { tryItOutEnabled: true, displayRequestDuration: true, validatorUrl: null },
  });
}

interface Operation {
  readonly responses?: Readonly<Record<string, { readonly content?: unknown }>>;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: { readonly required?: unknown } }>>;
  };
}

interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/**
 * A body none of whose fields has to be there needn't be there itself: the plugin takes every body for required. An answer
 * without content has none: the plugin describes what has no schema as null.
 */
function asSent(document: OpenApi): OpenApi {
  const relaxed = ({ requestBody, responses = {}, ...others }: Operation) => {
    const rest = { ...others, responses: Object.fromEntries(Object.entries(responses).map(withoutContent)) };
    if (requestBody === undefined) return rest;
    const schemas = Object.values(requestBody.content).map((media) => media.schema ?? {});
    const optional = schemas.every((s) => !('$ref' in s) && s.required === undefined);
    return { ...rest, requestBody: optional ? { ...requestBody, required: false } : requestBody };
  };
  const paths = Object.entries(document.paths ?? {}).map(([path, methods]) => {
    return [path, Object.fromEntries(Object.entries(methods).map(([method, o]) => [method, relaxed(o)]))] as const;
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function withoutContent([status, response]: [string, { readonly content?: unknown }]): [string, object] {
  const { content, ...rest } = response;
  return [status, status === '204' || content === undefined ? rest : { ...rest, content }];
}

/** Every component is made once as input and once as output, and a reader should see those that are used. */
function dropUnused(document: OpenApi): OpenApi {
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(document.paths);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...document.components, schemas: kept } };
}
