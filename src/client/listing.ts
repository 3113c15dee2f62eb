/** Lists by Temporal's visibility: queries over search attributes, a page at a time. Eventually consistent, by its nature. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { controlQueue, streamKey } from '../contracts/names.ts';
import type { JobState, JobSummary, Page } from '../contracts/status.ts';
import { jobWorkflowType } from '../workflows/job/messages.ts';
import { isInvalidArgument } from './errors.ts';
import { decoded } from './payload-codec.ts';
import type { ListOptions } from './port.ts';

/** One workflow as visibility knows it. */
export interface Listed {
  readonly workflowId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly memo: Readonly<Record<string, unknown>>;
  /** ISO 8601; of the present run. */
  readonly startedAt: string;
}

/** Of this deployment's workflows: another may share the namespace. */
export const ofDeployment = (deployment: string): string => `TaskQueue = ${quote(controlQueue(deployment))}`;

/** Conditions of a visibility query, joined by AND. */
export function conditions(deployment: string, type: string, options: ListOptions): string {
  const all = [ofDeployment(deployment), `WorkflowType = ${quote(type)}`, `ExecutionStatus = 'Running'`];
  if (options.tenant !== undefined) all.push(`MillraceTenant = ${quote(options.tenant)}`);
  if (options.state !== undefined) all.push(`MillraceState = ${quote(options.state)}`);
  if (options.stream !== undefined) all.push(streamCondition(options.tenant, options.stream));
  if (options.startedAfter !== undefined) all.push(`StartTime >= ${quote(options.startedAfter)}`);
  for (const label of options.labels ?? []) all.push(`MillraceLabels = ${quote(label)}`);
  return all.join(' AND ');
}

/** Streams are kept as `tenant/stream`, so that one tenant's names never match another's. */
function streamCondition(tenant: string | undefined, stream: string): string {
  if (tenant !== undefined && !stream.includes('/')) return `MillraceStreams = ${quote(streamKey(tenant, stream))}`;
  if (stream.includes('/')) return `MillraceStreams = ${quote(stream)}`;
  throw new MillraceError(failure('invalid_spec', 'To list the jobs of a stream, name its tenant too.'));
}

export async function listPage(
  client: Client,
  query: string,
  options: Pick<ListOptions, 'limit' | 'cursor'>,
): Promise<Page<Listed>> {
  const { cursor, limit = limits.pageRowsDefault } = options;
  const asked = client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize: Math.min(limits.pageRowsMax, Math.max(1, limit)),
    nextPageToken: cursor === undefined ? new Uint8Array() : tokenOf(cursor, query),
  });
  const response = await asked.catch((error: unknown) => {
    throw cursor !== undefined && isInvalidArgument(error) ? noCursor() : error;
  });
  const listed = (response.executions ?? []).map(
    async (e): Promise<Listed> => ({
      workflowId: e.execution?.workflowId ?? '',
      attributes: plain(e.searchAttributes?.indexedFields),
      memo: await kept(client, e.memo?.fields),
      startedAt: new Date(
        Number(e.startTime?.seconds ?? 0) * 1_000 + Math.floor((e.startTime?.nanos ?? 0) / 1e6),
      ).toISOString(),
    }),
  );
  const items = await Promise.all(listed);
  const token = response.nextPageToken;
  return { items, next: token == null || token.length === 0 ? null : cursorOf(token, query) };
}

/** Characters of the digest by which a cursor is known as one of this list: base64url takes three bytes for four. */
const digestChars = 8;

/** The server's token, and a digest of it and of what was asked: a cursor of another list, or none at all, is told from ours. */
function cursorOf(token: Uint8Array, query: string): string {
  const digest = createHash('sha256').update(query).update('\0').update(token).digest('base64url');
  return digest.slice(0, digestChars) + Buffer.from(token).toString('base64url');
}

/** Throws MillraceError `invalid_spec`. */
function tokenOf(cursor: string, query: string): Uint8Array {
  const token = Buffer.from(cursor.slice(digestChars), 'base64url');
  if (token.length === 0 || cursorOf(token, query) !== cursor) throw noCursor();
  return token;
}

const noCursor = (): MillraceError =>
  new MillraceError(
    failure('invalid_spec', 'The cursor is not one of this list: leave it out to begin with its first page.'),
  );

export async function listJobs(client: Client, deployment: string, options: ListOptions): Promise<Page<JobSummary>> {
  const { items, next } = await listPage(client, conditions(deployment, jobWorkflowType, options), options);
  // A workflow whose first spec was refused has no attributes: there is no job.
  return { items: items.filter((i) => i.attributes['MillraceState'] !== undefined).map(summaryOf), next };
}

function summaryOf({ workflowId, attributes, memo, startedAt }: Listed): JobSummary {
  const tenant = String(attributes['MillraceTenant']);
  const texts = (key: string): string[] => [attributes[key] ?? []].flat().map(String);
  return {
    tenant,
    name: workflowId.slice(workflowId.lastIndexOf('/') + 1),
    state: attributes['MillraceState'] as JobState,
    revision: Number(attributes['MillraceRevision'] ?? 0),
    generation: Number(attributes['MillraceGeneration'] ?? 0),
    plan: String(attributes['MillracePlan'] ?? ''),
    streams: texts('MillraceStreams').map((s) => s.slice(s.indexOf('/') + 1)),
    labels: Object.fromEntries(texts('MillraceLabels').map(splitLabel)),
    since:
      attributes['MillraceSince'] === undefined ? null : new Date(String(attributes['MillraceSince'])).toISOString(),
    startedAt: typeof memo['startedAt'] === 'string' ? memo['startedAt'] : startedAt,
  };
}

function splitLabel(label: string): readonly [string, string] {
  const at = label.indexOf('=');
  return [label.slice(0, at), label.slice(at + 1)];
}

type Fields = Readonly<Record<string, Payload>> | null | undefined;

/** Search attributes are searched: no codec touches them. */
function plain(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([k, p]) => [k, defaultPayloadConverter.fromPayload(p)]));
}

async function kept(client: Client, fields: Fields): Promise<Record<string, unknown>> {
  const entries = Object.entries(fields ?? {}).map(async ([k, p]) => [k, await decoded(client, p)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** A visibility query's string literal. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
