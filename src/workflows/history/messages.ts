/** What the client asks of a short workflow that reads a job's history. */
import type { HistoryPage, ReadHistory } from '../../contracts/history.ts';

/** The workflow's name at the server. */
export const historyWorkflowType = 'readHistoryWorkflow';

export interface ReadJobHistory extends ReadHistory {
  readonly deployment: string;
}

export type ReadHistoryWorkflow = (order: ReadJobHistory) => Promise<HistoryPage>;
