/** Workers for the queues of the control process, as the real one has them, with the activities that a test gives. */
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { defaultDeployment } from '../../src/contracts/names.ts';
import { type Activities, controlQueues } from '../../src/worker/control-queues.ts';

type Common = Omit<WorkerOptions, 'taskQueue' | 'activities' | 'workflowBundle'> &
  Required<Pick<WorkerOptions, 'workflowBundle'>>;

export interface ControlOptions {
  /** Of each queue; as many as the real process has where it is left out. */
  readonly slots?: number;
  /** As many as come where it is left out. */
  readonly recoveriesPerSecond?: number;
  /** Queues that nobody takes from. */
  readonly without?: readonly string[];
}

export function controlWorkers(
  activities: Partial<Activities>,
  { workflowBundle, ...common }: Common,
  { slots, recoveriesPerSecond, without = [] }: ControlOptions = {},
): Promise<Worker[]> {
  const queues = controlQueues(defaultDeployment, activities, recoveriesPerSecond);
  const few = slots === undefined ? {} : { maxConcurrentActivityTaskExecutions: slots };
  const used = queues.filter(
    ({ hasWorkflows, taskQueue, activities: own }) =>
      !without.includes(taskQueue) && (hasWorkflows || Object.keys(own).length > 0),
  );
  return Promise.all(
    used.map(({ hasWorkflows, ...queue }) =>
      Worker.create({ ...common, ...queue, ...few, ...(hasWorkflows ? { workflowBundle } : {}) }),
    ),
  );
}
