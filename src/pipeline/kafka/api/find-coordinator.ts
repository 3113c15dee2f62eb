/** FindCoordinator: the broker that coordinates a consumer group or a transactional id (KIP-699: several keys at once). */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';
import type { BrokerAddress } from './metadata.ts';

export type CoordinatorType = 'group' | 'transaction';

export function findCoordinator(type: CoordinatorType, key: string): Api<BrokerAddress> {
  return {
    key: 10,
    name: 'FindCoordinator',
    versions: [4, 6],
    write: (w) =>
      w
        .i8(type === 'group' ? 0 : 1)
        .array([key], (k) => w.string(k))
        .tags(),
    read: (r) => {
      r.i32();
      const [found] = r.array(() => {
        r.string();
        const id = r.i32();
        const host = r.string();
        const port = r.i32();
        const error = r.i16();
        const message = r.nullableString();
        r.tags();
        BrokerError.check(error, 'FindCoordinator', `of ${type} ${key}${message === null ? '' : `: ${message}`}`);
        return { id, host, port };
      });
      if (found === undefined) throw new BrokerError(15, 'FindCoordinator', `of ${type} ${key}`);
      return found;
    },
  };
}
