/** Hosts, as Temporal knows them: who asks for tasks on the hosts' queue. One that is gone is still told for some minutes. */
import type { Client } from '@temporalio/client';
import { hostOf, hostsQueue } from '../contracts/names.ts';
import type { HostSummary } from '../contracts/status.ts';

/** temporal.api.enums.v1.TaskQueueType */
const activityQueue = 2;

/** By their ids. A host that was started anew under its id is told as it was seen last. */
export async function listHosts(client: Client, deployment: string): Promise<HostSummary[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: hostsQueue(deployment) },
    taskQueueType: activityQueue,
  });
  const seen = (pollers ?? []).flatMap(({ identity, lastAccessTime }): HostSummary[] => {
    const host = hostOf(identity ?? '');
    const ms = Number(lastAccessTime?.seconds ?? 0) * 1_000 + Math.floor((lastAccessTime?.nanos ?? 0) / 1e6);
    return host === null ? [] : [{ ...host, seenAt: new Date(ms).toISOString() }];
  });
  const newest = new Map<string, HostSummary>();
  for (const host of seen.sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1))) newest.set(host.hostId, host);
  return [...newest.values()].sort((a, b) => (a.hostId < b.hostId ? -1 : 1));
}
