/** What planning asks of everybody's jobs and streams, by Temporal's visibility: eventually consistent. Not for users. */
import type { Client } from '@temporalio/client';
import { limits } from '../contracts/limits.ts';
import { jobWorkflowType } from '../workflows/job/messages.ts';
import { conditions, listPage, ofDeployment, quote } from './listing.ts';

/** Of these topics (`cluster/topic`), those of another tenant's running streams and jobs. */
export async function topicsOfOthers(
  client: Client,
  deployment: string,
  tenant: string,
  topics: readonly string[],
): Promise<string[]> {
  const wanted = topics.map(quote).join(', ');
  const query = `${ofDeployment(deployment)} AND ExecutionStatus = 'Running' AND MillraceTenant != ${quote(tenant)} AND MillraceTopics IN (${wanted})`;
  const { items } = await listPage(client, query, { limit: limits.pageRowsDefault });
  const theirs = new Set(items.flatMap((i) => [i.attributes['MillraceTopics'] ?? []].flat()));
  return topics.filter((t) => theirs.has(t));
}

/** Jobs of a tenant that have not ended. */
export async function countJobs(client: Client, deployment: string, tenant: string): Promise<number> {
  return (await client.workflow.count(conditions(deployment, jobWorkflowType, { tenant }))).count;
}
