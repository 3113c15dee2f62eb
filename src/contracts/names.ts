/**
 * Every name that Millrace gives to something outside of it: workflow ids, groups, transactional ids, topics, task queues.
 * Each begins with the deployment's, so that several deployments share a Kafka cluster and a Temporal namespace without
 * meeting (ADR 17). What is named by search attributes and metadata (`Millrace…`, `millrace.stage`) means the same in all. Pure.
 */
import { limits } from './limits.ts';

/** A deployment that names itself nothing else. */
export const defaultDeployment = 'millrace';
/** A deployment's name: without a dot, a colon or a slash, it ends where they begin, and no two deployments' names are one. */
export const deploymentPattern = /^[a-z][a-z0-9-]*$/;

/** One job among all deployments'. */
export interface JobKey {
  readonly deployment: string;
  readonly tenant: string;
  readonly job: string;
}

/** People type workflow ids: the default deployment's are said without it. No kind below has a colon in its name. */
const workflowId = (deployment: string, id: string): string =>
  deployment === defaultDeployment ? id : `${deployment}:${id}`;

export const jobWorkflowId = (deployment: string, tenant: string, job: string): string =>
  workflowId(deployment, `job/${tenant}/${job}`);
export const streamWorkflowId = (deployment: string, tenant: string, stream: string): string =>
  workflowId(deployment, `stream/${tenant}/${stream}`);
/** Who writes a topic: one workflow holds it. */
export const topicWorkflowId = (deployment: string, cluster: string, topic: string): string =>
  workflowId(deployment, `topic/${cluster}/${topic}`);
export const planWorkflowId = (deployment: string, tenant: string, job: string, requestId: string): string =>
  workflowId(deployment, `plan/${tenant}/${job}/${requestId}`);
export const makeTopicsWorkflowId = (deployment: string, tenant: string, stream: string, requestId: string): string =>
  workflowId(deployment, `make-topics/${tenant}/${stream}/${requestId}`);
export const historyWorkflowId = (deployment: string, tenant: string, job: string, requestId: string): string =>
  workflowId(deployment, `history/${tenant}/${job}/${requestId}`);

export const rolloutWorkflowId = (deployment: string, id: string): string => workflowId(deployment, `rollout/${id}`);
/** A short workflow that reads one page of a rollout's outcomes. */
export const outcomesWorkflowId = (deployment: string, id: string, requestId: string): string =>
  workflowId(deployment, `rollout-outcomes/${id}/${requestId}`);

/** The consumer group that holds a job's committed offsets. It has no members, so that every Kafka tool shows the lag. */
export const groupId = ({ deployment, tenant, job }: JobKey): string => `${deployment}.${tenant}.${job}`;

/** The transactional id of one task of one generation: never used by any other task, so fencing it is final. */
export const transactionalId = (task: JobKey & { readonly generation: number; readonly index: number }): string =>
  `${groupId(task)}-g${task.generation}-${task.index}`;

/** Which ids are this job's tasks', of whatever generation, as a pattern that Kafka reads too (RE2): of a name only the dots mean something in it. */
export const transactionalIdPattern = (job: JobKey): string => `^${groupId(job).replaceAll('.', '\\.')}-g\\d+-\\d+$`;

/** Whether an id is one of this job's tasks', of whatever generation. Another job's, `<job>-g1` say, isn't. */
export const isTransactionalIdOf = (job: JobKey, id: string): boolean =>
  new RegExp(transactionalIdPattern(job)).test(id);

/** Task queue of the workflows that last, and of what a job's life waits for. Visibility tells a workflow's: one deployment's are found by it. */
export const controlQueue = (deployment: string): string => `${deployment}.control`;
/** Task queue of planning, its short workflows too: a recovery must not wait for what tenants may ask as often as they like. */
export const planningQueue = (deployment: string): string => `${deployment}.planning`;
/** Task queue of what jobs write into the audit topic: they can't go on for ever without. */
export const logQueue = (deployment: string): string => `${deployment}.log`;
/** Task queue of what people read, its short workflows too. */
export const readingQueue = (deployment: string): string => `${deployment}.reading`;
/** Task queue of what rollouts do to jobs: it waits for long, and must not hold up what those jobs wait for. */
export const rolloutsQueue = (deployment: string): string => `${deployment}.rollouts`;
/** Task queue of what a rollout goes on by, its list and its log: it waits neither for all jobs' histories nor for readers. */
export const rolloutStepsQueue = (deployment: string): string => `${deployment}.rollout-steps`;
/** Task queue of leave to recover: it is given at a bounded rate, which holds nothing else up. */
export const recoveriesQueue = (deployment: string): string => `${deployment}.recoveries`;
/** Task queue on which every host offers its slots. */
export const hostsQueue = (deployment: string): string => `${deployment}.hosts`;
/** Task queue on which the hosts of one release offer theirs too. */
export const releaseQueue = (deployment: string, release: string): string => `${deployment}.hosts@${release}`;
/** Task queue of one host's process: `life` tells it from another that bears the same id (ADR 26). */
export const hostQueue = (deployment: string, hostId: string, life: string): string =>
  `${deployment}.host.${hostId}.${life}`;

/** What a host calls itself at the Temporal server. */
export const hostIdentity = (hostId: string, release: string): string => `${hostId}@${release}`;
/** Null for an identity that is no host's. */
export const hostOf = (identity: string): { readonly hostId: string; readonly release: string } | null => {
  const [, hostId, release] = /^([^@]+)@([^@]+)$/.exec(identity) ?? [];
  return hostId === undefined || release === undefined ? null : { hostId, release };
};

/** The topic of every job's history, kept for ever: key {@link auditKey}, value an entry of contracts/history.ts as JSON. */
export const auditTopic = (deployment: string): string => `${deployment}.audit`;
export const auditKey = (tenant: string, job: string): string => `${tenant}/${job}`;

/** Whether a topic is one of a pattern's: a name, in which `*` stands for any characters at its end. */
export const fitsPattern = (topic: string, pattern: string): boolean =>
  pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern;

/** A stream in the search attribute MillraceStreams, with its tenant, whose names never match another's. */
export const streamKey = (tenant: string, stream: string): string => `${tenant}/${stream}`;
/** A topic in the search attribute MillraceTopics: those that a stream holds, or that a job writes. */
export const topicKey = (cluster: string, topic: string): string => `${cluster}/${topic}`;

/** Whether these values fit into one search attribute: more would fail the workflow that shows them. */
export const fitAttribute = (values: readonly string[]): boolean =>
  JSON.stringify(values).length <= limits.searchAttributeCharsMax;
/** Key of a rollout's records in the audit topic: entries of contracts/rollout-status.ts. No job's key begins with a slash. */
export const rolloutKey = (id: string): string => `/rollout/${id}`;

/** Temporal search attributes: name → type, registered when the embedded server starts and by `millrace setup`. */
export const searchAttributes = {
  MillraceTenant: 'KEYWORD',
  MillraceState: 'KEYWORD',
  MillracePlan: 'KEYWORD',
  MillraceStreams: 'KEYWORD_LIST',
  MillraceTopics: 'KEYWORD_LIST',
  MillraceRelease: 'KEYWORD',
  MillraceLabels: 'KEYWORD_LIST',
  MillraceRevision: 'INT',
  MillraceGeneration: 'INT',
  MillraceSince: 'DATETIME',
} as const;

/** What a query says that a worker can't answer before the workflow's next task: asked again, it waits for that. */
export const aheadOfHistory = 'Millrace: events that no workflow task has taken yet came with a query';
