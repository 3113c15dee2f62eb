/**
 * The world around a rollout's workflow, scripted: the real Temporal test server, the real workflow code, and jobs and an
 * audit topic whose every answer the test decides. Time is skipped only where a test says so.
 */
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import type { ActOnJob } from '../../src/activities/act-on-job.ts';
import type { RolloutActivities } from '../../src/activities/rollout.ts';
import { limits } from '../../src/contracts/limits.ts';
import { controlQueue, defaultDeployment as deployment, rolloutWorkflowId } from '../../src/contracts/names.ts';
import type { JobRef, RolloutStrategy } from '../../src/contracts/rollout.ts';
import { waveSizes } from '../../src/contracts/rollout-jobs.ts';
import type {
  JobOutcome,
  JobOutcomeKind,
  NumberedEntry,
  RolloutOperation,
  RolloutRequest,
  RolloutStatus,
} from '../../src/contracts/rollout-status.ts';
import { startTimeSkipping } from '../../src/dev/time-skipping.ts';
import { workflowBundle } from '../../src/worker/bundle.ts';
import { operateRolloutUpdate, type RolloutStart, rolloutQuery } from '../../src/workflows/rollout/messages.ts';
import { patienceMs } from '../support/patience.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';
import { answered } from './answered.ts';
import { controlWorkers } from './control-workers.ts';

type HistoryEvents = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/** A door that is open until it is shut. */
export class Gate {
  #open: Promise<void> = Promise.resolve();
  #release = (): void => {};
  /** How often somebody came to it. */
  passed = 0;

  shut(): void {
    this.#open = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  open(): void {
    this.#release();
  }

  async pass(): Promise<void> {
    this.passed += 1;
    await this.#open;
  }
}

/** What the activities of one rollout answer, and what was asked of them. */
export class Script {
  jobs: readonly JobRef[] = [];
  pageJobs: number = limits.rolloutPageJobs;
  /** What becomes of each job. */
  act: (name: string) => JobOutcomeKind | Promise<JobOutcomeKind> = () => 'done';
  /** Names of the jobs that are found failed after each bake time. */
  regressed: (wave: number) => readonly string[] = () => [];
  /** Before each of these is answered. */
  readonly gates = { selecting: new Gate(), reading: new Gate(), appending: new Gate() };
  /** Thrown by the listing, where it is set. */
  refused: Error | null = null;
  /** Jobs that were begun, in order. */
  readonly begun: string[] = [];
  readonly asked: ActOnJob[] = [];
  underWay = 0;
  mostUnderWay = 0;
  readonly log: NumberedEntry[] = [];

  count(total: number): void {
    this.jobs = Array.from({ length: total }, (_, i) => ({ tenant: 'acme', name: `job-${i + 1}` }));
  }

  /** Outcomes in the log, each entry once. */
  outcomes(): JobOutcome[] {
    const seen = new Map(this.log.map((e) => [e.seq, e]));
    return [...seen.values()].flatMap((e) => (e.kind === 'outcomes' ? e.outcomes : []));
  }

  transitions(): string[] {
    const seen = new Map(this.log.map((e) => [e.seq, e]));
    return [...seen.values()].flatMap((e) => (e.kind === 'transition' ? [e.to] : []));
  }

  pages(canary: RolloutStrategy['canary']) {
    let from = 0;
    return waveSizes(this.jobs.length, canary).flatMap((size, wave) => {
      const jobs = this.jobs.slice(from, from + size);
      from += size;
      const count = Math.ceil(size / this.pageJobs);
      return Array.from({ length: count }, (_, i) => {
        return { wave, ends: i === count - 1, jobs: jobs.slice(i * this.pageJobs, (i + 1) * this.pageJobs) };
      });
    });
  }
}

export class ScriptedRollouts {
  readonly env: TestWorkflowEnvironment;
  readonly #scripts = new Map<string, Script>();
  readonly #canary = new Map<string, RolloutStrategy['canary']>();
  readonly #workers: Worker[] = [];
  #runs: Promise<void>[] = [];

  /** On the time-skipping server, or on another. */
  static async start(open: () => Promise<TestWorkflowEnvironment> = startTimeSkipping): Promise<ScriptedRollouts> {
    installQuietRuntime();
    const world = new ScriptedRollouts(await open());
    await world.#work();
    return world;
  }

  constructor(env: TestWorkflowEnvironment) {
    this.env = env;
  }

  async #work(): Promise<void> {
    const connection = this.env.nativeConnection;
    const grace = { identity: 'scripted', shutdownGraceTime: 0, shutdownForceTime: 2_000 };
    const bundle = await workflowBundle();
    this.#workers.push(...(await controlWorkers(this.#activities(), { connection, workflowBundle: bundle, ...grace })));
    this.#runs = this.#workers.map((w) => w.run());
  }

  #activities(): RolloutActivities {
    const pages = (id: string) => this.script(id).pages(this.#canary.get(id) ?? []);
    const outcome = (job: JobRef, kind: JobOutcomeKind): JobOutcome => {
      return { ...job, outcome: kind, revision: 1, cause: null, at: '2026-01-01T00:00:00.000Z' };
    };
    return {
      selectJobs: async ({ id, canary }) => {
        const script = this.script(id);
        await script.gates.selecting.pass();
        if (script.refused !== null) throw script.refused;
        this.#canary.set(id, canary);
        const total = script.jobs.length;
        return { list: 'l', offset: 0, total, pages: pages(id).length, waves: waveSizes(total, canary) };
      },
      readJobs: async ({ id, page }) => {
        await this.script(id).gates.reading.pass();
        return { ...pages(id)[page]!, next: page + 1 };
      },
      actOnJob: async (order) => {
        const script = this.script(order.rollout);
        const { job } = order;
        script.begun.push(job.name);
        script.asked.push(order);
        script.underWay += 1;
        script.mostUnderWay = Math.max(script.mostUnderWay, script.underWay);
        try {
          return outcome(job, await script.act(job.name));
        } finally {
          script.underWay -= 1;
        }
      },
      findRegressed: async ({ id, wave }) =>
        this.script(id)
          .regressed(wave)
          .map((name) => outcome({ tenant: 'acme', name }, 'failed')),
      appendToLog: async ({ entries }) => {
        const [first] = entries;
        if (first === undefined) return;
        const script = this.script(first.rollout);
        await script.gates.appending.pass();
        script.log.push(...entries);
      },
      readOutcomes: async () => ({ items: [], next: null }),
    };
  }

  script(id: string): Script {
    const known = this.#scripts.get(id);
    if (known !== undefined) return known;
    const script = new Script();
    this.#scripts.set(id, script);
    return script;
  }

  async begin(id: string, strategy: Partial<RolloutStrategy> = {}, handOver?: number): Promise<void> {
    const start: RolloutStart = {
      deployment,
      id,
      order: {
        action: { kind: 'restart' },
        selector: { tenant: 'acme', labels: {} },
        strategy: { canary: [], bakeMs: 0, concurrency: 5, maxFailures: 0, jobMsMax: 60_000, ...strategy },
      },
      asker: { requestId: `start-${id}`, by: 'ann', why: 'a test' },
      ...(handOver === undefined ? {} : { handOver }),
    };
    const workflowId = rolloutWorkflowId(deployment, id);
    await this.env.client.workflow.start('rolloutWorkflow', {
      workflowId,
      taskQueue: controlQueue(deployment),
      args: [start],
    });
  }

  operate(id: string, operation: RolloutOperation, requestId: string = crypto.randomUUID()): Promise<RolloutRequest> {
    const request = { requestId, by: 'ann', why: null, operation };
    return this.#surely(() => this.handle(id).executeUpdate(operateRolloutUpdate, { args: [request] }));
  }

  #surely<T>(ask: () => Promise<T>): Promise<T> {
    return answered(this.env, ask);
  }

  handle(id: string) {
    return this.env.client.workflow.getHandle(rolloutWorkflowId(deployment, id));
  }

  status(id: string): Promise<RolloutStatus> {
    return this.#surely(() => this.handle(id).query(rolloutQuery));
  }

  /** Asks until the status is as wanted; a test that waits in vain fails with what it saw last. */
  async until(id: string, wanted: string | ((s: RolloutStatus) => boolean)): Promise<RolloutStatus> {
    const holds = typeof wanted === 'string' ? (s: RolloutStatus) => s.state === wanted : wanted;
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const status = await this.status(id);
      if (holds(status)) return status;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${wanted}: ${JSON.stringify(status, null, 1)}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  /** Skips time until it has ended. */
  ended(id: string): Promise<RolloutStatus> {
    return this.handle(id).result() as Promise<RolloutStatus>;
  }

  /** Each run of it, from the last backwards: what it began with, in bytes, and its events. */
  async runs(id: string): Promise<{ readonly bytes: number; readonly events: number }[]> {
    const runs: { bytes: number; events: number }[] = [];
    for (let runId: string | null | undefined = (await this.handle(id).describe()).runId; runId; ) {
      const events = await this.#events(id, runId);
      const started = events[0]?.workflowExecutionStartedEventAttributes;
      const bytes = (started?.input?.payloads ?? []).reduce((n, p) => n + (p.data?.length ?? 0), 0);
      runs.push({ bytes, events: events.length });
      runId = started?.continuedExecutionRunId;
    }
    return runs;
  }

  async #events(id: string, runId: string): Promise<HistoryEvents> {
    const history = await this.env.client.workflow.getHandle(rolloutWorkflowId(deployment, id), runId).fetchHistory();
    return history.events ?? [];
  }

  async close(): Promise<void> {
    for (const w of this.#workers) w.shutdown();
    await Promise.all(this.#runs.map((r) => r.catch(() => {})));
    await this.env.teardown();
  }
}
