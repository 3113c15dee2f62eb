/** Jobs: reading one, and what is asked of one. The workflow decides; here documents are checked and messages sent. */
import { documentOf } from '../contracts/document.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { controlQueue, jobWorkflowId } from '../contracts/names.ts';
import type { Operation } from '../contracts/operation.ts';
import { parseOperation } from '../contracts/parse.ts';
import type { JobDocumentInput } from '../contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../contracts/status.ts';
import {
  type ApplyRequest,
  applyUpdate,
  type JobStart,
  jobWorkflowType,
  type OperateRequest,
  operateUpdate,
  type PastRevision,
  revisionQuery,
  statusQuery,
} from '../workflows/job/messages.ts';
import { asking, jobTitle } from './asking.ts';
import { compile } from './compile.ts';
import { parseJob } from './documents.ts';
import { notFound, nullIfNotFound } from './errors.ts';
import type { ApplyOptions, ChangeOptions } from './port.ts';
import { withReports } from './reports.ts';
import type { Temporal } from './temporal.ts';

export async function applyJob(
  temporal: Temporal,
  input: JobDocumentInput,
  options: ApplyOptions,
): Promise<RequestOutcome> {
  const { metadata, spec } = parseJob(input);
  const { tenant, name, labels } = metadata;
  const known = await knownRequest(temporal, tenant, name, options.requestId);
  if (known !== null) return known;
  const asked = asking(options);
  const planned = await compile(temporal, { tenant, name, spec, applies: true }, asked.requestId);
  const { paused = false, inFlightOnly = false } = options;
  const request: ApplyRequest = { ...asked, spec, labels, ...planned, paused, inFlightOnly };
  const { deployment } = temporal;
  const start = {
    type: jobWorkflowType,
    workflowId: jobWorkflowId(deployment, tenant, name),
    taskQueue: controlQueue(deployment),
    argument: { deployment, tenant, name } satisfies JobStart,
    memo: { startedAt: new Date().toISOString() },
  };
  return temporal.updateWithStart(jobTitle(tenant, name), start, applyUpdate.name, request);
}

export async function operateJob(
  temporal: Temporal,
  tenant: string,
  name: string,
  input: Operation,
  options: ChangeOptions,
): Promise<RequestOutcome> {
  const request: OperateRequest = { ...asking(options), operation: parseOperation(input) };
  const known = await knownRequest(temporal, tenant, name, options.requestId);
  if (known !== null) return known;
  return temporal.update(
    jobTitle(tenant, name),
    jobWorkflowId(temporal.deployment, tenant, name),
    operateUpdate.name,
    request,
  );
}

/**
 * How a request went that was accepted before: what it needed then may be gone by now, and the server answers an update
 * that is sent again as it did the first time, whatever has become of it since.
 */
async function knownRequest(
  temporal: Temporal,
  tenant: string,
  name: string,
  requestId: string | undefined,
): Promise<RequestOutcome | null> {
  if (requestId === undefined) return null;
  const status = await getJob(temporal, tenant, name).catch(nullIfNotFound);
  return status?.requests.find((r) => r.requestId === requestId) ?? null;
}

/** The spec of an earlier revision, applied as a new one; null: of the newest before that has been healthy. */
export async function rollBackJob(
  temporal: Temporal,
  tenant: string,
  name: string,
  revision: number | null,
  options: ApplyOptions,
): Promise<RequestOutcome> {
  const status = await getJob(temporal, tenant, name);
  const known = status.requests.find((r) => r.requestId === options.requestId);
  if (known !== undefined) return known;
  const past = await pastRevision(temporal, status, revision);
  // Which revision is the one before depends on the present one.
  const base = revision === null ? { expectedRevision: status.revision } : {};
  const why = `back to revision ${past.number}`;
  const document = documentOf('Job', { tenant, name, labels: past.labels, spec: past.spec });
  return applyJob(temporal, document, { ...base, why, ...options });
}

async function pastRevision(
  temporal: Temporal,
  { tenant, name, pastRevisions }: JobStatus,
  revision: number | null,
): Promise<PastRevision> {
  const about = `${revision === null ? 'earlier revision' : `revision ${revision}`} of ${jobTitle(tenant, name)}`;
  const found = await temporal.call(about, (client) =>
    client.workflow.getHandle(jobWorkflowId(temporal.deployment, tenant, name)).query(revisionQuery, revision),
  );
  if (found !== null) return found;
  const message =
    revision === null
      ? `The ${jobTitle(tenant, name)} has no earlier revision that has been healthy: name the one to go back to, of ${pastRevisions.join(', ')}.`
      : `There is no ${about} any more; there are ${pastRevisions.join(', ')}.`;
  throw new MillraceError(failure('not_found', message));
}

export async function getJob(temporal: Temporal, tenant: string, name: string): Promise<JobStatus> {
  const { status, running } = await readJob(temporal, tenant, name);
  if (!running) throw notFound(jobTitle(tenant, name));
  return status;
}

/** A job's status, of a job that has ended too. */
export function readJob(
  temporal: Temporal,
  tenant: string,
  name: string,
): Promise<{ status: JobStatus; running: boolean }> {
  return temporal.call(jobTitle(tenant, name), async (client) => {
    const handle = client.workflow.getHandle(jobWorkflowId(temporal.deployment, tenant, name));
    const [description, found] = await Promise.all([handle.describe(), handle.query(statusQuery)]);
    if (found === null) throw notFound(jobTitle(tenant, name));
    const status = { ...found, tasks: withReports(found.tasks, description) };
    return { status, running: description.status.name === 'RUNNING' };
  });
}
