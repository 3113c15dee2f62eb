/** Reads one page of a job's history: who asks needs no way to Kafka. Changes nothing, and knows nothing of the job's own workflow. */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../../activities/index.ts';
import type { HistoryPage } from '../../contracts/history.ts';
import { readingQueue } from '../../contracts/names.ts';
import { causeOf } from '../failure.ts';
import type { ReadJobHistory } from './messages.ts';

export async function readHistoryWorkflow({ deployment, ...order }: ReadJobHistory): Promise<HistoryPage> {
  const { readHistory } = proxyActivities<ControlActivities>({
    taskQueue: readingQueue(deployment),
    startToCloseTimeout: 25_000,
    scheduleToCloseTimeout: 25_000,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 },
    summary: "read a page of the job's history",
  });
  try {
    return await readHistory(order);
  } catch (error) {
    throw causeOf(error);
  }
}
