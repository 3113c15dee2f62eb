/**
 * A host's activities: the bridge between a job's workflow and the engine. They own heartbeats, what a cancellation means,
 * and what becomes of a task whose workflow can't be reached; the tasks themselves are the engine's.
 */
import { Context } from '@temporalio/activity';
import { type ActivityCancellationDetails, ApplicationFailure } from '@temporalio/common';
import { failure, MillraceError } from '../contracts/failure.ts';
import { fenceList } from '../contracts/fencing.ts';
import type { Tuning } from '../contracts/limits.ts';
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
import { teller } from './tell-job.ts';

export interface HostDeps {
  readonly hostId: string;
  /** On which its process takes orders for its tasks. */
  readonly queue: string;
  /** What the host announces itself as. */
  readonly release: string;
  readonly tuning: Tuning;
  readonly engine: EnginePort;
  /** Aborted when the worker that runs these activities has given up: no answer of theirs arrives any more. */
  readonly lost: AbortSignal;
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
  const { hostId, queue, release, tuning, engine } = deps;
  return classified(`${nameOf(order.task)} was prepared on ${hostId}`, async () => {
    const producer = await engine.prepare(order);
    return { hostId, release, queue, producer, tuning };
  });
}

/**
 * A line between a task and its workflow: it answers how the task ends, and breaks without ending it. The task is begun once, since its
 * producer id and epoch are good for one life: by the first attempt, or by a later one where no earlier has arrived, as when the server
 * handed it out and its answer was lost. Any other takes the place of a line that broke.
 */
export async function runTask({ hostId, engine, lost }: HostDeps, { former, ...order }: BeginTask): Promise<TaskEnd> {
  const { task } = order;
  const context = Context.current();
  const beat = heartbeater(context, task);
  const line = lineOf(context, lost, () => engine.cancel(task, 'cancelled'));
  const run = async (): Promise<TaskEnd> => {
    const ending =
      context.info.attempt === 1 || engine.isPrepared(task)
        ? engine.run({ ...order, fence: fenceList(task, former) }, beat.report)
        : engine.adopt(task, beat.report);
    if (ending === null)
      throw new MillraceError(failure('host_lost', `The host ${hostId} was started anew meanwhile.`));
    const end = await Promise.race([ending, line.broken]);
    context.log.warn(`${nameOf(task)} ended: ${inWords(end)}`);
    return end;
  };
  try {
    return await classified(`${nameOf(task)} ran on ${hostId}`, run, true);
  } catch (error) {
    if (error instanceof BrokenLine) {
      engine.leave(task, beat.report);
      context.log.warn(`${nameOf(task)} goes on unheard: ${error.message}`);
    }
    throw error;
  } finally {
    beat.stop();
    line.close();
  }
}

/** One line of an operator's log; a workflow's history has the rest. */
function inWords(end: TaskEnd): string {
  if (end.kind === 'failed') return `failed: ${end.failure.message}`;
  if (end.kind === 'drained') return `drained (${end.by})`;
  return end.kind === 'superseded' && end.refusal !== undefined ? `superseded: ${end.refusal}` : end.kind;
}

/** To the server: another attempt may be worth it. */
class BrokenLine extends ApplicationFailure {
  constructor(why: string) {
    super(`The host lost its line to the job's workflow: ${why}.`, 'broken_line', false);
  }
}

/**
 * What a cancellation means. A workflow that still knows the task may end it. Everything else that the SDK cancels for tells of
 * Temporal and nothing of the task: heartbeats that came too late, a run that is gone, a worker that ends or has given up. Whether another has
 * taken over is Kafka's to say, by refusing the task's commits; and a host that is told to go drains its tasks by itself.
 */
function lineOf(context: Context, lost: AbortSignal, cancel: () => Promise<void>) {
  const { cancellationSignal } = context;
  let broke = (_why: BrokenLine): void => {};
  const broken = new Promise<never>((_, reject) => {
    broke = reject;
  });
  broken.catch(() => {});
  const onAbort = (): void => {
    const why = context.cancellationDetails;
    if (why?.cancelRequested !== true) broke(new BrokenLine(inShort(why)));
    else cancel().catch((error: unknown) => context.log.error('cancel failed', { error }));
  };
  const onLost = (): void => broke(new BrokenLine('Temporal has refused its worker'));
  cancellationSignal.addEventListener('abort', onAbort, { once: true });
  lost.addEventListener('abort', onLost, { once: true });
  const close = (): void => {
    cancellationSignal.removeEventListener('abort', onAbort);
    lost.removeEventListener('abort', onLost);
  };
  return { broken, close };
}

function inShort(why: ActivityCancellationDetails | undefined): string {
  if (why?.notFound === true) return 'Temporal does not know this attempt any more';
  if (why?.timedOut === true) return 'its heartbeats did not reach Temporal in time';
  if (why?.workerShutdown === true) return 'the worker ends';
  return 'the activity was paused or reset';
}

/** What a task reports, on its way. Heartbeats go on a clock of their own: an engine that reports late is not a dead host. */
function heartbeater(context: Context, task: TaskIdentity) {
  const { generation, index } = task;
  const tell = teller(context, task);
  let last: Heartbeat | undefined;
  const stop = beating(context, () => last);
  return {
    report: (report: TaskReport): void => {
      last = { task: { generation, index }, report };
      tell(report);
    },
    stop,
  };
}

/** Heartbeats, at once and on a clock of their own, until the answer is called. */
function beating(context: Context, details: () => Heartbeat | undefined = () => undefined): () => void {
  const everyMs = Math.min(1_000, (context.info.heartbeatTimeoutMs ?? 30_000) / 5);
  const timer = setInterval(() => context.heartbeat(details()), everyMs);
  context.heartbeat(details());
  return () => clearInterval(timer);
}

/** Waits for health; ends with the workflow's patience, not with the task. Only an order that didn't arrive is worth another attempt. */
export async function confirmTask(
  { hostId, engine }: HostDeps,
  { task, healthMs }: ConfirmTask,
): Promise<ConfirmedTask> {
  const stop = beating(Context.current());
  const during = `${nameOf(task)} was to show its health on ${hostId}`;
  try {
    return await classified(during, () => engine.confirm(task, healthMs), true);
  } finally {
    stop();
  }
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
