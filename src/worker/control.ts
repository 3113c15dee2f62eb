/**
 * Composes the control process: configuration → dependencies → a worker for each of its task queues. The one that gives leave to recover
 * does so at the rate that the deployment allows: Temporal keeps the rate, for all processes together.
 */
import { type NativeConnection, Worker } from '@temporalio/worker';
import { topicAdmins } from '../activities/clusters.ts';
import { createControlActivities } from '../activities/index.ts';
import { createRolloutActivities } from '../activities/rollout.ts';
import { MillraceClient } from '../client/client.ts';
import { clientOptions } from '../client/credentials.ts';
import type { ControlConfig } from '../config.ts';
import { MillraceError } from '../contracts/failure.ts';
import { auditTopic } from '../contracts/names.ts';
import { fenceFormerLife, fenceTransactionalIds, KeptClusters, TopicAppender } from '../pipeline/kafka/index.ts';
import { alterOffsets } from '../pipeline/runtime/alter-offsets.ts';
import { standingIn } from '../pipeline/runtime/standing.ts';
import { workflowBundle } from './bundle.ts';
import { createCompiler } from './compiler.ts';
import { controlQueues } from './control-queues.ts';
import { encodedBy } from './encoded.ts';

/** Milliseconds that activities under way may take when the process is told to end. */
const graceMs = 5_000;

export interface Control {
  readonly workers: readonly Worker[];
  close(): Promise<void>;
}

export async function createControl(config: ControlConfig, connection: NativeConnection): Promise<Control> {
  const { deployment } = config;
  const options = await clientOptions(config.temporal);
  const client = new MillraceClient({ ...options, deployment });
  const audit = new TopicAppender(config.clusters[config.auditCluster]!, auditTopic(deployment));
  const compiler = createCompiler();
  const kept = new KeptClusters('millrace-control');
  const activities = createControlActivities({
    deployment,
    clusters: config.clusters,
    compiler,
    admins: topicAdmins(config.clusters, kept),
    getStream: (tenant, name) => client.getStream(tenant, name),
    quota: config.quota,
    reservedTopics: config.reservedTopics,
    privateTopics: config.privateTopics,
    mayWrite: (writer, topic) => client.mayWrite(writer, topic),
    claimTopic: (writer, topic) => client.claimTopic(writer, topic),
    countJobs: (tenant) => client.countJobs(tenant),
    jobExists: (tenant, name) => client.getJob(tenant, name).then(() => true, falseIfNotFound),
    fence: (access, ids) => fenceTransactionalIds(kept.of(access), ids),
    fenceFormerLife: (access, ...of) => fenceFormerLife(kept.of(access), ...of),
    alterOffsets: (access, ...order) => alterOffsets(kept.of(access), ...order),
    readStanding: (access, group, names) => standingIn(kept.of(access), group, names),
    audit,
  });
  const common = {
    connection,
    namespace: config.temporal.namespace,
    ...(options.codec === undefined ? {} : { dataConverter: encodedBy(options.codec) }),
    shutdownGraceTime: graceMs,
    shutdownForceTime: 2 * graceMs,
  };
  const rollouts = createRolloutActivities({ jobs: client, audit });
  const queues = controlQueues(deployment, { ...activities, ...rollouts }, config.recoveriesPerSecond);
  const workflows = { workflowBundle: await workflowBundle(options.codec !== undefined) };
  const workers = await Promise.all(
    queues.map(({ hasWorkflows, ...queue }) =>
      Worker.create({ ...common, ...queue, ...(hasWorkflows ? workflows : {}) }),
    ),
  );
  const close = async (): Promise<void> => {
    await Promise.all([client.close(), audit.close(), compiler.close(), kept.close()]);
  };
  return { workers, close };
}

function falseIfNotFound(error: unknown): false {
  if (error instanceof MillraceError && error.failure.code === 'not_found') return false;
  throw error;
}
