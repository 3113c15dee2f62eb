/**
 * The world around a job's workflow, scripted: the real Temporal test server, the real workflow code, and activities whose
 * every answer the test decides. A scripted task runs until it is told how to end, fenced like a real one by the ids that a
 * later one names. Time is skipped only where a test says so.
 */
import { createHash } from 'node:crypto';
import { activityInfo, Context, type Info } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { ControlActivities, HostActivities } from '../../src/activities/index.ts';
import { type Failure, type FailureCode, failure } from '../../src/contracts/failure.ts';
import { fenceList } from '../../src/contracts/fencing.ts';
import type { HistoryEntry, HistoryPage } from '../../src/contracts/history.ts';
import { limits } from '../../src/contracts/limits.ts';
import {
  controlQueue,
  defaultDeployment as deployment,
  hostQueue,
  hostsQueue,
  isTransactionalIdOf,
  jobWorkflowId,
  releaseQueue,
} from '../../src/contracts/names.ts';
import type { Operation, RewindTarget } from '../../src/contracts/operation.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { Positions, Standing } from '../../src/contracts/positions.ts';
import type { JobSpec } from '../../src/contracts/spec.ts';
import type { RequestOutcome } from '../../src/contracts/status.ts';
import {
  type BeginTask,
  noCounters,
  type RunTask,
  type TaskEnd,
  type TaskIdentity,
  type Vitals,
} from '../../src/contracts/task.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { startTimeSkipping } from '../../src/dev/time-skipping.ts';
import type { AlteredOffsets } from '../../src/pipeline/runtime/port.ts';
import { workflowBundle } from '../../src/worker/bundle.ts';
import type { Activities } from '../../src/worker/control-queues.ts';
import {
  type Asking,
  applyUpdate,
  type JobStart,
  operateUpdate,
  statusQuery,
  type WorkflowJobStatus,
} from '../../src/workflows/job/messages.ts';
import type { HandOver } from '../../src/workflows/job/state.ts';
import { patienceMs } from '../support/patience.ts';
import { at, kept, type PlainPositions, standing } from '../support/positions.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';
import { answered } from './answered.ts';
import { type ControlOptions, controlWorkers } from './control-workers.ts';

const tenant = 'acme';
const hostId = 'host-1';

/** What the activities of one job answer, and what was asked of them. */
export class Script {
  /** Throws or returns, for each preparation. */
  prepare: (task: TaskIdentity) => void = () => {};
  /** Resolves when the task is healthy. */
  confirm: (task: TaskIdentity) => Promise<void> = async () => {};
  ensureTopics: () => void = () => {};
  /** Resolves when recoveries may begin. */
  admit: () => Promise<void> = async () => {};
  /** Throws or returns, for each time that a former life is fenced. */
  formerLife: () => void = () => {};
  /** Throws or answers, for each reading. The topic `in` is there in any case. */
  committed: () => PlainPositions | Promise<PlainPositions> = () => ({});
  /** Topics as they are, by what is committed in them. */
  standing: (committed: PlainPositions) => Readonly<Record<string, Standing>> = standing;
  /** Where a confirmed task began. */
  began: (task: TaskIdentity) => Positions = ({ index }) => at({ in: { [index]: '7' } });
  /** What a confirmed task was like over its window. */
  vitals: (task: TaskIdentity) => Vitals = () => noVitals;
  /** Throws or answers, for each rewind. */
  altered: (to: RewindTarget) => AlteredOffsets | Promise<AlteredOffsets> = () => ({
    from: at({ in: { 0: '42' } }),
    to: kept({ in: { 0: '0' } }),
  });
  /** Throws or returns, for each writing of history. */
  append: (entries: readonly HistoryEntry[]) => void | Promise<void> = () => {};
  /** What was written, in order, repetitions too. */
  readonly history: HistoryEntry[] = [];
  /** What a drained task answers; null: it never does. */
  drained: TaskEnd | null = { kind: 'drained', by: 'order', positions: at({ in: { 0: '42' } }), counters: noCounters };
  readonly runs: RunTask[] = [];
  /** Clusters on which a former life was fenced, positions were read, and set. */
  readonly clusters: string[] = [];
  /** The queue of each preparation: of all hosts, or of a release. */
  readonly queues: string[] = [];
  readonly fenced = new Set<string>();
  readonly cancelled: TaskIdentity[] = [];
  /** Milliseconds without a heartbeat after which a task begun from then on is given up: no pause of the machine is that long. */
  heartbeatMs = 60_000;
  /** Milliseconds more, for a host whose tasks all come back together. */
  takeUpMs = 0;
  /** Running tasks whose host is dead. */
  readonly #silent = new Set<string>();
  #unheard = false;
  readonly #ending = new Map<string, (end: TaskEnd) => void>();

  /** Ends a running task. */
  end(generation: number, end: TaskEnd, index = 0): void {
    this.#ending.get(`${generation}-${index}`)?.(end);
  }

  /** No heartbeat any more of what runs: to the server, its host is dead. One that comes back to the same name knows nothing of it. */
  silence(): void {
    for (const key of this.running()) this.#silent.add(key);
  }

  /** Orders that the server hands out and nobody gets, for the test that says so. */
  isLost: (order: Pick<Info, 'attempt'>) => boolean = () => false;

  /** Heartbeats cease until the server has noticed; the host lives, and takes its task up again. */
  loseTemporal(): void {
    this.#unheard = true;
  }

  running(): string[] {
    return [...this.#ending.keys()];
  }

  /** A later attempt listens to the task that an earlier one has begun, or begins one that none has. */
  async run({ former, ...rest }: BeginTask, context: Context): Promise<TaskEnd> {
    if (this.isLost(context.info)) return await context.cancelled;
    const order = { ...rest, fence: fenceList(rest.task, former) };
    const { generation, index } = order.task;
    const key = `${generation}-${index}`;
    // A later life of the job begins its generations anew.
    const isBegun = this.runs.some(({ task }) => task.generation === generation && task.index === index);
    const again = context.info.attempt > 1 && isBegun;
    if (again && (this.#silent.has(key) || !this.#ending.has(key))) throw fail('host_lost');
    if (again) this.#unheard = false;
    else {
      this.runs.push(order);
      for (const id of order.fence) this.#fence(id);
    }
    return new Promise<TaskEnd>((resolve, reject) => {
      const timer = setInterval(() => this.#silent.has(key) || this.#unheard || context.heartbeat(), 100);
      const done = (): void => {
        clearInterval(timer);
        this.#ending.delete(key);
      };
      this.#ending.set(key, (end) => {
        done();
        resolve(end);
      });
      context.cancelled.catch((error: unknown) => {
        clearInterval(timer);
        if (context.cancellationDetails?.cancelRequested === true || this.#silent.has(key)) done();
        reject(error instanceof CancelledFailure ? error : new Error(String(error)));
      });
    });
  }

  fence(ids: readonly string[]): void {
    for (const id of ids) this.#fence(id);
  }

  #fence(id: string): void {
    this.fenced.add(id);
    for (const key of this.running()) {
      if (id.endsWith(`-g${key}`)) this.#ending.get(key)?.({ kind: 'superseded', counters: noCounters });
    }
  }
}

export function fail(code: FailureCode, message = `scripted ${code}`): ApplicationFailure {
  const f = failure(code, message);
  return ApplicationFailure.create({ message, type: code, nonRetryable: true, details: [f, []] });
}

export const failedEnd = (code: FailureCode): TaskEnd => ({
  kind: 'failed',
  failure: failure(code, `scripted ${code}`),
  counters: noCounters,
});

export function spec(change: Partial<JobSpec> = {}): JobSpec {
  return {
    sql: 'SELECT a FROM s',
    start: 'earliest',
    onRecreate: 'fail',
    sink: { kafka: { cluster: 'main', topic: 'out', partitions: 1, format: 'json' } },
    delivery: 'exactly_once',
    tasks: { min: 1, max: 1 },
    errors: { policy: 'fail' },
    ...change,
  };
}

export function planOf(s: JobSpec): Plan {
  return {
    hash: createHash('sha256')
      .update(JSON.stringify([s.sql, s.sink, s.errors]))
      .digest('hex')
      .slice(0, 16),
    sql: s.sql,
    sources: [{ stream: 's', topics: [{ cluster: 'main', topic: 'in' }], writerSchema: '"string"' }],
    outputSchema: '{"type":"record","name":"Row","fields":[]}',
    keyed: false,
    readColumns: ['a'],
    output: [{ name: 'a', type: 'VARCHAR', nullable: true }],
    sink: s.sink,
    delivery: s.delivery,
    errors: s.errors,
    start: s.start,
  };
}

/** What a world has otherwise than the others. */
interface More extends ControlOptions {
  /** Milliseconds between two heartbeats of a task; soon, where nothing is said. Many tasks are too much for the real server so. */
  readonly heartbeatsMs?: number;
  readonly activities?: Partial<Activities>;
}

/** Ended hard, since what a test has left there may never end by itself. */
const grace = { identity: 'scripted', shutdownGraceTime: 0, shutdownForceTime: 2_000 };

interface Running {
  end(): Promise<void>;
}
const noWorkers: Running = { end: async () => {} };

function begun(workers: readonly Worker[]): Running {
  const runs = workers.map((w) => w.run());
  const end = async (): Promise<void> => {
    for (const w of workers) w.shutdown();
    await Promise.all(runs.map((r) => r.catch(() => {})));
  };
  return { end };
}

export class Scripted {
  readonly env: TestWorkflowEnvironment;
  readonly #scripts = new Map<string, Script>();
  #control: Running = noWorkers;
  #hosts: Running = noWorkers;
  #server: EmbeddedTemporal | null = null;
  readonly #more: More;

  /** On the time-skipping server, or on another. */
  static async start(
    open: () => Promise<TestWorkflowEnvironment> = startTimeSkipping,
    more: More = {},
  ): Promise<Scripted> {
    installQuietRuntime();
    const env = await open();
    const world = new Scripted(env, more);
    await world.#begin();
    return world;
  }

  /** On the real server, which this world ends: what skips no time meets nothing there that a deployment wouldn't. */
  static async startReal(more: More = {}): Promise<Scripted> {
    const server = await startTemporal({ onProgress: () => {} });
    const world = await Scripted.start(() => TestWorkflowEnvironment.createFromExistingServer(server), more);
    world.#server = server;
    return world;
  }

  constructor(env: TestWorkflowEnvironment, more: More) {
    this.env = env;
    this.#more = more;
  }

  async #begin(): Promise<void> {
    const { prepareTask, ...onHost } = this.#onHosts();
    const queues = [
      { taskQueue: hostsQueue(deployment), activities: { prepareTask } },
      { taskQueue: releaseQueue(deployment, '2.0'), activities: { prepareTask } },
      { taskQueue: hostQueue(deployment, hostId, 'life'), activities: onHost },
    ];
    const heartbeatsMs = this.#more.heartbeatsMs ?? 100;
    const common = {
      connection: this.env.nativeConnection,
      maxHeartbeatThrottleInterval: heartbeatsMs,
      defaultHeartbeatThrottleInterval: heartbeatsMs,
      ...grace,
    };
    this.#control = await this.#beginControl(this.#more);
    this.#hosts = begun(await Promise.all(queues.map((queue) => Worker.create({ ...common, ...queue }))));
  }

  async #beginControl(options: ControlOptions): Promise<Running> {
    const activities = { ...this.#ofControl(), ...this.#more.activities };
    const common = { connection: this.env.nativeConnection, workflowBundle: await workflowBundle(), ...grace };
    return begun(await controlWorkers(activities, common, options));
  }

  /** Another control process takes the place of the one that there is. */
  async replaceControl(options: ControlOptions): Promise<void> {
    await this.#control.end();
    this.#control = await this.#beginControl(options);
  }

  #ofControl(): ControlActivities {
    return {
      compileJob: async ({ spec: s }) => ({ plan: planOf(s), tasksMax: limits.tasksMax }),
      makeStreamTopics: async () => {},
      ensureTopics: async ({ plan }) => this.#byPlan(plan)?.ensureTopics(),
      fenceTasks: async ({ ids }) => {
        for (const [name, script] of this.#scripts) {
          script.fence(ids.filter((id) => isTransactionalIdOf({ deployment, tenant, job: name }, id)));
        }
      },
      fenceFormerLife: async ({ job, cluster }) => {
        this.script(job).clusters.push(cluster);
        this.script(job).formerLife();
      },
      readPositions: async ({ job, cluster }) => {
        const script = this.script(job);
        script.clusters.push(cluster);
        return script.standing({ in: {}, ...(await script.committed()) });
      },
      alterOffsets: async ({ job, cluster, to }) => {
        this.script(job).clusters.push(cluster);
        return this.script(job).altered(to);
      },
      appendHistory: async ({ entries }) => {
        const [first] = entries;
        if (first === undefined) return;
        const script = this.script(first.job);
        await script.append(entries);
        script.history.push(...entries);
      },
      admitRecovery: () => this.script(jobOf(activityInfo())).admit(),
      readHistory: async ({ job }): Promise<HistoryPage> => {
        const items = [...this.script(job).history].reverse();
        return { items, next: null, newer: null };
      },
    };
  }

  #onHosts(): HostActivities {
    const of = (task: TaskIdentity): Script => this.script(task.job);
    return {
      prepareTask: async ({ task }) => {
        of(task).queues.push(activityInfo().taskQueue);
        of(task).prepare(task);
        const producer = { producerId: String(task.generation), producerEpoch: 0 };
        const { heartbeatMs, takeUpMs } = of(task);
        const tuning = { heartbeatMs, healthMs: 10, topicsMs: 1_000, ...(takeUpMs > 0 && { takeUpMs }) };
        return {
          hostId,
          release: releaseOf(activityInfo().taskQueue),
          queue: hostQueue(deployment, hostId, 'life'),
          producer,
          tuning,
        };
      },
      runTask: (order) => of(order.task).run(order, Context.current()),
      confirmTask: async ({ task }) => {
        const context = Context.current();
        if (of(task).isLost(context.info)) await context.cancelled;
        const timer = setInterval(() => context.heartbeat(), 100);
        try {
          // One that never shows its health ends with its worker, or with the order.
          await Promise.race([of(task).confirm(task), context.cancelled]);
        } finally {
          clearInterval(timer);
        }
        return { began: of(task).began(task), vitals: of(task).vitals(task) };
      },
      observeTask: async ({ task }) => of(task).vitals(task),
      drainTask: async ({ task }) => {
        const { drained } = of(task);
        if (drained !== null) of(task).end(task.generation, drained, task.index);
      },
      cancelTask: async ({ task }) => {
        of(task).cancelled.push(task);
        of(task).end(task.generation, { kind: 'cancelled', counters: noCounters }, task.index);
      },
    };
  }

  script(name: string): Script {
    const known = this.#scripts.get(name);
    if (known !== undefined) return known;
    const script = new Script();
    this.#scripts.set(name, script);
    return script;
  }

  #byPlan(plan: Plan): Script | undefined {
    return this.#scripts.get(plan.sink.kafka.topic);
  }

  /** Applies a spec whose output topic is the job's name, which is how topic activities find its script. */
  apply(name: string, change: Partial<JobSpec> = {}, more: ApplyOptions = {}): Promise<RequestOutcome> {
    const s = spec({ sink: { kafka: { cluster: 'main', topic: name, partitions: 1, format: 'json' } }, ...change });
    const request = {
      ...asking(more),
      paused: more.paused ?? false,
      inFlightOnly: more.inFlightOnly ?? false,
      spec: s,
      labels: more.labels ?? {},
      plan: more.plan ?? planOf(s),
      tasksMax: limits.tasksMax,
    };
    return this.#surely(() => {
      const startWorkflowOperation = new WithStartWorkflowOperation<never>('jobWorkflow', {
        workflowId: jobWorkflowId(deployment, tenant, name),
        taskQueue: controlQueue(deployment),
        args: [{ deployment, tenant, name } satisfies JobStart] as never,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      } as never);
      startWorkflowOperation.workflowHandle().catch(() => {});
      return this.env.client.workflow.executeUpdateWithStart(applyUpdate, { args: [request], startWorkflowOperation });
    });
  }

  #surely<T>(ask: () => Promise<T>): Promise<T> {
    return answered(this.env, ask);
  }

  /** Starts a job's workflow and asks nothing of it yet. */
  async begin(name: string, handOver?: HandOver): Promise<void> {
    const start: JobStart = { deployment, tenant, name, ...(handOver === undefined ? {} : { handOver }) };
    const workflowId = jobWorkflowId(deployment, tenant, name);
    await this.env.client.workflow.start('jobWorkflow', {
      workflowId,
      taskQueue: controlQueue(deployment),
      args: [start],
    });
  }

  operate(name: string, operation: Operation, more: AskOptions = {}): Promise<RequestOutcome> {
    const request = { ...asking(more), operation };
    return this.#surely(() => this.handle(name).executeUpdate(operateUpdate, { args: [request] }));
  }

  stop(name: string, mode: 'drain' | 'cancel', requestId: string = crypto.randomUUID()): Promise<RequestOutcome> {
    return this.operate(name, { kind: 'stop', mode }, { requestId });
  }

  handle(name: string) {
    return this.env.client.workflow.getHandle(jobWorkflowId(deployment, tenant, name));
  }

  /** The id of its latest run. */
  async runOf(name: string): Promise<string> {
    return (await this.handle(name).describe()).runId;
  }

  async status(name: string): Promise<WorkflowJobStatus> {
    const status = await this.#surely(() => this.handle(name).query(statusQuery));
    if (status === null) throw new Error(`there is no job ${name}`);
    return status;
  }

  /** Asks until the status is as wanted; a test that waits in vain fails with what it saw last. */
  async until(name: string, wanted: string | ((s: WorkflowJobStatus) => boolean)): Promise<WorkflowJobStatus> {
    const holds = typeof wanted === 'string' ? (s: WorkflowJobStatus) => s.state === wanted : wanted;
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const status = await this.status(name);
      if (holds(status)) return status;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${wanted}: ${JSON.stringify(status, null, 1)}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  /** Ends what a test left running, so that no activity of it holds up the next one's time. */
  async close(): Promise<void> {
    await Promise.all([this.#control.end(), this.#hosts.end()]);
    await this.env.teardown();
    await this.#server?.close();
  }
}

export interface AskOptions {
  readonly requestId?: string;
  readonly expectedRevision?: number | null;
  readonly why?: string;
}

export interface ApplyOptions extends AskOptions {
  /** In the place of the one that the spec makes. */
  readonly plan?: Plan;
  readonly labels?: Readonly<Record<string, string>>;
  readonly paused?: boolean;
  readonly inFlightOnly?: boolean;
}

const asking = ({ requestId, expectedRevision, why }: AskOptions): Asking => ({
  requestId: requestId ?? crypto.randomUUID(),
  digest: '',
  by: 'tester',
  why: why ?? null,
  expectedRevision: expectedRevision ?? null,
});

const noVitals: Vitals = { ms: 10, recordsIn: 0, recordsFailed: 0, lagFirst: 0, lagLast: 0 };

/** The job whose workflow asks. */
const jobOf = ({ workflowExecution }: Info): string => workflowExecution?.workflowId.split('/').at(-1) ?? '';

/** Of the release queue's hosts; of the others, 1.0. */
const releaseOf = (queue: string): string => /@(.+)$/.exec(queue)?.[1] ?? '1.0';

export const outcomeOf = (s: WorkflowJobStatus, requestId: string): RequestOutcome | undefined =>
  s.requests.find((r) => r.requestId === requestId);

/** The failure that a refused update carries. */
export function refusalOf(error: unknown): Failure | null {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof ApplicationFailure ? ((cause.details?.[0] as Failure | undefined) ?? null) : null;
}
