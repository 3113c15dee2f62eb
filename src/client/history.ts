/** A job's history, through a short workflow of its own: only the control process has a way to Kafka. */
import { randomUUID } from 'node:crypto';
import type { HistoryPage } from '../contracts/history.ts';
import { limits } from '../contracts/limits.ts';
import { historyWorkflowId, readingQueue } from '../contracts/names.ts';
import { historyWorkflowType, type ReadHistoryWorkflow, type ReadJobHistory } from '../workflows/history/messages.ts';
import type { HistoryOptions } from './port.ts';
import type { Temporal } from './temporal.ts';

/** Milliseconds that reading a page may take. */
const readMsMax = 30_000;

export function readHistory(
  temporal: Temporal,
  tenant: string,
  job: string,
  { limit = limits.pageRowsDefault, cursor }: HistoryOptions,
): Promise<HistoryPage> {
  const order: ReadJobHistory = { deployment: temporal.deployment, tenant, job, limit, cursor: cursor ?? null };
  return temporal.call(`the history of job ${tenant}/${job}`, (client) =>
    client.workflow.execute<ReadHistoryWorkflow>(historyWorkflowType, {
      workflowId: historyWorkflowId(temporal.deployment, tenant, job, randomUUID()),
      taskQueue: readingQueue(temporal.deployment),
      args: [order],
      workflowExecutionTimeout: readMsMax,
    }),
  );
}
