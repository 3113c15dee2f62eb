/** What rollouts do outside of their workflows: one set of activities, on a task queue of their own. */
import type { JobOutcome, NumberedEntry, OutcomePage, ReadOutcomes } from '../contracts/rollout-status.ts';
import type { TopicAppender } from '../pipeline/kafka/index.ts';
import { type ActOnJob, actOnJob, type JobsPort } from './act-on-job.ts';
import { classified } from './classify.ts';
import { type FindRegressed, findRegressed } from './find-regressed.ts';
import { appendToLog, type JobsPage, type ReadJobs, readJobs, readOutcomes } from './rollout-log.ts';
import { type JobList, type SelectJobs, selectJobs } from './select-jobs.ts';

export interface RolloutActivities {
  /** Lists the jobs as they are now, once, into the log. */
  selectJobs(order: SelectJobs): Promise<JobList>;
  /** One page of that list. */
  readJobs(order: ReadJobs): Promise<JobsPage>;
  /** Does to one job what was asked, and waits until it has settled. Fails only where that isn't known. */
  actOnJob(order: ActOnJob): Promise<JobOutcome>;
  /** Jobs of a wave that were done and have failed since, with their new outcome. */
  findRegressed(order: FindRegressed): Promise<readonly JobOutcome[]>;
  /** Written twice, entries are told once. */
  appendToLog(order: { readonly entries: readonly NumberedEntry[] }): Promise<void>;
  readOutcomes(order: ReadOutcomes): Promise<OutcomePage>;
}

export interface RolloutDeps {
  readonly jobs: JobsPort;
  readonly audit: TopicAppender;
}

export function createRolloutActivities({ jobs, audit }: RolloutDeps): RolloutActivities {
  const of = (id: string): string => `of rollout ${id}`;
  return {
    selectJobs: (order) => classified(`the jobs ${of(order.id)} were listed`, () => selectJobs(jobs, audit, order)),
    readJobs: (order) => classified(`the list ${of(order.id)} was read`, () => readJobs(audit, order)),
    actOnJob: (order) => classified(`${order.job.tenant}/${order.job.name} was acted on`, () => actOnJob(jobs, order)),
    findRegressed: (order) =>
      classified(`jobs ${of(order.id)} were looked at again`, () => findRegressed(jobs, audit, order)),
    appendToLog: ({ entries }) => classified('the log of a rollout was written', () => appendToLog(audit, entries)),
    readOutcomes: (order) => classified(`outcomes ${of(order.id)} were read`, () => readOutcomes(audit, order)),
  };
}
