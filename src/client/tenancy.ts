/** What planning asks of everybody's jobs, by Temporal's visibility: eventually consistent. Not for users. */
import type { Client } from '@temporalio/client';
import { jobWorkflowType } from '../workflows/job/messages.ts';
import { conditions } from './listing.ts';

/** Jobs of a tenant that have not ended. */
export async function countJobs(client: Client, deployment: string, tenant: string): Promise<number> {
  return (await client.workflow.count(conditions(deployment, jobWorkflowType, { tenant }))).count;
}
