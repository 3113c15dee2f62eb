/** EndTxn: commits or aborts. From version 5 (KIP-890) it answers with the producer id and epoch of the next transaction. */
import type { ProducerIdentity } from '../../../contracts/task.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export function endTxn(
  transactionalId: string,
  producer: ProducerIdentity,
  commit: boolean,
  version: 3 | 5,
): Api<ProducerIdentity> {
  return {
    key: 26,
    name: 'EndTxn',
    versions: version === 5 ? [5, 5] : [3, 4],
    write: (w) =>
      w.string(transactionalId).i64(BigInt(producer.producerId)).i16(producer.producerEpoch).bool(commit).tags(),
    read: (r, v) => {
      r.i32();
      BrokerError.check(r.i16(), 'EndTxn', `of ${transactionalId}`);
      return v >= 5 ? { producerId: r.i64().toString(), producerEpoch: r.i16() } : producer;
    },
  };
}
