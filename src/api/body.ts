/** The value of a body → a checked document, completed by what the path says. Its text is read before: read-body.ts. */
import { z } from 'zod';
import type { Problem } from '../contracts/failure.ts';
import type { Operation, OperationKind } from '../contracts/operation.ts';
import { checkDocument, invalidSpec, parseOperation } from '../contracts/parse.ts';
import { problemsOf } from '../contracts/remedy.ts';
import {
  type JobDocument,
  jobDocument,
  jobSpec,
  type StreamDocument,
  streamDocument,
  streamSpec,
} from '../contracts/spec.ts';

/** The body as OpenAPI describes it: the whole document, or as much of it as the path doesn't say. */
const bodyOf = <D extends typeof jobDocument | typeof streamDocument, S extends typeof jobSpec | typeof streamSpec>(
  d: D,
  spec: S,
) =>
  z.object({
    apiVersion: d.shape.apiVersion.exactOptional(),
    kind: d.shape.kind.exactOptional(),
    metadata: z
      .object({
        tenant: d.shape.metadata.shape.tenant.exactOptional(),
        name: d.shape.metadata.shape.name.exactOptional(),
        labels: d.shape.metadata.shape.labels,
      })
      .exactOptional(),
    spec,
  });

export const jobBody = bodyOf(jobDocument, jobSpec).meta({
  examples: [
    {
      metadata: { labels: { team: 'soc' } },
      spec: {
        sql: "SELECT source_ip, UPPER(rule) AS rule FROM firewall WHERE action = 'deny'",
        sink: { kafka: { topic: 'acme.denied', format: 'json' } },
      },
    },
  ],
});
export const streamBody = bodyOf(streamDocument, streamSpec).meta({
  examples: [
    {
      spec: {
        topics: [{ topic: 'acme.firewall' }],
        schema: {
          avro: {
            type: 'record',
            name: 'Firewall',
            fields: ['source_ip', 'rule', 'action'].map((name) => ({ name, type: 'string' })),
          },
        },
      },
    },
  ],
});

/** Throws MillraceError `invalid_spec` with every mistake, among them a tenant or name that is not the path's. */
export function jobFrom(body: unknown, tenant: string, name: string): JobDocument {
  return documentFrom(body, 'Job', tenant, name) as JobDocument;
}

export function streamFrom(body: unknown, tenant: string, name: string): StreamDocument {
  return documentFrom(body, 'Stream', tenant, name) as StreamDocument;
}

/** The operation that an address names, with what the body says of it. Throws MillraceError `invalid_spec` with every mistake. */
export function operationFrom(body: unknown, kind: OperationKind): Operation {
  const said = fieldsOf(body);
  const problems = differs('/kind', said['kind'], kind);
  if (problems.length > 0) throw invalidSpec(problems, 'body');
  return parseOperation({ ...said, kind });
}

export const rollbackBody = z
  .strictObject({ revision: z.int().min(1).exactOptional() })
  .meta({ examples: [{ revision: 3 }] });

/** The revision to go back to; null: the one before. Throws MillraceError `invalid_spec`. */
export function rollbackFrom(body: unknown): number | null {
  const said = fieldsOf(body);
  const parsed = rollbackBody.safeParse(said);
  if (!parsed.success) throw invalidSpec(problemsOf(parsed.error.issues, said, rollbackBody), 'body');
  return parsed.data.revision ?? null;
}

/** An operation that says nothing needs no body. */
function fieldsOf(body: unknown): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (isMapping(body)) return body;
  throw invalidSpec([{ path: '', message: 'must be a mapping of keys to values', remedy: 'send { … }' }], 'body');
}

function documentFrom(body: unknown, kind: 'Job' | 'Stream', tenant: string, name: string): unknown {
  if (!isMapping(body)) {
    throw invalidSpec([{ path: '', message: 'must be a mapping of keys to values', remedy: 'send { "spec": { … } }' }]);
  }
  const metadata = body['metadata'] === undefined ? {} : body['metadata'];
  const said = isMapping(metadata) ? metadata : {};
  const problems = [
    ...differs('/kind', body['kind'], kind),
    ...differs('/metadata/tenant', said['tenant'], tenant),
    ...differs('/metadata/name', said['name'], name),
  ];
  const whole = {
    ...body,
    apiVersion: body['apiVersion'] ?? 'millrace/v1',
    kind,
    metadata: isMapping(metadata) ? { ...metadata, tenant, name } : metadata,
  };
  const parsed = checkDocument(whole);
  if (!parsed.ok) throw invalidSpec([...problems, ...parsed.problems]);
  if (problems.length > 0) throw invalidSpec(problems);
  return parsed.document;
}

function differs(path: string, said: unknown, wanted: string): Problem[] {
  if (said === undefined || said === wanted) return [];
  return [
    { path, message: `differs from the address, which says ${wanted}`, remedy: `write ${wanted}, or leave it out` },
  ];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
