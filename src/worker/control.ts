/**
 * Composes the control process: configuration → dependencies → three workers. One has the workflows and their short activities;
 * one acts on jobs for rollouts, which is mostly waiting: its slots are not those that the jobs wait for; one gives leave to recover,
 * at the rate that the deployment allows: Temporal keeps the rate, for all processes together.
 */
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createControlActivities } from '../activities/index.ts';
import { createRolloutActivities } from '../activities/rollout.ts';
import { MillraceClient } from '../client/client.ts';
import type { ControlConfig } from '../config.ts';
import { MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { auditTopic, controlQueue, recoveriesQueue, rolloutsQueue } from '../contracts/names.ts';
import { compileQuery } from '../pipeline/compile.ts';
import { fenceFormerLife, fenceTransactionalIds, TopicAppender } from '../pipeline/kafka/index.ts';
import { alterOffsets } from '../pipeline/runtime/alter-offsets.ts';
import { readStanding } from '../pipeline/runtime/standing.ts';
import { streamsOf as streamNames } from '../pipeline/sql/ast.ts';
import { MistakeFound } from '../pipeline/sql/mistake.ts';
import { parseQuery } from '../pipeline/sql/parse.ts';
import { workflowBundle } from './bundle.ts';

/** Milliseconds that activities under way may take when the process is told to end. */
const graceMs = 5_000;

export interface Control {
  readonly workers: readonly Worker[];
  close(): Promise<void>;
}

export async function createControl(config: ControlConfig, connection: NativeConnection): Promise<Control> {
  const { deployment } = config;
  const client = new MillraceClient({ ...config.temporal, deployment });
  const audit = new TopicAppender(config.clusters[config.auditCluster]!, auditTopic(deployment));
  const { admitRecovery, ...activities } = createControlActivities({
    deployment,
    clusters: config.clusters,
    compileQuery,
    streamsOf,
    getStream: (tenant, name) => client.getStream(tenant, name),
    quota: config.quota,
    reservedTopics: config.reservedTopics,
    mayWrite: (writer, topic) => client.mayWrite(writer, topic),
    claimTopic: (writer, topic) => client.claimTopic(writer, topic),
    countJobs: (tenant) => client.countJobs(tenant),
    jobExists: (tenant, name) => client.getJob(tenant, name).then(() => true, falseIfNotFound),
    fence: fenceTransactionalIds,
    fenceFormerLife,
    alterOffsets,
    readStanding,
    audit,
  });
  const common = {
    connection,
    namespace: config.temporal.namespace,
    shutdownGraceTime: graceMs,
    shutdownForceTime: 2 * graceMs,
  };
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: controlQueue(deployment),
      workflowBundle: await workflowBundle(),
      activities,
    }),
    await Worker.create({
      ...common,
      taskQueue: rolloutsQueue(deployment),
      activities: { ...createRolloutActivities({ jobs: client, audit }) },
      maxConcurrentActivityTaskExecutions: limits.rolloutSlots,
    }),
    await Worker.create({
      ...common,
      taskQueue: recoveriesQueue(deployment),
      activities: { admitRecovery },
      maxTaskQueueActivitiesPerSecond: config.recoveriesPerSecond,
    }),
  ];
  const close = async (): Promise<void> => {
    await Promise.all([client.close(), audit.close()]);
  };
  return { workers, close };
}

function falseIfNotFound(error: unknown): false {
  if (error instanceof MillraceError && error.failure.code === 'not_found') return false;
  throw error;
}

/** What can't be parsed names no stream; compiling it then says what is wrong, and where. */
function streamsOf(sql: string): string[] {
  try {
    return streamNames(parseQuery(sql)).map((name) => name.text);
  } catch (error) {
    if (error instanceof MistakeFound) return [];
    throw error;
  }
}
