/** AddPartitionsToTxn and AddOffsetsToTxn: only for clusters below transaction.version 2, where nothing is added by itself. */
import type { ProducerIdentity } from '../../../contracts/task.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export function addPartitionsToTxn(
  transactionalId: string,
  producer: ProducerIdentity,
  topics: ReadonlyMap<string, readonly number[]>,
): Api<void> {
  return {
    key: 24,
    name: 'AddPartitionsToTxn',
    versions: [3, 3],
    write: (w) => {
      w.string(transactionalId).i64(BigInt(producer.producerId)).i16(producer.producerEpoch);
      w.array([...topics], ([topic, partitions]) => {
        w.string(topic)
          .array(partitions, (p) => w.i32(p))
          .tags();
      }).tags();
    },
    read: (r) => {
      r.i32();
      let worst = 0;
      r.array(() => {
        r.string();
        r.array(() => {
          r.i32();
          const error = r.i16();
          // OPERATION_NOT_ATTEMPTED only says that another partition has the real cause.
          if (error !== 0 && (worst === 0 || worst === 55)) worst = error;
          r.tags();
        });
        r.tags();
      });
      BrokerError.check(worst, 'AddPartitionsToTxn', `of ${transactionalId}`);
    },
  };
}

export function addOffsetsToTxn(transactionalId: string, producer: ProducerIdentity, group: string): Api<void> {
  return {
    key: 25,
    name: 'AddOffsetsToTxn',
    versions: [3, 4],
    write: (w) =>
      w.string(transactionalId).i64(BigInt(producer.producerId)).i16(producer.producerEpoch).string(group).tags(),
    read: (r) => {
      r.i32();
      BrokerError.check(r.i16(), 'AddOffsetsToTxn', `of ${transactionalId}`);
    },
  };
}
