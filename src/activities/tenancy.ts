/**
 * What a tenant may have: topics that no other tenant writes, and a share of the platform. How many jobs there are is told by
 * visibility, which is a moment behind: two jobs that are created at the same time may both pass.
 */
import { MillraceError } from '../contracts/failure.ts';
import type { Quota } from '../contracts/limits.ts';
import { auditTopic, fitsPattern } from '../contracts/names.ts';
import type { CompileJob, Plan } from '../contracts/plan.ts';
import { beyondQuota, refusedAt } from '../contracts/task-bounds.ts';

type AskOwner = (
  writer: { readonly tenant: string; readonly job: string },
  topic: { readonly cluster: string; readonly topic: string },
) => Promise<boolean>;

export interface TenancyDeps {
  readonly deployment: string;
  readonly quota: Quota;
  /** Patterns of topics that no job writes. */
  readonly reservedTopics: readonly string[];
  /** Patterns of topics that no job reads or writes. */
  readonly privateTopics: readonly string[];
  /** Whether a topic is the writer's tenant's, or nobody's. */
  readonly mayWrite: AskOwner;
  /** The same, and makes it the tenant's. */
  readonly claimTopic: AskOwner;
  /** How many jobs a tenant has. */
  readonly countJobs: (tenant: string) => Promise<number>;
  readonly jobExists: (tenant: string, name: string) => Promise<boolean>;
}

/** Throws MillraceError `quota_exceeded`. A job that is there already may always change. */
export async function checkQuota(deps: TenancyDeps, { tenant, name, spec }: CompileJob): Promise<void> {
  const { jobs, tasks } = deps.quota;
  const beyond = beyondQuota('/spec/tasks/min', spec.tasks.min, tasks);
  if (beyond !== null) throw new MillraceError(beyond.cause, beyond.problems);
  const used = await deps.countJobs(tenant);
  if (used < jobs || (await deps.jobExists(tenant, name))) return;
  throw refused(
    'quota_exceeded',
    '/metadata/name',
    `the tenant ${tenant} has ${used} jobs, and may have ${jobs}`,
    'stop a job that is not needed, or ask for a larger share',
  );
}

/**
 * Nobody reads or writes Millrace's own topics and private ones, nobody writes reserved ones, and who writes a topic owns it. Throws MillraceError
 * `foreign_topic`; whose a topic is isn't said.
 */
export async function checkOwners(deps: TenancyDeps, { tenant, name, applies }: CompileJob, plan: Plan): Promise<void> {
  const { cluster, topic } = plan.sink.kafka;
  const written = [{ path: '/spec/sink/kafka/topic', topic }];
  if (plan.errors.policy === 'dlq') written.push({ path: '/spec/errors/topic', topic: plan.errors.topic });
  const read = plan.sources.flatMap((s) => s.topics.map((t) => ({ path: '/spec/sql', topic: t.topic })));
  for (const one of [...written, ...read]) checkPrivate(deps, one);
  for (const one of written) checkReserved(deps, one);
  const ask = applies ? deps.claimTopic : deps.mayWrite;
  for (const one of written) {
    if (await ask({ tenant, job: name }, { cluster, topic: one.topic })) continue;
    throw foreign(one.path, `the topic ${one.topic} belongs to another tenant`);
  }
}

/** Whether a topic may be made for a stream: nothing that no job writes is, and nothing that another tenant's jobs write. Throws MillraceError `foreign_topic`. */
export async function checkMade(
  deps: TenancyDeps,
  tenant: string,
  { path, cluster, topic }: NamedTopic,
): Promise<void> {
  checkPrivate(deps, { path, topic });
  checkReserved(deps, { path, topic });
  if (await deps.mayWrite({ tenant, job: '' }, { cluster, topic })) return;
  throw foreign(path, `the topic ${topic} belongs to another tenant`);
}

/** A topic, and the place in a document that names it. */
export interface NamedTopic {
  readonly path: string;
  readonly cluster: string;
  readonly topic: string;
}

function checkPrivate(deps: TenancyDeps, { path, topic }: Omit<NamedTopic, 'cluster'>): void {
  const audit = auditTopic(deps.deployment);
  if (topic === audit) throw foreign(path, `${audit} is Millrace's own topic`);
  const kept = deps.privateTopics.find((pattern) => fitsPattern(topic, pattern));
  if (kept !== undefined) throw foreign(path, `the topic ${topic} is private: no job reads or writes ${kept}`);
}

function checkReserved(deps: TenancyDeps, { path, topic }: Omit<NamedTopic, 'cluster'>): void {
  const reserved = deps.reservedTopics.find((pattern) => fitsPattern(topic, pattern));
  if (reserved !== undefined) throw foreign(path, `the topic ${topic} is reserved: no job writes to ${reserved}`);
}

/** `asked`: partitions of all topics of a stream. Throws MillraceError `quota_exceeded`. */
export function checkPartitions({ quota }: TenancyDeps, path: string, asked: number): void {
  if (asked <= quota.partitions) return;
  throw refused(
    'quota_exceeded',
    path,
    `the stream's topics ask for ${asked} partitions, and a stream of this tenant may have ${quota.partitions} made`,
    'ask for fewer, or for a larger share, or let the topics be created by whoever writes them',
  );
}

const foreign = (path: string, message: string): MillraceError =>
  refused('foreign_topic', path, message, 'name another topic');

function refused(
  code: 'quota_exceeded' | 'foreign_topic',
  path: string,
  message: string,
  remedy: string,
): MillraceError {
  const { cause, problems } = refusedAt(code, path, message, remedy);
  return new MillraceError(cause, problems);
}
