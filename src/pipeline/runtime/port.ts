/**
 * The engine as its users (the host's activities, the bench, tests) see it: tasks over Kafka, without Temporal.
 * Implemented in engine.ts; the tasks themselves run in worker threads.
 */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import type { JobKey } from '../../contracts/names.ts';
import type { RewindTarget } from '../../contracts/operation.ts';
import type { KeptPositions, KeptTopic, Positions, Standing } from '../../contracts/positions.ts';
import type {
  ConfirmedTask,
  PrepareTask,
  ProducerIdentity,
  RunTask,
  TaskEnd,
  TaskIdentity,
  TaskReport,
  Vitals,
} from '../../contracts/task.ts';

export interface EngineOptions {
  readonly hostId: string;
  /** By name. */
  readonly clusters: Readonly<Record<string, KafkaAccess>>;
  /** Worker threads; one per core by default. */
  readonly threads?: number;
  /** Where this host is, as `broker.rack` names places: partitions are read from a replica there (KIP-392). */
  readonly rack?: string;
  /** Milliseconds between looks at the topics of its tasks, for what has changed; as in production by default. */
  readonly topicsMs?: number;
  /** Tasks that this host takes; one more is refused with `host_full`. */
  readonly slots?: number;
}

export interface EnginePort {
  /** Starts the first thread, so that the first task doesn't wait for its code to be loaded; resolves when it is. Needn't be called. */
  warm(): Promise<void>;
  /** Slots that nobody has taken, or whose task nobody hears of. */
  free(): number;
  /** Calls back whenever there may be more of them, `until` that is aborted. */
  onFree(listener: () => void, until?: AbortSignal): void;
  /** Takes a slot, compiles, connects, warms up, and takes the task's own transactional id. A prepared task that nobody runs is dropped after limits.preparedMsMax. Throws MillraceError. */
  prepare(order: PrepareTask): Promise<ProducerIdentity>;
  /** Whether the task is prepared here, and nobody has begun it. */
  isPrepared(task: TaskIdentity): boolean;
  /**
   * Fences, reads the committed offsets, and runs until it ends. Never rejects for anything foreseen: see TaskEnd.
   * Works without an earlier prepare too (compiles then). `onReport` is called about once a second.
   */
  run(order: RunTask, onReport: (report: TaskReport) => void): Promise<TaskEnd>;
  /**
   * Listens to a task in the place of who listened before, and answers its end. Null for a task that neither runs here nor has
   * ended here of late while nobody listened.
   */
  adopt(task: TaskIdentity, onReport: (report: TaskReport) => void): Promise<TaskEnd> | null;
  /** Nobody listens to it any more, unless another does than this `onReport`: it goes on until Kafka fences it, which it looks for by itself, and takes no slot. */
  leave(task: TaskIdentity, onReport: (report: TaskReport) => void): void;
  /** Resolves when the task has been healthy for `healthMs`, with where it began and its vitals over that time; rejects with the failure when it ends before. */
  confirm(task: TaskIdentity, healthMs: number): Promise<ConfirmedTask>;
  /** Vitals of a running task's last seconds (limits.vitalsMs); null for one that isn't here, or hasn't been healthy long enough to tell. */
  observe(task: TaskIdentity): Promise<Vitals | null>;
  /** Stops intake; `run` then resolves with `drained`. Does nothing for a task that isn't here. */
  drain(task: TaskIdentity, by: 'order' | 'host_shutdown'): Promise<void>;
  /** Stops at once without committing; `run` then resolves with `cancelled`, or `superseded` where the job no longer knows it. */
  cancel(task: TaskIdentity, as: 'cancelled' | 'superseded'): Promise<void>;
  /** Drains everything (by host_shutdown) and stops the threads. */
  close(): Promise<void>;
}

/** fence.ts's, by how the cluster is reached. */
export type FenceTransactionalIds = (access: KafkaAccess, ids: readonly string[]) => Promise<void>;

export type FenceFormerLife = (access: KafkaAccess, job: JobKey, onProgress: () => void) => Promise<void>;

/** A topic as a job's workflow knows it: {@link KeptTopic} without positions. */
export type KnownTopics = Readonly<Record<string, Pick<KeptTopic, 'id' | 'begun'>>>;

/** What a group had committed, and what it has now, of the partitions that were set. */
export interface AlteredOffsets {
  readonly from: Positions;
  /** Of the topics as they are now, which may be others than those that were known. */
  readonly to: KeptPositions;
}

/**
 * Which topics there are under these names, and what the group has committed in them; names without a topic are left out.
 * What an open transaction may be about to change is left out after a moment: whoever is fenced ends soon. Throws MillraceError.
 */
export type ReadStanding = (
  access: KafkaAccess,
  group: string,
  topics: readonly string[],
) => Promise<Readonly<Record<string, Standing>>>;

/** What several attempts to set the same offsets know of each other: the first may have set them before it failed. */
export interface Attempts {
  /** What the group had committed when an earlier one looked; null: this is the first. */
  readonly from: Positions | null;
  /** Told what this one finds, before it sets anything. */
  readonly found: (from: Positions) => void;
}

/** alter-offsets.ts's, by how the cluster is reached. */
export type AlterOffsets = (
  access: KafkaAccess,
  group: string,
  topics: readonly string[],
  known: KnownTopics,
  to: RewindTarget,
  attempts: Attempts,
) => Promise<AlteredOffsets>;
