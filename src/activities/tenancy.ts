/**
 * What a tenant may have: topics that no other tenant uses, and a share of the platform. By visibility, which is a moment
 * behind: two jobs that are created at the same time may both pass.
 */
import { MillraceError } from '../contracts/failure.ts';
import type { Quota } from '../contracts/limits.ts';
import { auditTopic, topicKey } from '../contracts/names.ts';
import type { CompileJob, Plan } from '../contracts/plan.ts';
import { beyondQuota, refusedAt } from '../contracts/task-bounds.ts';

export interface TenancyDeps {
  readonly deployment: string;
  readonly quota: Quota;
  /** Of these topics ({@link topicKey}), those that a stream of another tenant holds or a job of another tenant writes. */
  readonly topicsOfOthers: (tenant: string, topics: readonly string[]) => Promise<readonly string[]>;
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

/** Throws MillraceError `foreign_topic`. Whose a topic is isn't said. */
export async function checkOwners(deps: TenancyDeps, tenant: string, plan: Plan): Promise<void> {
  const { cluster, topic } = plan.sink.kafka;
  const written = [{ path: '/spec/sink/kafka/topic', topic }];
  if (plan.errors.policy === 'dlq') written.push({ path: '/spec/errors/topic', topic: plan.errors.topic });
  const read = plan.sources.flatMap((s) => s.topics.map((t) => ({ path: '/spec/sql', topic: t.topic })));
  const audit = auditTopic(deps.deployment);
  const ours = [...written, ...read].find((t) => t.topic === audit);
  if (ours !== undefined) {
    throw refused('foreign_topic', ours.path, `${audit} is Millrace's own topic`, 'name another topic');
  }
  const keys = written.map((t) => topicKey(cluster, t.topic));
  const foreign = await deps.topicsOfOthers(tenant, keys);
  const found = written.find((t) => foreign.includes(topicKey(cluster, t.topic)));
  if (found === undefined) return;
  throw refused(
    'foreign_topic',
    found.path,
    `the topic ${found.topic} belongs to another tenant`,
    'name another topic',
  );
}

function refused(
  code: 'quota_exceeded' | 'foreign_topic',
  path: string,
  message: string,
  remedy: string,
): MillraceError {
  const { cause, problems } = refusedAt(code, path, message, remedy);
  return new MillraceError(cause, problems);
}
