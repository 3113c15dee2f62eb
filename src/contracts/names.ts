/** Every name that Millrace gives to something outside of it: workflow ids, groups, transactional ids, task queues. Pure. */
import { limits } from './limits.ts';

export const jobWorkflowId = (tenant: string, job: string): string => `job/${tenant}/${job}`;
export const streamWorkflowId = (tenant: string, stream: string): string => `stream/${tenant}/${stream}`;
export const planWorkflowId = (tenant: string, job: string, requestId: string): string =>
  `plan/${tenant}/${job}/${requestId}`;
export const historyWorkflowId = (tenant: string, job: string, requestId: string): string =>
  `history/${tenant}/${job}/${requestId}`;

export const rolloutWorkflowId = (id: string): string => `rollout/${id}`;
/** A short workflow that reads one page of a rollout's outcomes. */
export const outcomesWorkflowId = (id: string, requestId: string): string => `rollout-outcomes/${id}/${requestId}`;

/** The consumer group that holds a job's committed offsets. It has no members, so that every Kafka tool shows the lag. */
export const groupId = (tenant: string, job: string): string => `millrace.${tenant}.${job}`;

/** The transactional id of one task of one generation: never used by any other task, so fencing it is final. */
export const transactionalId = (tenant: string, job: string, generation: number, index: number): string =>
  `millrace.${tenant}.${job}-g${generation}-${index}`;

/** Whether an id is one of this job's tasks', of whatever generation. Another job's, `<job>-g1` say, isn't. */
export const isTransactionalIdOf = (tenant: string, job: string, id: string): boolean => {
  const prefix = `millrace.${tenant}.${job}-g`;
  return id.startsWith(prefix) && /^\d+-\d+$/.test(id.slice(prefix.length));
};

/** Task queue of the workflows and their short activities. */
export const controlQueue = 'millrace';
/** Task queue of what rollouts do to jobs: it waits for long, and must not hold up what those jobs wait for. */
export const rolloutsQueue = 'millrace-rollouts';
/** Task queue on which every host offers its slots. */
export const hostsQueue = 'millrace-hosts';
/** Task queue on which the hosts of one release offer theirs too. */
export const releaseQueue = (release: string): string => `millrace-hosts@${release}`;
/** Task queue of one host. */
export const hostQueue = (hostId: string): string => `millrace-host-${hostId}`;

/** What a host calls itself at the Temporal server. */
export const hostIdentity = (hostId: string, release: string): string => `${hostId}@${release}`;
/** Null for an identity that is no host's. */
export const hostOf = (identity: string): { readonly hostId: string; readonly release: string } | null => {
  const [, hostId, release] = /^([^@]+)@([^@]+)$/.exec(identity) ?? [];
  return hostId === undefined || release === undefined ? null : { hostId, release };
};

/** The topic of every job's history, kept for ever: key {@link auditKey}, value an entry of contracts/history.ts as JSON. */
export const auditTopic = 'millrace.audit';
export const auditKey = (tenant: string, job: string): string => `${tenant}/${job}`;

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
