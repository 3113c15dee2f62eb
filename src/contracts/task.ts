/** What the control plane and a host say to each other about one task. Plain JSON. 64-bit numbers are decimal text. */
import type { Failure } from './failure.ts';
import type { Tuning } from './limits.ts';
import type { JobKey } from './names.ts';
import type { TaskPlan } from './plan.ts';
import type { KeptPositions, Positions } from './positions.ts';
import type { TopicChange } from './topic-change.ts';

/** Who a task is: one index of one generation of one job. */
export interface TaskIdentity extends JobKey {
  readonly generation: number;
  /** 0 … tasks-1. Owns, of each source topic, the partitions p with p mod tasks = index. */
  readonly index: number;
  readonly tasks: number;
}

/** A producer id and epoch that the transaction coordinator has handed out for the task's own transactional id. */
export interface ProducerIdentity {
  readonly producerId: string;
  readonly producerEpoch: number;
}

export interface PrepareTask {
  readonly task: TaskIdentity;
  readonly plan: TaskPlan;
}

/**
 * A prepared task: kernels compiled, connections open, its own transactional id taken. The id is taken here, once, and
 * never again by name: runTask goes on with this producer id and epoch, so that a task that a later generation has
 * fenced before it ran can't take the id back.
 */
export interface PreparedTask {
  readonly hostId: string;
  /** What the host announces: the release of its code. */
  readonly release: string;
  readonly queue: string;
  readonly producer: ProducerIdentity;
  readonly tuning: Tuning;
}

/** Enough of a generation to name its transactional ids. */
export interface GenerationRef {
  readonly generation: number;
  readonly tasks: number;
}

/** A prepared task's order to go, as the workflow sends it. */
export interface BeginTask extends PrepareTask {
  readonly producer: ProducerIdentity;
  /** Generations any of whose tasks may still hold a transactional id that is good: see contracts/fencing.ts. */
  readonly former: readonly GenerationRef[];
  /**
   * What the workflow knows of the topics of which the task owns a partition: which they are, and where its own partitions stood,
   * for a start that finds the group's offsets gone.
   */
  readonly keptPositions: KeptPositions;
  /**
   * Topics that the workflow doesn't know: they are taken as they are. Of any other that isn't in keptPositions the task owns
   * nothing. Left out: whichever isn't there is taken as it is.
   */
  readonly unknownTopics?: readonly string[];
}

/** The same for the engine, which knows no generations. */
export interface RunTask extends Omit<BeginTask, 'former'> {
  /** Transactional ids of the tasks that owned this task's partitions before: fenced before anything is read. */
  readonly fence: readonly string[];
}

/** Counters since the task began to run. Numbers: 2^53 records are enough for one task's life. */
export interface TaskCounters {
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Records that the error policy dealt with: skipped or sent to the dead-letter topic. */
  readonly recordsFailed: number;
  readonly transactions: number;
  /** Milliseconds in which the task's thread was at work for it. */
  readonly busyMs: number;
}

/** What a running task tells with each heartbeat. Telemetry only: Kafka holds the truth about offsets. */
export interface TaskReport {
  readonly hostId: string;
  readonly counters: TaskCounters;
  /** Records between the committed positions and the logs' ends, as of the last fetches; those of partitions that nobody reads yet are the first task's. */
  readonly lag: number;
  /** Those of them in partitions that nobody reads yet; left out: none. */
  readonly unread?: number;
  /** Whether it has committed records that it read (a selective query writes few of them), or is at its logs' ends, since it began. */
  readonly healthy: boolean;
  /** What it is waiting for, when something outside keeps it from working. */
  readonly stalled?: string;
  /** What its topics are by now that its generation didn't begin with; told by the first task of a generation, for all. */
  readonly changes?: readonly TopicChange[];
  /** Epoch milliseconds of this report. */
  readonly at: number;
}

/** What one task was like over a stretch of time: the input of policies/health.ts. */
export interface Vitals {
  /** Milliseconds that were looked at; 0: nothing is known. */
  readonly ms: number;
  readonly recordsIn: number;
  readonly recordsFailed: number;
  /** Lag at the beginning and at the end, in records. */
  readonly lagFirst: number;
  readonly lagLast: number;
}

/** What a task answers once it has been healthy over its window. */
export interface ConfirmedTask {
  /** The next offset of each of its partitions when it began: where its predecessors had ended. */
  readonly began: Positions;
  readonly vitals: Vitals;
}

/** How a task ended. Anything unforeseen is `failed`. */
export type TaskEnd =
  /** Everything it had read is output and committed. `host_shutdown`: its host was told to go. */
  | {
      readonly kind: 'drained';
      readonly by: 'order' | 'host_shutdown';
      readonly positions: Positions;
      readonly counters: TaskCounters;
    }
  /** A later generation has fenced it, or its job no longer knows it. Nothing was committed after that. `refusal`: what Kafka said. */
  | { readonly kind: 'superseded'; readonly refusal?: string; readonly counters: TaskCounters }
  /** Stopped at once; what was not committed is aborted. */
  | { readonly kind: 'cancelled'; readonly counters: TaskCounters }
  /** It committed everything before the failure and stopped there. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly counters: TaskCounters };

export const noCounters: TaskCounters = {
  recordsIn: 0,
  recordsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  recordsFailed: 0,
  transactions: 0,
  busyMs: 0,
};
