/**
 * InitProducerId. With producer id -1 it takes a transactional id away from whoever holds it (the open transaction aborts, the
 * epoch rises); with the current id and epoch it recovers the caller's own (KIP-360), which a fenced caller is refused.
 */
import type { ProducerIdentity } from '../../../contracts/task.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export function initProducerId(
  transactionalId: string | null,
  timeoutMs: number,
  current: ProducerIdentity = { producerId: '-1', producerEpoch: -1 },
): Api<ProducerIdentity> {
  return {
    key: 22,
    name: 'InitProducerId',
    versions: [4, 5],
    write: (w) =>
      w.string(transactionalId).i32(timeoutMs).i64(BigInt(current.producerId)).i16(current.producerEpoch).tags(),
    read: (r) => {
      r.i32();
      BrokerError.check(r.i16(), 'InitProducerId', `of ${transactionalId ?? 'an idempotent producer'}`);
      return { producerId: r.i64().toString(), producerEpoch: r.i16() };
    },
  };
}
