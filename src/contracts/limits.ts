/**
 * Every bound of Millrace, with its unit and its reason. Plain numbers, no import: the workflow bundle reads it too.
 * What is tuned per deployment (timeouts that tests shorten) is in {@link Tuning}; what stands here is the same everywhere.
 */
export const limits = {
  /** Characters of a tenant's, stream's or job's name: deployment + tenant + job must fit a Kafka group id and a topic name (249). */
  nameCharsMax: 63,
  /** Characters of a deployment's name: it stands before those. */
  deploymentCharsMax: 32,
  /** Characters of a topic name, from Kafka itself (Topic.MAX_NAME_LENGTH). */
  topicCharsMax: 249,
  /** Characters of one SQL text. */
  sqlCharsMax: 64 * 1024,
  /** Characters of one SQL expression of a sink (key, header, tombstone). */
  expressionCharsMax: 4 * 1024,
  /** Expressions of one key; headers of one record, and characters of a header's name. */
  keyPartsMax: 16,
  headersMax: 32,
  headerNameCharsMax: 128,
  /** Characters that a plan tells of its keys' expressions: plans travel in workflow payloads. */
  keyTextCharsMax: 400,
  /** Branches of a query once subqueries, CTEs and unions are taken apart: WITH can double them at each step. */
  branchesMax: 64,
  /** Nodes of a query's bound expressions: names of subqueries stand for their expressions. */
  boundNodesMax: 200_000,
  /** Characters of a path into JSON, and values that it may visit in one text: `[0, 0]` n times makes 2^n. */
  jsonPathCharsMax: 1_000,
  jsonPathVisitsMax: 100_000,
  /** Elements that SEQUENCE makes of a few bytes. */
  sequenceItemsMax: 10_000,
  /** Elements of an array that a SQL function makes longer (ARRAY_CONCAT, FLATTEN, …): one record must not take a host's memory. */
  arrayItemsMax: 1_000_000,
  /** Calls of lambdas within one call of a function: lambdas inside of lambdas must not take a host's time. */
  lambdaCallsMax: 10_000_000,
  /** Characters of a text that a SQL function makes longer (REPEAT, LPAD, REPLACE, …): one record must not take a host's memory. */
  textCharsMax: 16 * 1024 * 1024,
  /**
   * Bytes of JavaScript values that functions and expressions may make of one record: what remains of a thread's heap
   * (threadHeapMb) holds everything else of all its tasks.
   */
  recordValueBytesMax: 64 * 1024 * 1024,
  /** Characters of a text for which a thread keeps what it made of it (a pattern, a time zone): texts come from records, too. */
  memoCharsMax: 1_000,
  /** Characters of a pattern, a replacement or a zone's name that a record brings: what is made of one is many times as large. */
  patternCharsMax: 16 * 1024,
  /** Depth of nesting of a SQL expression: the parser is recursive. */
  sqlDepthMax: 200,
  /** Bytes of one Avro schema as JSON text: it travels in workflow payloads, whose limit is 2 MB. */
  schemaBytesMax: 256 * 1024,
  /**
   * Bytes of JSON of a spec with its plan. A workflow's state has a limit of 2 MB and may hold three (what is wanted, what ran
   * before, what waits), beside as much again of earlier revisions, history that waits, requests and positions.
   */
  planBytesMax: 320 * 1024,
  /**
   * Bytes of the plans that one workflow task sends to the tasks of a generation, and of the positions with them: it has a limit of
   * 4 MB, and sends fences (2.5 KB a task) and history (historyBatchBytesMax) too.
   */
  taskPlansBytesMax: 2.25 * 1024 * 1024,
  sentPositionsBytesMax: 768 * 1024,
  /**
   * Bytes of JSON of the positions that a job's state keeps, all offsets being as long as can be: some 6,000 partitions. It holds as
   * many once more while a change waits for where the tasks before have ended.
   */
  positionsBytesMax: 160 * 1024,
  /** Depth of nesting of an Avro schema. */
  schemaDepthMax: 64,
  /** Depth of recursion while a recursive Avro value is read: a hostile record must not exhaust the stack. */
  valueDepthMax: 200,
  /** Bytes of one block of an Avro file, unpacked, and of one length-prefixed record, in a local query. */
  fileBlockBytesMax: 64 * 1024 * 1024,
  /** Values without a byte of their own (nulls, empty records) that a schema may hold in one place: n records that each hold the next twice make 2^n. */
  schemaWidthMax: 100_000,
  /** Items of one record's arrays that take no byte (nulls, empty records): a hostile count of them costs the sender nothing. */
  emptyItemsMax: 65_536,
  /** Turns that UNNEST takes over one record's lists, which multiply within each other; and bytes of the rows that come of it. */
  unnestTurnsMax: 1_000_000,
  recordOutputBytesMax: 64 * 1024 * 1024,
  /** Bytes of JSON of one stream's document: its workflow remembers one. */
  streamBytesMax: 512 * 1024,
  /** Topics of one stream. */
  streamTopicsMax: 64,
  /** Tasks of one job: each is two pending activities in its workflow, whose limit is 2,000. */
  tasksMax: 256,
  /** Characters of one search attribute's values as JSON, from Temporal itself (limit.searchAttributesSizeOfValueLimit): more fails the workflow. */
  searchAttributeCharsMax: 2_048,
  /** Claims that a topic's workflow remembers: when another tenant wants the topic these jobs are asked whether they still write it. */
  topicClaimsKept: 200,
  /** Milliseconds in which who has claimed a topic counts as its owner without being asked: a planned change is accepted or refused within 60,000. */
  topicClaimMs: 120_000,
  /** Jobs of one tenant where the deployment says nothing else: enough for a large one, and not for a mistake in a loop. */
  tenantJobsDefault: 10_000,
  /** Labels of one job and characters of a label's value. */
  labelsMax: 32,
  labelCharsMax: 63,
  /** Partitions that a topic may be created with, and those of one stream's topics where the deployment says nothing else. */
  topicPartitionsMax: 1_000,
  /** Records a second that `millrace produce --generate` may be asked for. */
  generatedPerSecondMax: 1_000_000,
  /** Settings that a stream may give a topic that is made, and characters of a name and of a value. */
  topicConfigMax: 32,
  topicConfigNameCharsMax: 100,
  topicConfigCharsMax: 1_000,
  /** Bytes of one spec document sent to the API. */
  specBytesMax: 1024 * 1024,
  /**
   * Values of one document: an Avro schema of schemaBytesMax has up to 30,000, and each costs the check up to 10 µs. And pieces
   * that the YAML scanner finds in a text (names, signs, white space): its parser takes up to 10 µs for each.
   */
  documentValuesMax: 40_000,
  documentPiecesMax: 200_000,
  /**
   * Characters of a body that the API reads at once: a few milliseconds of its one thread. Longer ones are read on a thread
   * beside it: so many may wait, each for so many milliseconds of work, in so many megabytes.
   */
  bodyAtOnceCharsMax: 8 * 1024,
  bodiesWaitingMax: 16,
  bodyReadMsMax: 10_000,
  bodyHeapMb: 512,
  /** Milliseconds in which a request to the API must have come whole, and in which it is answered: a plan and a change take 30,000 each at most. */
  requestReceiveMsMax: 30_000,
  requestMsMax: 60_000,
  /** Mistakes told of one document: who reads more doesn't correct more, and each is looked for what may have been meant. */
  problemsMax: 50,
  /** Depth of nesting of a document: an Avro schema of schemaDepthMax is about three times as deep in JSON. */
  documentDepthMax: 256,
  /** Answers of past requests that travel with the workflow's state: the same request id twice gives the same answer. */
  requestsKeptMax: 50,
  /** Bytes of JSON of these answers: of the oldest of them the verdicts are forgotten first. */
  requestsKeptBytesMax: 128 * 1024,
  /**
   * Bytes of JSON of a job's whole state, but for its positions, beyond which no request is taken but a stop. The server ends a workflow
   * whose argument is larger than 2 MB; what lies between is for what comes by itself: positions (positionsBytesMax, twice), and
   * transitions that wait for the audit topic (historyWaitingBytesMax).
   */
  stateBytesMax: 1_400 * 1024,
  /** Bytes of JSON of one request's operation: the offsets of a rewind, some thousands of partitions'. */
  operationBytesMax: 64 * 1024,
  /** Characters of a failure's message, and of one reason of a verdict. */
  failureCharsMax: 2_000,
  verdictReasonCharsMax: 1_000,
  /** Characters of a request id: up to requestsKeptMax of them travel with the workflow's state. */
  requestIdCharsMax: 64,
  /** Characters of an asker's name, and of the reason that they give. */
  actorCharsMax: 128,
  reasonCharsMax: 500,
  /** Characters of a release's name: it stands in a task queue's. */
  releaseCharsMax: 64,
  /** Earlier revisions' specs that travel with the workflow's state, and their bytes of JSON in all: for a rollback without the audit topic. */
  revisionsKeptMax: 10,
  revisionsKeptBytesMax: 256 * 1024,
  /** Milliseconds that a task waits for a host of the release that was asked for, before it is refused or takes another's. */
  releaseWaitMsMax: 5_000,
  /** Entries of a job's history that wait for the audit topic, and their characters of JSON: they travel with the workflow's state. */
  historyWaitingMax: 100,
  historyWaitingBytesMax: 192 * 1024,
  /** Bytes of the positions in which tasks ended, and of those in which tasks began, in one entry: it tells how many more there were. */
  entryPositionsBytesMax: 16 * 1024,
  /** Entries of one activity that writes history, and their characters of JSON: one workflow task may send it with all that a takeover sends. */
  historyBatchMax: 20,
  historyBatchBytesMax: 256 * 1024,
  /** Partitions that the audit topic is created with: a job's history is found by reading through one of them. */
  auditPartitions: 16,
  /** Bytes of one record of the audit topic: more than a workflow's payload (2 MB), which is how an entry comes. */
  auditRecordBytesMax: 4 * 1024 * 1024,
  /** Bytes of the entries of one page of a history, unless one alone is larger: a payload has a limit of 2 MB. */
  historyPageBytesMax: 1024 * 1024,
  /** Records of the audit topic, and milliseconds, after which a page ends with what it has found. */
  historyScanRecordsMax: 200_000,
  historyScanMsMax: 4_000,
  /** Changes waiting in a job's workflow for its loop. */
  requestsQueuedMax: 10,
  /** Past failures kept in a job's state. */
  failuresKeptMax: 5,
  /** Unconfirmed generations a job may leave behind before it stops to wait: each lengthens the list to fence. */
  unconfirmedGenerationsMax: 20,
  /** Times in a row that a generation whose host is shut down before it is confirmed is begun anew at once. */
  leavingsMax: 5,
  /** Milliseconds that a task's own end may come later than the word of the activity that watched it. */
  taskEndMsMax: 2_000,
  /** Events of one workflow run before the job is handed over to a new generation and run; the server suggests 4,096. */
  historyEventsMax: 2_000,
  /** Events and bytes of one workflow run after which its job goes on in a new one at the cost of tasks that run: the server ends a workflow at 51,200 events or 50 MB. */
  historyEventsBound: 20_000,
  historyBytesBound: 20 * 1024 * 1024,
  /** Characters of a rollout's name: with a prefix it is the request id of what is asked of its jobs. */
  rolloutIdCharsMax: 40,
  /** Jobs of one rollout: while they are listed all their names are in one process's memory. */
  rolloutJobsMax: 100_000,
  /** Jobs that a rollout may be given by name: they travel with its workflow's state. */
  rolloutNamedMax: 200,
  /** Bytes of JSON of a rollout's patch: it travels with every job's activity, and 200 of those stand in one history. */
  rolloutPatchBytesMax: 16 * 1024,
  /** Waves of one rollout: each has its counts in the workflow's state. */
  rolloutWavesMax: 10,
  /** Jobs of a rollout that are under way at once, and the default: each is a pending activity that asks Temporal and a generation that the hosts must take up. */
  rolloutConcurrencyMax: 100,
  rolloutConcurrencyDefault: 20,
  /**
   * Activities at once of one control process, by task queue: what a job's life waits for (an outage of Kafka holds each up to 20 s); plans
   * that run or wait for their tenant's turn; writes of history; reads of it; lists and logs of rollouts.
   */
  lifecycleSlots: 200,
  planningSlots: 500,
  logSlots: 100,
  readingSlots: 200,
  rolloutStepsSlots: 100,
  /** Plans, and reads of history, under way at once: in all and of one tenant, which always leaves some to others. */
  planningAtOnce: 32,
  planningPerTenant: 8,
  readingAtOnce: 32,
  readingPerTenant: 8,
  /** Requests of one tenant that wait for a turn, and milliseconds that one waits: more is tried again later. */
  tenantWaitingMax: 50,
  tenantWaitMsMax: 10_000,
  /** Threads that compile plans: two at least, so that one tenant's queries never hold all; and milliseconds that one query may take there. */
  compilerThreadsMin: 2,
  compilerThreadsMax: 4,
  compileMsMax: 10_000,
  /** Jobs that one control process acts on for all rollouts: they wait more than they work, and have slots of their own. */
  rolloutSlots: 200,
  /** Jobs of one page of a rollout's list: between two pages, and only there, no job has to be under way. */
  rolloutPageJobs: 200,
  /** Outcomes of one record of a rollout's log, and those that wait for it before no further job is begun. */
  rolloutOutcomesBatchMax: 50,
  rolloutOutcomesWaitingMax: 400,
  /** Failed jobs told in a rollout's status, and characters of a cause there and in its log; the job's own status has all of it. */
  rolloutFailuresKeptMax: 10,
  rolloutCauseCharsMax: 1_000,
  /** Jobs found failed after one bake time: more would not change what follows. */
  rolloutRegressedMax: 500,
  /** Milliseconds of a bake time: a week. */
  rolloutBakeMsMax: 7 * 24 * 3_600_000,
  /** Milliseconds that a rollout gives one job to settle, at most and by default. */
  rolloutJobMsMax: 24 * 3_600_000,
  rolloutJobMsDefault: 10 * 60_000,
  /** Milliseconds between looks at a job that has not settled: first, and at most. */
  rolloutLookFirstMs: 200,
  rolloutLookMaxMs: 2_000,
  /** Rows of one page of a list, and the default. */
  pageRowsMax: 1_000,
  pageRowsDefault: 100,
  /** Milliseconds that reading where a job stands waits for open transactions: they are committed ten times as often. */
  standingMsMax: 1_000,
  /** Milliseconds in which every broker hears of a topic that was created. */
  topicSpreadMs: 5_000,
  /** Bytes that one fetch may bring per partition, and in all, for one task. */
  fetchPartitionBytesMax: 1024 * 1024,
  fetchBytesMax: 8 * 1024 * 1024,
  /**
   * Milliseconds for which a task processes records before its thread looks at its sockets. Steps twice as long starve it:
   * responses come through a socket's buffer, which is emptied only between steps.
   */
  stepMs: 0.5,
  /** Milliseconds of steps that a task may take before another's turn: with a step for each, responses and kernels would get cold. */
  turnMs: 2,
  /**
   * Where a query needs less of them, one record of so many is walked to its end, the first of each batch to begin with: a
   * body of another schema may look well so far. A walk takes half the kernel's time of such a query, so that those of a large
   * batch cost less than two hundredths; a small one takes many times as long to open.
   */
  wholeRecordEvery: 128,
  /**
   * Milliseconds between looks at the steps of a host's threads, and looks after which one that lasts is given up with its
   * thread. Counted in looks: a process that was frozen looks once when it wakes.
   */
  stepLookMs: 1_000,
  stepLooksMax: 10,
  /** Threads that may end under one task of a host, by its own records or others', before its job is told. */
  taskThreadsMax: 10,
  /** Plans in whose steps threads have ended that a host remembers: their tasks begin in a thread apart. */
  suspectPlansMax: 1_000,
  /**
   * Records of one partition that are known not to be processed again: each costs an entry until its place is committed. And
   * records that a transaction reads where some were refused, so that all of it may be: steps under way may read some more.
   */
  refusedRecordsMax: 100_000,
  tracedRecordsMax: 10_000,
  /** Bytes of one produced record batch; Kafka's message.max.bytes is 1,048,588 by default. */
  produceBatchBytesMax: 900 * 1024,
  /** Bytes of all rows that one record becomes (UNNEST, UNION ALL). */
  recordRowsBytesMax: 64 * 1024 * 1024,
  /** Characters of what is told of one failed record, in its dead letter and in a failure: causes may quote its values. */
  recordCauseCharsMax: 2_500,
  /** Bytes of one record batch once decompressed, and of one record of it: a hostile batch must not exhaust the memory. */
  batchBytesMax: 128 * 1024 * 1024,
  recordBytesMax: 64 * 1024 * 1024,
  /** Bytes that one engine thread's tasks hold of what they have fetched and not processed: it is outside of the thread's heap. */
  threadFetchedBytesMax: 96 * 1024 * 1024,
  /** Bytes of one partition that a fetch asks for at least: of the many that a task may read each gets its part. */
  fetchPartitionBytesMin: 64 * 1024,
  /** Output bytes that a task holds back while a transaction is being committed; then it stops reading. */
  unsentBytesMax: 8 * 1024 * 1024,
  /** Milliseconds that a fetch waits while a task of the same thread is about to ask for more. */
  fetchWaitMsBusy: 10,
  /** Milliseconds that a partition is fetched from the nearer replica that its leader named, before the leader is asked again (Kafka's metadata.max.age.ms). */
  replicaLeaseMs: 300_000,
  /** Milliseconds that a partition is fetched from its leader alone after a nearer replica failed: as long as a broker's session and a fetch that is under way. */
  replicaAvoidedMs: 30_000,
  /** Milliseconds between reports of a running task. */
  reportMs: 1_000,
  /** Milliseconds of reports that a host keeps of a task: what a takeover's health window is compared with is as long in production. */
  vitalsMs: 10_000,
  /** Megabytes of JavaScript heap of one engine thread; buffers are outside of it and bounded by the rows above. */
  threadHeapMb: 128,
  /** Milliseconds that a fetch waits for new records. */
  fetchWaitMsMax: 500,
  /** Milliseconds and output bytes after which a transaction is committed, whichever comes first. */
  commitIntervalMs: 100,
  transactionBytesMax: 16 * 1024 * 1024,
  /** Milliseconds after which the broker aborts a transaction that no one finishes. */
  transactionTimeoutMs: 60_000,
  /** Milliseconds between retries of a request to a broker: first, and at most (doubled in between, with jitter). */
  retryFirstMs: 50,
  retryMaxMs: 2_000,
  /**
   * Milliseconds that a connection to a broker may take, its first answer too; that a broker may wait for a produce's
   * replicas; and that the answer due on a connection may take. Each less than the next, and all than taskRetryMs: whoever
   * waits hears the answer of whom it waits for.
   */
  connectMs: 4_000,
  produceMs: 6_000,
  requestMs: 10_000,
  /** Milliseconds between looks at the files that hold what is shown to Temporal: a key, certificates. */
  secretsAgainMs: 10_000,
  /** Milliseconds after which what any broker can answer is asked of a second one too. */
  secondBrokerMs: 1_000,
  /** Milliseconds after which a produce counts as slow: it waits for replicas, and others are not to wait behind it. */
  produceSlowMs: 500,
  /** Connections of one thread to one broker that carry a produce each; as many again for partitions that are slow; and partitions known to be. */
  produceLanes: 4,
  produceSlowLanes: 4,
  produceSlowPartitionsMax: 10_000,
  /** Milliseconds that a task retries by itself against a broker that doesn't answer before its job is told. */
  taskRetryMs: 15_000,
  /** Milliseconds between retries of a failed job by its workflow: first, and at most. */
  jobRetryFirstMs: 1_000,
  jobRetryMaxMs: 60_000,
  /** Milliseconds that a task may take to finish what it has in flight when it is told to drain. */
  drainMsMax: 60_000,
  /** Milliseconds that the tasks of a job may take to stop when they are cancelled, before they are left to be fenced. */
  cancelMsMax: 15_000,
  /** Milliseconds that a new generation may take to become healthy, beside the time it must stay so. */
  confirmMsMax: 120_000,
  /** Records that a generation must have read, or be behind by, before it is judged by them: a share of fewer is chance. */
  healthRecordsMin: 50,
  /** Share of failed records by which a new generation may exceed the one before: data varies, a broken query fails far more. */
  healthFailedShareRise: 0.1,
  /** Share of failed records that a generation may have with none to compare it with: whoever skips bad records expects some, not nearly all. */
  healthFailedShareMax: 0.9,
  /** Share of what comes in that a new generation may leave unread beyond what the one before left: it is still warming up. */
  healthLagGrowthShare: 0.2,
  /** Milliseconds of input that a new generation may be behind at its window's end: a takeover's own pause is caught up in less. */
  healthLagMs: 3_000,
  /** Milliseconds that a new job's or stream's workflow waits for its first accepted spec. */
  firstApplyMs: 10_000,
  /** Milliseconds that one attempt to prepare a task may take before another host is tried. */
  prepareMsMax: 10_000,
  /** Milliseconds that a generation waits for slots, holding those that it has; half of it at least. See steps/prepare.ts. */
  hostWaitMsMax: 30_000,
  /**
   * Milliseconds that a host keeps a prepared task that nobody runs: longer than a generation waits for its last task (40 s), and
   * then for the tasks before it to drain (drainMsMax), or be cancelled (cancelMsMax), and for their positions (10 s).
   */
  preparedMsMax: 180_000,
  /** Milliseconds after which a task that its job doesn't hear of any more asks Kafka whether it was fenced: first, and at most (doubled in between, with jitter). */
  proveFirstMs: 5_000,
  proveMaxMs: 300_000,
  /** Milliseconds that a host keeps how a task ended that nobody listened to. */
  unheardEndMs: 600_000,
  /** Milliseconds that a task whose heartbeats ceased waits at least to be taken up again by its host, which may only have lost Temporal. */
  adoptMsMin: 5_000,
  /** Milliseconds more for each task of its generation, and for each slot of its host: they come and come back together, and Temporal hands them out one after another. */
  takeUpMsPerTask: 100,
  /** Milliseconds over which recoveries that come at the same time are spread, beside their rate. */
  recoverySpreadMs: 500,
  /** Recoveries that all jobs together begin in a second, where the deployment says nothing else: each is about a second of CPU. */
  recoveriesPerSecondDefault: 10,
  /** Milliseconds that one waits for leave, after which it begins without: as long as 36,000 at that rate take, since those that give up begin together. */
  admissionMsMax: 3_600_000,
  /** Changes of its topics that a running job keeps in mind: any one of them makes the new generation that takes up all. */
  topicChangesMax: 20,
  /** Days between commits of quiet partitions' offsets: the broker forgets those of a group without members after 7. */
  offsetRefreshDays: 1,
} as const;

/** What a deployment tunes: the same workflow runs with production's patience or a test's hurry. Given by the host with prepareTask. */
export interface Tuning {
  /** Milliseconds without a heartbeat after which a task counts as dead. 30,000 in production: 10,000 tasks at 5,000 would cost 2,500 requests/s. */
  readonly heartbeatMs: number;
  /** Milliseconds that a new generation must stay healthy before it is confirmed. */
  readonly healthMs: number;
  /** Milliseconds between looks at the topics that a thread's tasks read and write, for what has changed: one request for all of them. */
  readonly topicsMs: number;
  /**
   * Milliseconds more that a task whose heartbeats ceased waits to be taken up again by its host: all tasks of a host come back
   * together where Temporal was away. Production's grow with the host's slots; none where it is left out.
   */
  readonly takeUpMs?: number;
}

/** What a deployment allows one tenant. */
export interface Quota {
  /** Jobs that it may have. */
  readonly jobs: number;
  /** Tasks that one of its jobs may ask for. */
  readonly tasks: number;
  /** Partitions that the topics of one of its streams may be made with; 0: Millrace makes none. */
  readonly partitions: number;
}

export const defaultQuota: Quota = {
  jobs: limits.tenantJobsDefault,
  tasks: limits.tasksMax,
  partitions: limits.topicPartitionsMax,
};

export const productionTuning: Tuning = { heartbeatMs: 30_000, healthMs: 10_000, topicsMs: 30_000 };
export const devTuning: Tuning = { heartbeatMs: 5_000, healthMs: 1_000, topicsMs: 2_000 };
