/** What the client asks of a short workflow that reads a job's history. */
import type { HistoryPage, ReadHistory } from '../../contracts/history.ts';

/** The workflow's name at the server. */
export const historyWorkflowType = 'readHistoryWorkflow';

export type ReadHistoryWorkflow = (order: ReadHistory) => Promise<HistoryPage>;
