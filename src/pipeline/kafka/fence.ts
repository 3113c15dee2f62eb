/** Fencing: taking transactional ids away from whoever holds them. It is the handover between generations. */

import { limits } from '../../contracts/limits.ts';
import { isTransactionalIdOf, type JobKey } from '../../contracts/names.ts';
import { listTransactions } from './api/list-transactions.ts';
import { isRetriableAtCoordinator, kafkaError } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { withPatience } from './pause.ts';
import { takeTransactionalId } from './transaction.ts';

/** Requests under way at once: a coordinator answers one connection's requests one after another anyway. */
const AT_ONCE = 32;

/** Resolves when every id is taken: open transactions are aborted, and no holder can commit any more. */
export async function fence(
  cluster: Cluster,
  ids: readonly string[],
  onTrouble: (error: unknown) => void,
  onProgress: () => void = () => {},
): Promise<void> {
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => takeTransactionalId(cluster, id, onTrouble)));
    onProgress();
  }
}

/** Takes the transactional ids away from whoever holds them (InitProducerId): their open transactions abort, their next commit is refused. */
export const fenceTransactionalIds = (cluster: Cluster, ids: readonly string[]): Promise<void> =>
  telling(cluster, () => fence(cluster, ids, () => {}));

/**
 * The same for every id of a job's tasks that the cluster knows; it forgets those unused for a week. `onProgress` is
 * called now and then, for a job may leave many.
 */
export const fenceFormerLife = (cluster: Cluster, job: JobKey, onProgress: () => void): Promise<void> =>
  telling(cluster, async () => {
    const ids = await transactionalIds(cluster, job);
    onProgress();
    await fence(cluster, ids, () => {}, onProgress);
  });

/** Every transactional id of the job that the cluster knows: each broker tells those that it coordinates. */
function transactionalIds(cluster: Cluster, job: JobKey): Promise<string[]> {
  const ask = async (): Promise<string[]> => {
    const { brokers } = await cluster.refresh([]);
    const lists = brokers.map(async ({ id }) => (await cluster.broker(id, 'control')).request(listTransactions(job)));
    return (await Promise.all(lists)).flat().filter((id) => isTransactionalIdOf(job, id));
  };
  // A broker that has just become a coordinator reads its log first, and doesn't answer for a part.
  return withPatience(ask, { retriable: isRetriableAtCoordinator, forMs: limits.taskRetryMs });
}

async function telling(cluster: Cluster, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (e) {
    throw kafkaError(e, cluster.bootstrap);
  }
}
