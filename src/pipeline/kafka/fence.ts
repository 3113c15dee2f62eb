/** Fencing: taking transactional ids away from whoever holds them. It is the handover between generations. */

import { MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { isTransactionalIdOf } from '../../contracts/names.ts';
import type { FenceFormerLife, FenceTransactionalIds } from '../runtime/port.ts';
import { listTransactions } from './api/list-transactions.ts';
import { isRetriableAtCoordinator, kafkaFailure } from './broker-error.ts';
import { Cluster } from './cluster.ts';
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

export const fenceTransactionalIds: FenceTransactionalIds = (bootstrap, ids) =>
  withCluster(bootstrap, (cluster) => fence(cluster, ids, () => {}));

export const fenceFormerLife: FenceFormerLife = (bootstrap, job, onProgress) =>
  withCluster(bootstrap, async (cluster) => {
    const known = await transactionalIds(cluster);
    onProgress();
    const ids = known.filter((id) => isTransactionalIdOf(job, id));
    await fence(cluster, ids, () => {}, onProgress);
  });

/** Every transactional id that the cluster knows: each broker tells those that it coordinates. */
function transactionalIds(cluster: Cluster): Promise<string[]> {
  const ask = async (): Promise<string[]> => {
    const { brokers } = await cluster.refresh([]);
    const lists = brokers.map(async ({ id }) => (await cluster.broker(id, 'control')).request(listTransactions()));
    return (await Promise.all(lists)).flat();
  };
  // A broker that has just become a coordinator reads its log first, and doesn't answer for a part.
  return withPatience(ask, { retriable: isRetriableAtCoordinator, forMs: limits.taskRetryMs });
}

async function withCluster(bootstrap: string, work: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = new Cluster(bootstrap, 'millrace-fence');
  try {
    await work(cluster);
  } catch (e) {
    throw new MillraceError(kafkaFailure(e, bootstrap), [], { cause: e });
  } finally {
    await cluster.close();
  }
}
