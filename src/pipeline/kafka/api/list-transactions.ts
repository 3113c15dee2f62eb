/** ListTransactions (KIP-664): the transactional ids that one broker coordinates, whatever the state of their transactions. */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

/** Ids that the caller may not describe are left out by the broker. */
export function listTransactions(): Api<string[]> {
  return {
    key: 66,
    name: 'ListTransactions',
    versions: [0, 1],
    write: (w, version) => {
      // No state, no producer id, no duration: everything.
      w.array([], () => {}).array([], () => {});
      if (version >= 1) w.i64(-1);
      w.tags();
    },
    read: (r) => {
      r.i32();
      BrokerError.check(r.i16(), 'ListTransactions', '');
      r.array(() => r.string());
      return r.array(() => {
        const id = r.string();
        r.i64();
        r.string();
        r.tags();
        return id;
      });
    },
  };
}
