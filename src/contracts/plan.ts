/** A revision compiled: bound to the streams as they were, immutable, named by its hash. Plain JSON: it travels in workflow payloads. */
import { failure, MillraceError } from './failure.ts';
import type { PartitionCounts } from './position-bounds.ts';
import type { JobSpec, StreamSpec } from './spec.ts';

export interface PlanTopic {
  readonly cluster: string;
  readonly topic: string;
}

/** One stream of a plan's FROM, as it was. */
export interface PlanSource {
  readonly stream: string;
  readonly topics: readonly PlanTopic[];
  /** The writer schema of events that name none, and the schema that the query is bound to: Avro JSON text. */
  readonly writerSchema: string;
}

/** A stream's writer schema as plans have it. */
export const schemaText = ({ avro }: StreamSpec['schema']): string =>
  typeof avro === 'string' ? avro : JSON.stringify(avro);

export interface PlanColumn {
  readonly name: string;
  /** The SQL type as users read it, such as `VARCHAR`, `BIGINT NOT NULL`, `ROW<…>`. */
  readonly type: string;
  readonly nullable: boolean;
}

export interface Plan {
  /** First 16 hex digits of the SHA-256 of everything below: equal plans have equal names. */
  readonly hash: string;
  readonly sql: string;
  /** At least one; several where the query is a UNION ALL over several streams. */
  readonly sources: readonly PlanSource[];
  /** Dotted paths of the source columns that the query reads, sorted; `stream:path` where there are several streams. */
  readonly readColumns: readonly string[];
  readonly output: readonly PlanColumn[];
  /** The job's output schema: Avro JSON text, derived from the query and named by the sink. */
  readonly outputSchema: string;
  /** Whether the query or the sink makes keys of its own. */
  readonly keyed: boolean;
  /** What these keys are made of, as bound; long expressions shortened, with a hash of the whole. Plans of the first release don't tell. */
  readonly key?: string;
  readonly sink: JobSpec['sink'];
  readonly delivery: JobSpec['delivery'];
  readonly errors: JobSpec['errors'];
  readonly start: JobSpec['start'];
}

/**
 * The cluster where a job is at home: there are the topics that it reads, its consumer group and its tasks' transactional
 * ids, whatever cluster it writes to. A plan's topics are all on one (activities/plan.ts).
 */
export function homeOf({ sources }: Pick<Plan, 'sources'>): string {
  const cluster = sources[0]?.topics[0]?.cluster;
  if (cluster === undefined) throw new MillraceError(failure('invalid_spec', "The job's streams have no topic."));
  return cluster;
}

/** Names of the topics that a job reads. */
export const sourceTopicsOf = ({ sources }: Pick<Plan, 'sources'>): string[] =>
  sources.flatMap((s) => s.topics.map((t) => t.topic));

/** The topics that a job writes: its output, and its dead letters. */
export const outputTopicsOf = ({ sink, errors }: Pick<Plan, 'sink' | 'errors'>): PlanTopic[] => {
  const { cluster, topic } = sink.kafka;
  return [topic, ...(errors.policy === 'dlq' ? [errors.topic] : [])].map((t) => ({ cluster, topic: t }));
};

/** What a task needs of a plan: what is told of it to people is as long again where there are many columns, and goes to each. */
export type TaskPlan = Omit<Plan, 'readColumns' | 'output'>;

export function taskPlan({ readColumns: _, output: __, ...needed }: Plan): TaskPlan {
  return needed;
}

/** What planning answers. */
export interface Planned {
  readonly plan: Plan;
  /** Tasks that the job may have by its tenant's quota, as it was then: its workflow knows no quota, and is asked to rescale. */
  readonly tasksMax: number;
  /** Partitions of the topics that it reads, as they were then. */
  readonly partitions?: PartitionCounts;
  /** What its owner should know beside the plan: that a job made anew goes on where an earlier life of its name ended. */
  readonly note?: string;
}

/** What is asked of the compiler: a job's spec as written, bound to its tenant's streams. */
export interface CompileJob {
  readonly tenant: string;
  readonly name: string;
  readonly spec: JobSpec;
  /** Whether the job is to be applied, so that the topics that it writes become its tenant's; else only what would be is told. */
  readonly applies: boolean;
  /** Whether there is no job of this name: one that there was may have left offsets. */
  readonly isNew: boolean;
}
