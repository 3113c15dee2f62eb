/** Whose a topic is that a job wants to write: as its workflow says, and as the jobs say that have claimed it. Not for users. */
import { randomUUID } from 'node:crypto';
import { MillraceError } from '../contracts/failure.ts';
import { controlQueue, topicWorkflowId } from '../contracts/names.ts';
import type { PlanTopic } from '../contracts/plan.ts';
import { standingOf, type TopicClaims } from '../contracts/topic-claims.ts';
import { claimsQuery, claimTopicUpdate, type TopicStart, topicWorkflowType } from '../workflows/topic/messages.ts';
import { nullIfNotFound } from './errors.ts';
import { getJob } from './jobs.ts';
import type { Temporal } from './temporal.ts';

/** A job that wants to write a topic. */
export interface TopicWriter {
  readonly tenant: string;
  readonly job: string;
}

/** Looks at claims that changed under one's hands, before the topic counts as someone else's. */
const attemptsMax = 3;
/** Jobs asked at once whether they still write a topic. */
const jobsAtOnce = 16;

/** Whether the tenant may write the topic, as things are. */
export async function mayWrite(temporal: Temporal, writer: TopicWriter, topic: PlanTopic): Promise<boolean> {
  return isFree(temporal, writer, topic, await claimsOf(temporal, topic));
}

/** Makes the topic the tenant's; false where it is another's. */
export async function claimTopic(temporal: Temporal, writer: TopicWriter, topic: PlanTopic): Promise<boolean> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const claims = await claimsOf(temporal, topic);
    if (!(await isFree(temporal, writer, topic, claims))) return false;
    if (await claim(temporal, writer, topic, claims?.version ?? 0)) return true;
  }
  return false;
}

async function isFree(
  temporal: Temporal,
  { tenant }: TopicWriter,
  topic: PlanTopic,
  claims: TopicClaims | null,
): Promise<boolean> {
  const standing = standingOf(claims, tenant, Date.now());
  if (standing !== 'ask' || claims === null) return standing === 'free';
  const jobs = claims.jobs.toReversed();
  for (let at = 0; at < jobs.length; at += jobsAtOnce) {
    const asked = jobs
      .slice(at, at + jobsAtOnce)
      .map((job) => getJob(temporal, claims.tenant, job).catch(nullIfNotFound));
    if ((await Promise.all(asked)).some((status) => status?.writes.some((t) => isSame(t, topic)))) return false;
  }
  return true;
}

function claimsOf(temporal: Temporal, topic: PlanTopic): Promise<TopicClaims | null> {
  const about = titleOf(topic);
  const id = topicWorkflowId(temporal.deployment, topic.cluster, topic.topic);
  return temporal
    .call(about, async (client) => {
      const handle = client.workflow.getHandle(id);
      const [{ status }, claims] = await Promise.all([handle.describe(), handle.query(claimsQuery)]);
      return status.name === 'RUNNING' ? claims : null;
    })
    .catch(nullIfNotFound);
}

async function claim(
  temporal: Temporal,
  writer: TopicWriter,
  { cluster, topic }: PlanTopic,
  version: number,
): Promise<boolean> {
  const { deployment } = temporal;
  const start = {
    type: topicWorkflowType,
    workflowId: topicWorkflowId(deployment, cluster, topic),
    taskQueue: controlQueue(deployment),
    argument: { deployment, cluster, topic } satisfies TopicStart,
  };
  const request = { ...writer, version, requestId: randomUUID(), digest: '' };
  try {
    await temporal.updateWithStart<TopicClaims>(titleOf({ cluster, topic }), start, claimTopicUpdate.name, request);
    return true;
  } catch (error) {
    if (error instanceof MillraceError && error.failure.code === 'stale_revision') return false;
    throw error;
  }
}

const isSame = (a: PlanTopic, b: PlanTopic): boolean => a.cluster === b.cluster && a.topic === b.topic;

const titleOf = ({ topic }: PlanTopic): string => `the owner of the topic ${topic}`;
