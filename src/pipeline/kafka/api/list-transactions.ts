/**
 * ListTransactions (KIP-664): a job's transactional ids among those that one broker coordinates, whatever the state of their
 * transactions. From version 2 on (KIP-1152, Kafka 4.1) the broker chooses them; an older one tells everybody's.
 */
import { type JobKey, transactionalIdPattern } from '../../../contracts/names.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

/** Ids that the caller may not describe are left out by the broker; other jobs' may be among them: whoever asks looks. */
export function listTransactions(job: JobKey): Api<string[]> {
  return {
    key: 66,
    name: 'ListTransactions',
    versions: [0, 2],
    write: (w, version) => {
      // No state, no producer id, no duration: everything.
      w.array([], () => {}).array([], () => {});
      if (version >= 1) w.i64(-1);
      if (version >= 2) w.string(transactionalIdPattern(job));
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
