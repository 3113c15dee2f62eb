/** A workflow in small that does as a job's does: an activity's end and an update each lead to a next step. */
import { condition, defineQuery, defineUpdate, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';

export const askUpdate = defineUpdate<void>('ask');
export const stepsQuery = defineQuery<readonly string[]>('steps');

export async function smallJob(): Promise<void> {
  const { runTask, takeStep } = proxyActivities<{
    runTask(): Promise<void>;
    takeStep(what: string): Promise<void>;
  }>({ taskQueue: `${workflowInfo().taskQueue}-host`, startToCloseTimeout: '5 minutes' });
  const steps: string[] = [];
  const queue: string[] = [];
  setHandler(askUpdate, () => void queue.push('asked'));
  setHandler(stepsQuery, () => steps);
  void runTask().then(() => queue.push('ended'));
  while (steps.length < 2) {
    await condition(() => queue.length > 0);
    const step = queue.shift()!;
    await takeStep(step);
    steps.push(step);
  }
}
