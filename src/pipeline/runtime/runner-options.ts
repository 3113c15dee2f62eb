/** What engine and threads share. Imports nothing that runs: the engine's own thread needs no Kafka client. */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import type { TaskIdentity } from '../../contracts/task.ts';

export interface RunnerOptions {
  readonly hostId: string;
  /** By name. */
  readonly clusters: Readonly<Record<string, KafkaAccess>>;
  /** As EngineOptions has it. */
  readonly rack?: string;
  /** Milliseconds between looks at the topics of its tasks; as in production by default. */
  readonly topicsMs?: number;
  /** A {@link StepMark}'s memory; left out where nobody looks at it. */
  readonly mark?: SharedArrayBuffer;
}

/** The task that kernels run for while they are warmed up. */
export const nobody: TaskIdentity = { deployment: '', tenant: '', job: '', generation: 0, index: 0, tasks: 1 };

/** A task's name within its host. */
export const taskKey = (t: TaskIdentity): string => `${t.tenant}/${t.job}#${t.generation}-${t.index}`;
