/** Fencing: taking transactional ids away from whoever holds them. It is the handover between generations. */

import { MillraceError } from '../../contracts/failure.ts';
import type { FenceTransactionalIds } from '../runtime/port.ts';
import { kafkaFailure } from './broker-error.ts';
import { Cluster } from './cluster.ts';
import { takeTransactionalId } from './transaction.ts';

/** Requests under way at once: a coordinator answers one connection's requests one after another anyway. */
const AT_ONCE = 32;

/** Resolves when every id is taken: open transactions are aborted, and no holder can commit any more. */
export async function fence(
  cluster: Cluster,
  ids: readonly string[],
  onTrouble: (error: unknown) => void,
): Promise<void> {
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => takeTransactionalId(cluster, id, onTrouble)));
  }
}

export const fenceTransactionalIds: FenceTransactionalIds = async (bootstrap, ids) => {
  const cluster = new Cluster(bootstrap, 'millrace-fence');
  try {
    await fence(cluster, ids, () => {});
  } catch (e) {
    throw new MillraceError(kafkaFailure(e, bootstrap), [], { cause: e });
  } finally {
    await cluster.close();
  }
};
