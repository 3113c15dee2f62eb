/** What a service imports as `millrace/client`: the client, its failures, and the types of what it takes and answers. */
export { type Failure, type FailureCode, MillraceError, type Problem } from '../contracts/failure.ts';
export type { HistoryEntry, HistoryPage } from '../contracts/history.ts';
export type { Operation, RewindTarget } from '../contracts/operation.ts';
export type { Plan, PlanColumn } from '../contracts/plan.ts';
export type {
  JobRef,
  RolloutAction,
  RolloutOrder,
  RolloutOrderInput,
  RolloutSelector,
  RolloutStrategy,
} from '../contracts/rollout.ts';
export type {
  JobOutcome,
  OutcomePage,
  RolloutState,
  RolloutStatus,
  RolloutSummary,
} from '../contracts/rollout-status.ts';
export type {
  JobDocument,
  JobDocumentInput,
  JobSpec,
  StreamDocument,
  StreamDocumentInput,
  StreamSpec,
} from '../contracts/spec.ts';
export type {
  HostSummary,
  JobState,
  JobStatus,
  JobSummary,
  Page,
  Progress,
  RequestOutcome,
  StreamStatus,
  TaskStatus,
} from '../contracts/status.ts';
export type { Verdict, VerdictKind, VerdictReason } from '../contracts/verdict.ts';
export { MillraceClient } from './client.ts';
export type {
  ApplyOptions,
  ChangeOptions,
  HistoryOptions,
  ListOptions,
  MillraceClientPort,
  PlannedChange,
  WaitOptions,
} from './port.ts';
export type {
  OutcomeOptions,
  PageOptions,
  PreviewPage,
  RolloutAsking,
  RolloutPreview,
  RolloutsPort,
  StartedRollout,
  StartOptions,
  WaitForRollout,
} from './rollouts-port.ts';
export type { TemporalOptions } from './temporal.ts';
