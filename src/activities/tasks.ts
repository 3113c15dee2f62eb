/**
 * A host's activities: the bridge between a job's workflow and the engine. They own heartbeats, and what a cancellation
 * means; the tasks themselves are the engine's.
 */
import { activityInfo, Context } from '@temporalio/activity';
import { fenceList } from '../contracts/fencing.ts';
import type { Tuning } from '../contracts/limits.ts';
import { hostQueue } from '../contracts/names.ts';
import type {
  BeginTask,
  ConfirmedTask,
  PreparedTask,
  PrepareTask,
  TaskEnd,
  TaskIdentity,
  TaskReport,
  Vitals,
} from '../contracts/task.ts';
import type { EnginePort } from '../pipeline/runtime/port.ts';
import { classified } from './classify.ts';

export interface HostDeps {
  readonly deployment: string;
  readonly hostId: string;
  /** What the host announces itself as. */
  readonly release: string;
  readonly tuning: Tuning;
  readonly engine: EnginePort;
}

export interface TaskOrder {
  readonly task: TaskIdentity;
}

export interface ConfirmTask extends TaskOrder {
  /** Milliseconds that the task must stay healthy. */
  readonly healthMs: number;
}

/** A heartbeat's details: telemetry for people, by which the client finds the task it belongs to. */
export interface Heartbeat {
  readonly task: Pick<TaskIdentity, 'generation' | 'index'>;
  readonly report: TaskReport;
}

const nameOf = (t: TaskIdentity): string => `task ${t.index} of generation ${t.generation} of ${t.tenant}/${t.job}`;

/** On the queue of all hosts. Its transactional id is its idempotency key: taken again, the earlier holder is fenced. */
export function prepareTask(deps: HostDeps, order: PrepareTask): Promise<PreparedTask> {
  const { deployment, hostId, release, tuning, engine } = deps;
  return classified(`${nameOf(order.task)} was prepared on ${hostId}`, async () => {
    const producer = await engine.prepare(order);
    return { hostId, release, queue: hostQueue(deployment, hostId), producer, tuning };
  });
}

/** Runs until the task ends. Never retried: the producer id and epoch of the order are good for one life. */
export function runTask({ hostId, engine }: HostDeps, { former, ...order }: BeginTask): Promise<TaskEnd> {
  const { task } = order;
  const context = Context.current();
  const beat = heartbeater(context, task);
  const cancel = (): void => {
    endAsAsked(engine, task, context).catch((error: unknown) => context.log.error('cancel failed', { error }));
  };
  context.cancellationSignal.addEventListener('abort', cancel, { once: true });
  return classified(`${nameOf(task)} ran on ${hostId}`, async () => {
    try {
      const end = await engine.run({ ...order, fence: fenceList(task, former) }, beat.report);
      context.log.warn(`${nameOf(task)} ended: ${inWords(end)}`);
      return end;
    } finally {
      beat.stop();
      context.cancellationSignal.removeEventListener('abort', cancel);
    }
  });
}

/** One line of an operator's log; a workflow's history has the rest. */
function inWords(end: TaskEnd): string {
  if (end.kind === 'failed') return `failed: ${end.failure.message}`;
  if (end.kind === 'drained') return `drained (${end.by})`;
  return end.kind === 'superseded' && end.refusal !== undefined ? `superseded: ${end.refusal}` : end.kind;
}

/**
 * A worker that shuts down lets its tasks finish. Only a workflow that still knows the task cancels it; whatever else
 * ends it (its run is gone, its heartbeats came too late) means that another has taken over or will: it must not commit.
 */
async function endAsAsked(engine: EnginePort, task: TaskIdentity, context: Context): Promise<void> {
  const details = context.cancellationDetails;
  if (details?.workerShutdown === true) await engine.drain(task, 'host_shutdown');
  else await engine.cancel(task, details?.cancelRequested === true ? 'cancelled' : 'superseded');
}

/** Heartbeats on a clock of its own: an engine that reports late is not a dead host. */
function heartbeater(context: Context, task: TaskIdentity) {
  const { generation, index } = task;
  let last: Heartbeat | undefined;
  const timer = setInterval(
    () => context.heartbeat(last),
    Math.min(1_000, (activityInfo().heartbeatTimeoutMs ?? 30_000) / 5),
  );
  context.heartbeat();
  return {
    report: (report: TaskReport): void => {
      last = { task: { generation, index }, report };
    },
    stop: (): void => clearInterval(timer),
  };
}

/** Waits for health; ends with the workflow's patience, not with the task. */
export function confirmTask({ hostId, engine }: HostDeps, { task, healthMs }: ConfirmTask): Promise<ConfirmedTask> {
  return classified(`${nameOf(task)} was to show its health on ${hostId}`, () => engine.confirm(task, healthMs));
}

/** What a running task was like in its last seconds; null where that isn't known. */
export function observeTask({ hostId, engine }: HostDeps, { task }: TaskOrder): Promise<Vitals | null> {
  return classified(`${nameOf(task)} was observed on ${hostId}`, () => engine.observe(task));
}

/** An order: the running activity answers it by ending. */
export function drainTask({ hostId, engine }: HostDeps, { task }: TaskOrder): Promise<void> {
  return classified(`${nameOf(task)} was drained on ${hostId}`, () => engine.drain(task, 'order'));
}

/** An order: the running activity answers it by ending; a task that is only prepared gives its slot back. */
export function cancelTask({ hostId, engine }: HostDeps, { task }: TaskOrder): Promise<void> {
  return classified(`${nameOf(task)} was cancelled on ${hostId}`, () => engine.cancel(task, 'cancelled'));
}
