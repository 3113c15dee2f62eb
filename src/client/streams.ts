/** Streams: reading, putting and forgetting them. A stream that a job reads stays. */
import { failure, MillraceError } from '../contracts/failure.ts';
import { controlQueue, makeTopicsWorkflowId, planningQueue, streamWorkflowId } from '../contracts/names.ts';
import type { StreamDocumentInput } from '../contracts/spec.ts';
import type { Page, StreamStatus } from '../contracts/status.ts';
import {
  deleteStreamUpdate,
  type MakeStreamTopics,
  makeTopicsWorkflowType,
  type PutStreamRequest,
  putStreamUpdate,
  type StreamAsking,
  type StreamStart,
  streamQuery,
  streamWorkflowType,
} from '../workflows/stream/messages.ts';
import { asking, requestName, streamTitle } from './asking.ts';
import { canonical } from './changes.ts';
import { parseStream } from './documents.ts';
import { notFound, nullIfNotFound } from './errors.ts';
import { conditions, listJobs, listPage } from './listing.ts';
import type { ChangeOptions, ListOptions } from './port.ts';
import type { Temporal } from './temporal.ts';

/** Streams asked at once for one page of their list. */
const queriesAtOnce = 16;

export async function applyStream(
  temporal: Temporal,
  input: StreamDocumentInput,
  options: ChangeOptions,
): Promise<StreamStatus> {
  const { metadata, spec } = parseStream(input);
  const { tenant, name, labels } = metadata;
  const request: PutStreamRequest = { ...conditionsOf({ put: { metadata, spec } }, options), spec, labels };
  const present = await getStream(temporal, tenant, name).catch(nullIfNotFound);
  // What changes nothing is read and no more: it leaves no history.
  if (present !== null && isSame(present, request)) return present;
  const { deployment } = temporal;
  if (spec.topics.some((t) => t.partitions !== undefined)) {
    await temporal.run(streamTitle(tenant, name), {
      type: makeTopicsWorkflowType,
      workflowId: makeTopicsWorkflowId(deployment, tenant, name, requestName(request)),
      taskQueue: planningQueue(deployment),
      argument: { deployment, tenant, name, topics: spec.topics } satisfies MakeStreamTopics,
    });
  }
  const start = {
    type: streamWorkflowType,
    workflowId: streamWorkflowId(deployment, tenant, name),
    taskQueue: controlQueue(deployment),
    argument: { deployment, tenant, name } satisfies StreamStart,
  };
  return temporal.updateWithStart(streamTitle(tenant, name), start, putStreamUpdate.name, request);
}

export function getStream(temporal: Temporal, tenant: string, name: string): Promise<StreamStatus> {
  return temporal.call(streamTitle(tenant, name), async (client) => {
    const handle = client.workflow.getHandle(streamWorkflowId(temporal.deployment, tenant, name));
    const [{ status }, found] = await Promise.all([handle.describe(), handle.query(streamQuery)]);
    if (status.name !== 'RUNNING' || found === null) throw notFound(streamTitle(tenant, name));
    return found;
  });
}

export async function listStreams(
  temporal: Temporal,
  options: Pick<ListOptions, 'tenant' | 'limit' | 'cursor'>,
): Promise<Page<StreamStatus>> {
  const page = await temporal.call('the list of streams', (client) =>
    listPage(client, conditions(temporal.deployment, streamWorkflowType, options), options),
  );
  const items: StreamStatus[] = [];
  for (let at = 0; at < page.items.length; at += queriesAtOnce) {
    const some = page.items.slice(at, at + queriesAtOnce).map(({ workflowId }) => {
      const [, tenant = '', name = ''] = workflowId.split('/');
      return getStream(temporal, tenant, name).catch(nullIfNotFound);
    });
    items.push(...(await Promise.all(some)).filter((s) => s !== null));
  }
  return { items, next: page.next };
}

export async function deleteStream(
  temporal: Temporal,
  tenant: string,
  name: string,
  options: ChangeOptions,
): Promise<void> {
  const title = streamTitle(tenant, name);
  const readers = await temporal.call(title, (client) =>
    listJobs(client, temporal.deployment, { tenant, stream: name, limit: 5 }),
  );
  if (readers.items.length > 0) {
    const names = readers.items.map((j) => j.name).join(', ');
    const more = readers.next === null ? '' : ' and others';
    const message = `Stream ${tenant}/${name} is read by ${names}${more}: stop them first.`;
    throw new MillraceError(failure('stream_in_use', message));
  }
  await temporal.update(
    title,
    streamWorkflowId(temporal.deployment, tenant, name),
    deleteStreamUpdate.name,
    conditionsOf('delete', options),
  );
}

/** Streams have no history, so who asks and why is not said. */
function conditionsOf(what: unknown, options: ChangeOptions): StreamAsking {
  const { requestId, digest, expectedRevision } = asking([what, options.expectedRevision], options);
  return { requestId, digest, expectedRevision };
}

function isSame(present: StreamStatus, { spec, labels, expectedRevision }: PutStreamRequest): boolean {
  const { spec: own, labels: ownLabels, revision } = present;
  if (expectedRevision !== null && expectedRevision !== revision) return false;
  return canonical({ spec, labels }) === canonical({ spec: own, labels: ownLabels });
}
