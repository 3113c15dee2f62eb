/**
 * A spec → a plan, checked as far as it can be before anything runs: the streams exist, the query compiles against their
 * schemas, the tenant may have it, the topics can be read. Idempotent: equal input gives an equal plan with an equal name.
 */
import { at, put } from '../contracts/by-name.ts';
import { earlierLifeNote } from '../contracts/earlier-life.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { groupId } from '../contracts/names.ts';
import {
  type CompileJob,
  homeOf,
  type Plan,
  type Planned,
  type PlanSource,
  sourceTopicsOf,
} from '../contracts/plan.ts';
import { beyondPositions, type PartitionCounts } from '../contracts/position-bounds.ts';
import type { StreamSpec, StreamTopic } from '../contracts/spec.ts';
import type { ReadStanding } from '../pipeline/runtime/port.ts';
import type { Clusters, TopicAdmins } from './clusters.ts';
import { readPositions } from './positions.ts';
import { makeMissing } from './stream-topics.ts';
import { checkOwners, checkQuota, type TenancyDeps } from './tenancy.ts';

/** The compiler, beside this thread: a query may take long. Both throw MillraceError. */
export interface Compiler {
  /** The names of the streams in a query's FROM; none where it can't be told. */
  streamsOf(tenant: string, sql: string): Promise<readonly string[]>;
  /** See plan.ts. */
  makePlan(order: CompileJob, streams: Readonly<Record<string, StreamSpec>>): Promise<Plan>;
}

export interface CompileDeps extends TenancyDeps {
  readonly clusters: Clusters;
  readonly admins: TopicAdmins;
  readonly compiler: Compiler;
  readonly readStanding: ReadStanding;
  /** A tenant's stream as it is now. Throws MillraceError not_found. */
  readonly getStream: (tenant: string, name: string) => Promise<{ readonly spec: StreamSpec }>;
}

export async function compileJob(deps: CompileDeps, order: CompileJob): Promise<Planned> {
  const streams = await resolveStreams(deps, order.tenant, order.spec.sql);
  const plan = await deps.compiler.makePlan(order, streams);
  await checkQuota(deps, order);
  const { partitions, missing } = await checkSources(deps, plan.sources, streams);
  // Of one that is there its workflow knows better how many partitions it reads.
  const beyond = order.isNew ? beyondPositions('/spec/sql', partitions) : null;
  if (beyond !== null) throw new MillraceError(beyond.cause, beyond.problems);
  // Last, since it may make topics the tenant's.
  await checkOwners(deps, order, plan);
  if (order.applies) {
    for (const { stream } of plan.sources) {
      const { topics } = at(streams, stream)!;
      const own = topics.filter((t) => missing.includes(t));
      await makeMissing(deps, order.tenant, { topics, missing: own, path: () => '/spec/sql' });
    }
  }
  const note = await noteOf(deps, order, plan);
  return { plan, tasksMax: deps.quota.tasks, partitions, ...(note === null ? {} : { note }) };
}

/** Of a job that isn't there: whether one of its name was. */
async function noteOf(
  deps: CompileDeps,
  { tenant, name, spec, isNew }: CompileJob,
  plan: Plan,
): Promise<string | null> {
  if (!isNew) return null;
  const key = { deployment: deps.deployment, tenant, job: name };
  const topics = sourceTopicsOf(plan);
  const standing = await readPositions(deps.clusters, deps.readStanding, { ...key, cluster: homeOf(plan), topics });
  return earlierLifeNote({ tenant, name, spec }, groupId(key), standing);
}

/** A stream that doesn't exist is left out: the compiler says so at its place in the query. */
async function resolveStreams(deps: CompileDeps, tenant: string, sql: string): Promise<Record<string, StreamSpec>> {
  const found: Record<string, StreamSpec> = {};
  for (const name of await deps.compiler.streamsOf(tenant, sql)) {
    try {
      put(found, name, (await deps.getStream(tenant, name)).spec);
    } catch (error) {
      if (!(error instanceof MillraceError && error.failure.code === 'not_found')) throw error;
    }
  }
  return found;
}

/**
 * The source topics must exist, unless their streams say how they are made: others belong to their producers. How many partitions they have, or will
 * have, and which there are to make.
 */
async function checkSources(
  { admins }: CompileDeps,
  sources: readonly PlanSource[],
  streams: Readonly<Record<string, StreamSpec>>,
): Promise<{ readonly partitions: PartitionCounts; readonly missing: readonly StreamTopic[] }> {
  const topics = sources.flatMap((s) => at(streams, s.stream)?.topics ?? []);
  const partitions: Record<string, number> = {};
  const missing: StreamTopic[] = [];
  for (const cluster of new Set(topics.map((t) => t.cluster))) {
    const own = topics.filter((t) => t.cluster === cluster);
    const found = await admins(cluster).partitions(own.map((t) => t.topic));
    for (const one of own) {
      const count = found.get(one.topic) ?? one.partitions;
      if (count === undefined) throw topicMissing(one);
      put(partitions, one.topic, count);
      if (!found.has(one.topic)) missing.push(one);
    }
  }
  return { partitions, missing };
}

const topicMissing = ({ cluster, topic }: StreamTopic): MillraceError =>
  new MillraceError(
    failure(
      'topic_missing',
      `The topic ${topic} of the job's streams doesn't exist on the cluster "${cluster}": create it, or say its \`partitions\` in the stream, then apply again.`,
    ),
  );
