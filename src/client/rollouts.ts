/** Rollouts: starting and steering them, and reading how they go. The workflow decides; here orders are checked and messages sent. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { mistakeOfAsker, refuseReuse } from '../contracts/asking.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { controlQueue, outcomesWorkflowId, readingQueue, rolloutWorkflowId } from '../contracts/names.ts';
import { parseRollout, parseRolloutId, type RolloutOrderInput } from '../contracts/rollout.ts';
import { admissions } from '../contracts/rollout-operations.ts';
import type {
  OutcomePage,
  ReadOutcomes,
  RolloutRequest,
  RolloutState,
  RolloutStatus,
  RolloutSummary,
} from '../contracts/rollout-status.ts';
import type { Page } from '../contracts/status.ts';
import {
  type OperateRollout,
  operateRolloutUpdate,
  type ReadOutcomesWorkflow,
  type RolloutMemo,
  type RolloutStart,
  readOutcomesWorkflowType,
  rolloutQuery,
  rolloutWorkflowType,
} from '../workflows/rollout/messages.ts';
import { asking } from './asking.ts';
import { notFound, nullIfNotFound, nullIfUnavailable } from './errors.ts';
import { listPage, ofDeployment, quote } from './listing.ts';
import type { MillraceClientPort } from './port.ts';
import { previewRollout } from './rollout-preview.ts';
import type {
  OutcomeOptions,
  PageOptions,
  RolloutAsking,
  RolloutsPort,
  StartedRollout,
  StartOptions,
  WaitForRollout,
} from './rollouts-port.ts';
import type { Temporal } from './temporal.ts';

/** Milliseconds that a page of outcomes may take, and a wait where the caller names none. */
const readMsMax = 30_000;
const waitMsDefault = 600_000;
/** Milliseconds between two looks: first, and at most. */
const pauseMsFirst = 100;
const pauseMsMax = 1_000;

const title = (id: string): string => `rollout ${id}`;

export function rolloutsOf(temporal: Temporal, jobs: MillraceClientPort): RolloutsPort {
  return {
    start: (order, options = {}) => start(temporal, order, options),
    preview: async (order, page = {}) => previewRollout(temporal, jobs, parseRollout(order), page),
    get: (id) => get(temporal, id),
    list: (options = {}) => list(temporal, options),
    operate: (id, operation, options = {}) => operate(temporal, { ...askerOf(operation, options), operation }, id),
    outcomes: (id, options = {}) => outcomes(temporal, id, options),
    wait: (id, until, options = {}) => wait(temporal, id, until, options),
  };
}

function askerOf(asked: unknown, options: RolloutAsking) {
  const { requestId, digest, by, why } = asking(asked, options);
  const mistake = mistakeOfAsker({ requestId, by, why });
  if (mistake !== null) throw new MillraceError(failure('invalid_spec', mistake));
  return { requestId, digest, by, why };
}

async function start(temporal: Temporal, input: RolloutOrderInput, options: StartOptions): Promise<StartedRollout> {
  const order = parseRollout(input);
  const { digest, ...asker } = askerOf({ order, id: options.id }, options);
  const { requestId, by, why } = asker;
  const id = parseRolloutId(options.id ?? `r-${createHash('sha256').update(requestId).digest('hex').slice(0, 12)}`);
  const argument: RolloutStart = { deployment: temporal.deployment, id, order, asker };
  const memo: RolloutMemo = {
    requestId,
    digest,
    action: order.action.kind,
    by,
    why,
    startedAt: new Date().toISOString(),
  };
  await temporal.call(title(id), async (client) => {
    try {
      await client.workflow.start(rolloutWorkflowType, {
        workflowId: rolloutWorkflowId(temporal.deployment, id),
        taskQueue: controlQueue(temporal.deployment),
        args: [argument],
        memo: { ...memo },
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const present = await client.workflow.getHandle(rolloutWorkflowId(temporal.deployment, id)).describe();
      if (present.memo?.['requestId'] === requestId) {
        const reused = refuseReuse({ requestId, digest: String(present.memo['digest'] ?? digest) }, digest);
        if (reused !== null) throw new MillraceError(reused);
        return;
      }
      const message = `There is a rollout ${id} already: give another id, or none.`;
      throw new MillraceError(failure('forbidden_state', message));
    }
  });
  return { id, requestId };
}

function get(temporal: Temporal, id: string): Promise<RolloutStatus> {
  return temporal.call(title(id), (client) =>
    client.workflow.getHandle(rolloutWorkflowId(temporal.deployment, id)).query<RolloutStatus, []>(rolloutQuery.name),
  );
}

async function operate(
  temporal: Temporal,
  request: OperateRollout & { readonly digest: string },
  id: string,
): Promise<RolloutRequest> {
  try {
    return await temporal.update<RolloutRequest>(
      title(id),
      rolloutWorkflowId(temporal.deployment, id),
      operateRolloutUpdate.name,
      request,
    );
  } catch (error) {
    if (!(error instanceof MillraceError && error.failure.code === 'not_found')) throw error;
    return answerOfEnded(await get(temporal, id), request);
  }
}

/** A workflow that has ended takes no update, and is still asked how it stands. */
function answerOfEnded({ id, state, requests }: RolloutStatus, request: OperateRollout): RolloutRequest {
  const { requestId, operation } = request;
  const known = requests.find((r) => r.requestId === requestId);
  if (known !== undefined) {
    const reused = refuseReuse({ requestId, digest: known.asked }, operation);
    if (reused !== null) throw new MillraceError(reused);
    return known;
  }
  const admission = admissions[operation][state];
  if (admission === 'already') return { requestId, asked: operation, outcome: 'unchanged' };
  const why = typeof admission === 'object' ? admission.refused : `its workflow was ended while it was ${state}.`;
  throw new MillraceError(failure('forbidden_state', `Rollout ${id} can't ${operation}: ${why}`));
}

async function list(
  temporal: Temporal,
  { state, ...page }: PageOptions & { readonly state?: RolloutState },
): Promise<Page<RolloutSummary>> {
  const conditions = [
    ofDeployment(temporal.deployment),
    `WorkflowType = ${quote(rolloutWorkflowType)}`,
    // A rollout is its last run.
    `ExecutionStatus != 'ContinuedAsNew'`,
    ...(state === undefined ? [] : [`MillraceState = ${quote(state)}`]),
  ];
  const { items, next } = await temporal.call('the list of rollouts', (client) =>
    listPage(client, conditions.join(' AND '), page),
  );
  return {
    items: items.map(({ workflowId, attributes, memo }): RolloutSummary => {
      const { action, by, why, startedAt, progress } = memo as unknown as RolloutMemo;
      const id = workflowId.slice(workflowId.indexOf('/') + 1);
      const rolloutState = (attributes['MillraceState'] ?? 'selecting') as RolloutState;
      // A memo that is written again loses what is null in it.
      return { id, state: rolloutState, action, by, why: why ?? null, startedAt, ...(progress ?? nothingYet) };
    }),
    next,
  };
}

const nothingYet: NonNullable<RolloutMemo['progress']> = {
  total: null,
  counts: { done: 0, unchanged: 0, skipped: 0, failed: 0, rolled_back: 0, not_begun: 0 },
};

async function outcomes(temporal: Temporal, id: string, options: OutcomeOptions): Promise<OutcomePage> {
  const { cursor = null, outcome = null, limit = limits.pageRowsDefault } = options;
  const status = cursor === null ? await get(temporal, id).catch(nullIfNotFound) : null;
  if (status !== null && status.logOffset === null) return { items: [], next: null };
  const logOffset = status?.logOffset ?? 0;
  const order: ReadOutcomes = { deployment: temporal.deployment, id, cursor, logOffset, limit, only: outcome };
  const page = await temporal.call(`outcomes of ${title(id)}`, (client) =>
    client.workflow.execute<ReadOutcomesWorkflow>(readOutcomesWorkflowType, {
      workflowId: outcomesWorkflowId(temporal.deployment, id, randomUUID()),
      taskQueue: readingQueue(temporal.deployment),
      args: [order],
      workflowExecutionTimeout: readMsMax,
    }),
  );
  // Neither Temporal nor the audit topic knows anything of it.
  if (cursor === null && status === null && page.items.length === 0 && page.next === null) throw notFound(title(id));
  return page;
}

async function wait(
  temporal: Temporal,
  id: string,
  until: (status: RolloutStatus) => boolean,
  { timeoutMs = waitMsDefault, onStatus }: WaitForRollout,
): Promise<RolloutStatus> {
  const deadline = Date.now() + timeoutMs;
  let last = 'Temporal gave no answer';
  for (let pauseMs = pauseMsFirst; ; pauseMs = Math.min(pauseMsMax, pauseMs * 1.5)) {
    const status = await get(temporal, id).catch(nullIfUnavailable);
    if (status !== null) {
      onStatus?.(status);
      if (until(status)) return status;
      if (status.state === 'aborted' || status.state === 'finished') {
        const message = `The ${title(id)} has ended (${status.state}): what is waited for can't come any more.`;
        throw new MillraceError(failure('forbidden_state', message));
      }
      last = `it is ${status.state}: ${status.cause?.message ?? status.next}`;
    }
    if (Date.now() + pauseMs > deadline) {
      throw new MillraceError(failure('unhealthy', `The ${title(id)} did not get there in ${timeoutMs} ms; ${last}`));
    }
    await sleep(pauseMs);
  }
}
