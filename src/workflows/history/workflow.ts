/** Reads one page of a job's history: who asks needs no way to Kafka. Changes nothing, and knows nothing of the job's own workflow. */
import type { HistoryPage } from '../../contracts/history.ts';
import { readingQueue } from '../../contracts/names.ts';
import { causeOf } from '../failure.ts';
import { shortActivities } from '../short.ts';
import type { ReadJobHistory } from './messages.ts';

export async function readHistoryWorkflow({ deployment, ...order }: ReadJobHistory): Promise<HistoryPage> {
  const { readHistory } = shortActivities(readingQueue(deployment), "read a page of the job's history");
  try {
    return await readHistory(order);
  } catch (error) {
    throw causeOf(error);
  }
}
