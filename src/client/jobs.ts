/** Jobs: reading one, and what is asked of one. The workflow decides; here documents are checked and messages sent. */
import { refuseReuse } from '../contracts/asking.ts';
import { documentOf } from '../contracts/document.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { controlQueue, jobWorkflowId } from '../contracts/names.ts';
import type { Operation } from '../contracts/operation.ts';
import { parseOperation } from '../contracts/parse.ts';
import type { JobDocument, JobDocumentInput } from '../contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../contracts/status.ts';
import {
  type ApplyRequest,
  type Asking,
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
import { readHistory } from './history.ts';
import type { ApplyOptions, ChangeOptions } from './port.ts';
import { withReports } from './reports.ts';
import { revisionOfHistory } from './revision-of-history.ts';
import type { Temporal } from './temporal.ts';
import { isSo, isTriedAgain, isUnchanged, mayBeSo } from './unchanged.ts';

/** What is asked by applying: everything that the outcome depends on. */
const askedBy = ({ metadata, spec }: JobDocument, { expectedRevision, paused, inFlightOnly }: ApplyOptions) => {
  return { apply: { metadata, spec }, expectedRevision, paused, inFlightOnly };
};

/** `asked`: what the caller was asked, where that is not the document itself. */
export async function applyJob(
  temporal: Temporal,
  input: JobDocumentInput,
  options: ApplyOptions,
  asked?: unknown,
): Promise<RequestOutcome> {
  const document = parseJob(input);
  const { metadata, spec } = document;
  const { tenant, name, labels } = metadata;
  const identity = asking(asked ?? askedBy(document, options), options);
  const present = await getJob(temporal, tenant, name).catch(nullIfNotFound);
  const known = present === null ? null : knownRequest(present, identity);
  if (known !== null) return known;
  if (present !== null && (await isUnchanged(temporal, present, { spec, labels }, options.expectedRevision))) {
    const { requestId, digest } = identity;
    const verdict = { kind: 'none', reasons: [] } as const;
    const answer = { requestId, digest, asked: 'apply', revision: present.revision, outcome: 'unchanged' } as const;
    if (!isTriedAgain(present)) return { ...answer, verdict };
    const note = `It has failed, and is tried again at ${present.retryAt} by itself, or when it is its turn: restart it to have that at once.`;
    return { ...answer, verdict, note };
  }
  const planned = await compile(temporal, { tenant, name, spec, applies: true, isNew: present === null }, identity);
  const { paused = false, inFlightOnly = false } = options;
  const request: ApplyRequest = { ...identity, spec, labels, ...planned, paused, inFlightOnly };
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
  const operation = parseOperation(input);
  const { expectedRevision } = options;
  const request: OperateRequest = { ...asking({ operation, expectedRevision }, options), operation };
  if (options.requestId !== undefined || mayBeSo.includes(operation.kind)) {
    const present = await getJob(temporal, tenant, name).catch(nullIfNotFound);
    const known = present === null ? null : knownRequest(present, request);
    if (known !== null) return known;
    if (present !== null && isSo(present, operation, expectedRevision)) {
      const { requestId, digest } = request;
      return { requestId, digest, asked: operation.kind, revision: present.revision, outcome: 'unchanged' };
    }
  }
  const send = (more: Pick<OperateRequest, 'tasksMax'> = {}): Promise<RequestOutcome> =>
    temporal.update(jobTitle(tenant, name), jobWorkflowId(temporal.deployment, tenant, name), operateUpdate.name, {
      ...request,
      ...more,
    });
  try {
    return await send();
  } catch (error) {
    const beyond = error instanceof MillraceError && error.failure.code === 'quota_exceeded';
    if (!beyond || operation.kind !== 'rescale') throw error;
    // By the share that its tenant had when a spec was last accepted: planning knows the present one.
    const { spec } = await getJob(temporal, tenant, name);
    const { tasksMax } = await compile(temporal, { tenant, name, spec, applies: false, isNew: false }, request);
    return send({ tasksMax });
  }
}

/**
 * How a request went that was accepted before: what it needed then may be gone by now, and the server answers an update
 * that is sent again as it did the first time, whatever has become of it since.
 */
function knownRequest(
  { requests }: JobStatus,
  { requestId, digest }: Pick<Asking, 'requestId' | 'digest'>,
): RequestOutcome | null {
  const known = requests.find((r) => r.requestId === requestId);
  if (known === undefined) return null;
  const reused = refuseReuse(known, digest);
  if (reused !== null) throw new MillraceError(reused);
  return known;
}

/** The spec of an earlier revision, applied as a new one; null: of the newest before that has been healthy. */
export async function rollBackJob(
  temporal: Temporal,
  tenant: string,
  name: string,
  revision: number | null,
  options: ApplyOptions,
): Promise<RequestOutcome> {
  const { expectedRevision, inFlightOnly } = options;
  const asked = { rollback: revision, expectedRevision, inFlightOnly };
  const status = await getJob(temporal, tenant, name);
  const known = knownRequest(status, asking(asked, options));
  if (known !== null) return known;
  const past = await pastRevision(temporal, status, revision);
  // Which revision is the one before depends on the present one.
  const base = revision === null ? { expectedRevision: status.revision } : {};
  const why = `back to revision ${revision ?? past.number}`;
  const document = documentOf('Job', { tenant, name, labels: past.labels, spec: past.spec });
  return applyJob(temporal, document, { ...base, why, ...options }, asked);
}

/** As the workflow keeps it; beyond what that keeps, from the job's history. */
async function pastRevision(temporal: Temporal, status: JobStatus, revision: number | null): Promise<PastRevision> {
  const { tenant, name, pastRevisions } = status;
  const about = `${revision === null ? 'earlier revision' : `revision ${revision}`} of ${jobTitle(tenant, name)}`;
  const found = await temporal.call(about, (client) =>
    client.workflow.getHandle(jobWorkflowId(temporal.deployment, tenant, name)).query(revisionQuery, revision),
  );
  if (found !== null) return found;
  const forgotten = revision === null ? pastRevisions.length < status.revision : revision < status.revision;
  if (forgotten) {
    const told = await revisionOfHistory((cursor) => readHistory(temporal, tenant, name, cursor), status, revision);
    if (told !== null) return told;
  }
  const message =
    revision === null
      ? `The ${jobTitle(tenant, name)} has no earlier revision that has been healthy: name the one to go back to, of ${pastRevisions.join(', ')}.`
      : `There is no ${about}, here or in its history; there are ${pastRevisions.join(', ')}.`;
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
    const status = { ...found, tasks: await withReports(client, found.tasks, description) };
    return { status, running: description.status.name === 'RUNNING' };
  });
}
