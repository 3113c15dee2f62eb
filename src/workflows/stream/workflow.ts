/**
 * The durable memory of one stream: its spec, its revision, and who asked for what. Everything is done in the handlers;
 * the loop only waits for the end, or for a history that has grown long.
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { mistakeOfAsker, refuseReuse } from '../../contracts/asking.ts';
import { type Failure, failure } from '../../contracts/failure.ts';
import { jsonBytes } from '../../contracts/json-bytes.ts';
import { limits } from '../../contracts/limits.ts';
import { searchAttributes, streamWorkflowId, topicKey } from '../../contracts/names.ts';
import type { StreamStatus } from '../../contracts/status.ts';
import { refusal } from '../failure.ts';
import { upgraded, type Versioned, versionAfter } from '../upgrade.ts';
import {
  deleteStreamUpdate,
  type PutStreamRequest,
  putStreamUpdate,
  type StreamAsking,
  type StreamStart,
  streamQuery,
} from './messages.ts';
import { streamSteps } from './upgrade-steps.ts';

/** Argument and state in one: plain JSON. */
export interface StreamData extends StreamStart, Versioned {
  readonly status: StreamStatus;
  readonly deleted: boolean;
  /** Past requests and the revision that each made, oldest first. */
  readonly requests: readonly Pick<Past, 'requestId' | 'digest' | 'revision'>[];
}

interface Past extends StreamAsking {
  readonly revision: number;
}

export async function streamWorkflow(argument: StreamStart | StreamData): Promise<void> {
  const { tenant, name } = argument;
  let data: StreamData | null =
    'status' in argument ? upgraded(`stream ${tenant}/${name}`, argument, streamSteps) : null;

  const refuse = (asked: StreamAsking): Failure | null => {
    const known = data?.requests.find((r) => r.requestId === asked.requestId);
    if (known !== undefined) return refuseReuse(known, asked.digest);
    if (data?.deleted) return failure('forbidden_state', `Stream ${tenant}/${name} is being deleted: try again.`);
    const mistake = mistakeOfAsker({ requestId: asked.requestId, by: 'nobody', why: null });
    if (mistake !== null) return failure('invalid_spec', mistake);
    const bytes = jsonBytes(asked);
    if (bytes > limits.streamBytesMax) {
      return failure(
        'invalid_spec',
        `The stream has ${bytes} bytes of JSON, and its workflow takes ${limits.streamBytesMax}.`,
      );
    }
    return refuseStale(`${tenant}/${name}`, data?.status.revision ?? 0, asked.expectedRevision);
  };

  setHandler(
    putStreamUpdate,
    (request) => {
      data = accept(data ?? create(argument), request);
      return data.status;
    },
    { validator: (request) => throwIf(refuse(request)) },
  );
  setHandler(
    deleteStreamUpdate,
    (request) => {
      data = remember({ ...(data as StreamData), deleted: true }, request);
      return data.status;
    },
    { validator: (request) => throwIf(data === null ? missing(tenant, name) : refuse(request)) },
  );
  setHandler(streamQuery, () => data?.status ?? null);

  await condition(() => data !== null, limits.firstApplyMs, { summary: 'longest wait for the first accepted spec' });
  const current = (): StreamData | null => data;
  for (let shown = 0; current() !== null && current()?.deleted !== true; ) {
    const { deployment, status } = current() as StreamData;
    if (shown !== status.revision) publish(deployment, status);
    shown = status.revision;
    await condition(() => current()?.deleted === true || current()?.status.revision !== shown || isLong());
    if (isLong() && current()?.deleted !== true) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof streamWorkflow>(current() as StreamData);
    }
  }
  await condition(allHandlersFinished);
}

const create = ({ deployment, tenant, name }: StreamStart): StreamData => ({
  stateVersion: versionAfter(streamSteps),
  deployment,
  tenant,
  name,
  status: { tenant, name, revision: 0, labels: {}, spec: { topics: [], schema: { avro: '' }, ordering: 'key' } },
  deleted: false,
  requests: [],
});

/** The same request, or the same spec, changes nothing. */
function accept(data: StreamData, request: PutStreamRequest): StreamData {
  const { requestId, spec, labels } = request;
  if (data.requests.some((r) => r.requestId === requestId)) return data;
  const { status } = data;
  const same = JSON.stringify([status.spec, status.labels]) === JSON.stringify([spec, labels]);
  return remember(
    same ? data : { ...data, status: { ...status, revision: status.revision + 1, spec, labels } },
    request,
  );
}

const remember = (data: StreamData, { requestId, digest }: StreamAsking): StreamData => ({
  ...data,
  requests: [...data.requests, { requestId, digest, revision: data.status.revision }].slice(-limits.requestsKeptMax),
});

function refuseStale(name: string, at: number, expected: number | null): Failure | null {
  if (expected === null || expected === at) return null;
  const is = at === 0 ? 'does not exist' : `is at revision ${at}`;
  return failure(
    'stale_revision',
    `Stream ${name} ${is}, the change is based on revision ${expected}: read it again and repeat the change.`,
  );
}

function publish(deployment: string, status: StreamStatus): void {
  upsertSearchAttributes([
    { key: defineSearchAttributeKey('MillraceTenant', searchAttributes.MillraceTenant), value: status.tenant },
    {
      key: defineSearchAttributeKey('MillraceTopics', searchAttributes.MillraceTopics),
      value: status.spec.topics.map((t) => topicKey(t.cluster, t.topic)),
    },
    { key: defineSearchAttributeKey('MillraceRevision', searchAttributes.MillraceRevision), value: status.revision },
  ]);
  const topics = status.spec.topics.map((t) => `- \`${t.topic}\` on \`${t.cluster}\``);
  setCurrentDetails(
    [
      `### ${streamWorkflowId(deployment, status.tenant, status.name)}`,
      `revision ${status.revision}`,
      '',
      ...topics,
    ].join('\n'),
  );
}

const missing = (tenant: string, name: string): Failure =>
  failure('not_found', `There is no stream ${tenant}/${name}.`);
const isLong = (): boolean =>
  workflowInfo().continueAsNewSuggested || workflowInfo().historyLength >= limits.historyEventsMax;

function throwIf(cause: Failure | null): void {
  if (cause !== null) throw refusal(cause);
}
