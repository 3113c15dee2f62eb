/** What a running task finds of its topics, told to its job's workflow: once each, and again where it didn't arrive. */
import type { Context } from '@temporalio/activity';
import { jobWorkflowId } from '../contracts/names.ts';
import type { TaskIdentity, TaskReport } from '../contracts/task.ts';
import { topicsChangedSignal } from '../workflows/job/messages.ts';

/** Called with each report; most of them have nothing to tell. */
export function teller(context: Context, task: TaskIdentity): (report: TaskReport) => void {
  const { deployment, tenant, job, generation } = task;
  let told = '';
  let telling = false;
  return ({ changes }) => {
    if (changes === undefined || telling) return;
    const text = JSON.stringify(changes);
    if (text === told) return;
    telling = true;
    const handle = context.client.workflow.getHandle(jobWorkflowId(deployment, tenant, job));
    handle
      .signal(topicsChangedSignal, { generation, changes })
      .then(
        () => {
          told = text;
        },
        // The next report tries again.
        (error: unknown) => context.log.warn(`${tenant}/${job} was not told what its topics have become`, { error }),
      )
      .finally(() => {
        telling = false;
      });
  };
}
