/** The workflows' only side effects, in two sets: those of the control process and those of a host. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryPage, ReadHistory } from '../contracts/history.ts';
import { limits } from '../contracts/limits.ts';
import type { CompileJob, Plan, Planned } from '../contracts/plan.ts';
import type { Standing } from '../contracts/positions.ts';
import type { BeginTask, ConfirmedTask, PreparedTask, PrepareTask, TaskEnd, Vitals } from '../contracts/task.ts';
import type { TopicAppender } from '../pipeline/kafka/index.ts';
import type { AlteredOffsets, AlterOffsets, FenceFormerLife, FenceTransactionalIds } from '../pipeline/runtime/port.ts';
import { type AlterOffsetsOrder, alterJobOffsets } from './alter-offsets.ts';
import { classified } from './classify.ts';
import { type CompileDeps, compileJob } from './compile-job.ts';
import { FairQueue } from './fair-queue.ts';
import { type FenceTasks, fenceTasks } from './fence.ts';
import { type FormerLife, fenceFormerLife } from './former-life.ts';
import { type AppendHistory, appendHistory, readHistory } from './history.ts';
import { ensureOutputTopics } from './output-topics.ts';
import { type ReadPositions, readPositions } from './positions.ts';
import { type MakeTopics, makeStreamTopics } from './stream-topics.ts';
import {
  type ConfirmTask,
  cancelTask,
  confirmTask,
  drainTask,
  type HostDeps,
  observeTask,
  prepareTask,
  runTask,
  type TaskOrder,
} from './tasks.ts';

export interface ControlActivities {
  /** Compiles a spec against its tenant's streams; fails with every problem at its place. */
  compileJob(order: CompileJob): Promise<Planned>;
  /** Creates a stream's topics where they are missing and it says how they are made. */
  makeStreamTopics(order: MakeTopics): Promise<void>;
  /** Creates a plan's output topics where they are missing. */
  ensureTopics(order: { readonly plan: Plan }): Promise<void>;
  /** Nobody who holds one of these transactional ids can commit any more. */
  fenceTasks(order: FenceTasks): Promise<void>;
  /** No task of an earlier workflow of this job can commit any more. */
  fenceFormerLife(order: FormerLife): Promise<void>;
  /** Where a job stands: its topics as they are, and its committed offsets in them. */
  readPositions(order: ReadPositions): Promise<Readonly<Record<string, Standing>>>;
  /**
   * Sets where a job goes on reading, while none of its tasks can commit. Fails with `offset_out_of_range` or
   * `invalid_spec`, which the owner has to mend, and nothing changed.
   */
  alterOffsets(order: AlterOffsetsOrder): Promise<AlteredOffsets>;
  /** Writes entries to the audit topic, in this order. Written twice, they are told once. */
  appendHistory(order: AppendHistory): Promise<void>;
  /** Leave to begin a recovery: the worker that gives it does so at a bounded rate. */
  admitRecovery(): Promise<void>;
  /** One page of a job's history. */
  readHistory(order: ReadHistory): Promise<HistoryPage>;
}

export interface HostActivities {
  prepareTask(order: PrepareTask): Promise<PreparedTask>;
  runTask(order: BeginTask): Promise<TaskEnd>;
  confirmTask(order: ConfirmTask): Promise<ConfirmedTask>;
  /** Its vitals of late: what a later generation is compared with. */
  observeTask(order: TaskOrder): Promise<Vitals | null>;
  drainTask(order: TaskOrder): Promise<void>;
  cancelTask(order: TaskOrder): Promise<void>;
}

export interface ControlDeps extends CompileDeps {
  readonly fence: FenceTransactionalIds;
  readonly fenceFormerLife: FenceFormerLife;
  readonly alterOffsets: AlterOffsets;
  /** To the audit topic. */
  readonly audit: TopicAppender;
}

export function createControlActivities(deps: ControlDeps): ControlActivities {
  const waiting = { waitingPerKey: limits.tenantWaitingMax, waitMsMax: limits.tenantWaitMsMax };
  const planning = new FairQueue({ atOnce: limits.planningAtOnce, perKey: limits.planningPerTenant, ...waiting });
  const reading = new FairQueue({ atOnce: limits.readingAtOnce, perKey: limits.readingPerTenant, ...waiting });
  return {
    compileJob: (order) =>
      classified(`${order.tenant}/${order.name} was compiled`, () =>
        planning.run(order.tenant, () => compileJob(deps, order)),
      ),
    makeStreamTopics: (order) =>
      classified(`the topics of stream ${order.tenant}/${order.name} were created`, () =>
        planning.run(order.tenant, () => makeStreamTopics(deps, order)),
      ),
    ensureTopics: ({ plan }) =>
      classified(`the topics of plan ${plan.hash} were created`, () => ensureOutputTopics(deps.admins, plan)),
    fenceTasks: (order) => classified('tasks were fenced', () => fenceTasks(deps.clusters, deps.fence, order)),
    fenceFormerLife: (order) =>
      classified(`a former life of ${order.tenant}/${order.job} was fenced`, () =>
        fenceFormerLife(deps.clusters, deps.fenceFormerLife, order),
      ),
    readPositions: (order) =>
      classified(`positions of ${order.tenant}/${order.job} were read`, () =>
        readPositions(deps.clusters, deps.readStanding, order),
      ),
    alterOffsets: (order) =>
      classified(`offsets of ${order.tenant}/${order.job} were set`, () =>
        alterJobOffsets(deps.clusters, deps.alterOffsets, order),
      ),
    admitRecovery: () => sleep(Math.random() * limits.recoverySpreadMs),
    appendHistory: (order) => classified('history was written', () => appendHistory(deps.audit, order)),
    readHistory: (order) =>
      classified(`the history of ${order.tenant}/${order.job} was read`, () =>
        reading.run(order.tenant, () => readHistory(deps.audit, order)),
      ),
  };
}

export function createHostActivities(deps: HostDeps): HostActivities {
  return {
    prepareTask: (order) => prepareTask(deps, order),
    runTask: (order) => runTask(deps, order),
    confirmTask: (order) => confirmTask(deps, order),
    observeTask: (order) => observeTask(deps, order),
    drainTask: (order) => drainTask(deps, order),
    cancelTask: (order) => cancelTask(deps, order),
  };
}
