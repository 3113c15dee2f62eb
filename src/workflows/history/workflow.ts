/** Reads one page of a job's history: who asks needs no way to Kafka. Changes nothing, and knows nothing of the job's own workflow. */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../../activities/index.ts';
import type { HistoryPage, ReadHistory } from '../../contracts/history.ts';
import { causeOf } from '../failure.ts';

const { readHistory } = proxyActivities<ControlActivities>({
  startToCloseTimeout: 20_000,
  scheduleToCloseTimeout: 25_000,
  retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 },
  summary: "read a page of the job's history",
});

export async function readHistoryWorkflow(order: ReadHistory): Promise<HistoryPage> {
  try {
    return await readHistory(order);
  } catch (error) {
    throw causeOf(error);
  }
}
