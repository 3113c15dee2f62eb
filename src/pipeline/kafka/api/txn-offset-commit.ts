/**
 * TxnOffsetCommit: offsets as part of a transaction (KIP-447), for a group without members (generation -1, no member).
 * From version 5 it adds the group to the transaction by itself (KIP-890).
 */
import type { ProducerIdentity } from '../../../contracts/task.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';
import { noteOf, type TopicOffsets } from './offset-fetch.ts';

export function txnOffsetCommit(
  transactionalId: string,
  group: string,
  producer: ProducerIdentity,
  topics: ReadonlyMap<string, TopicOffsets>,
  version: 3 | 5,
): Api<void> {
  return {
    key: 28,
    name: 'TxnOffsetCommit',
    versions: version === 5 ? [5, 5] : [3, 4],
    write: (w) => {
      w.string(transactionalId).string(group).i64(BigInt(producer.producerId)).i16(producer.producerEpoch);
      w.i32(-1).string('').string(null);
      w.array([...topics], ([topic, { partitions, offsets }]) => {
        const note = noteOf(partitions);
        w.string(topic).array([...offsets], ([partition, offset]) => {
          w.i32(partition).i64(offset).i32(-1).string(note).tags();
        });
        w.tags();
      }).tags();
    },
    read: (r) => {
      r.i32();
      r.array(() => {
        const topic = r.string();
        r.array(() => {
          const partition = r.i32();
          BrokerError.check(r.i16(), 'TxnOffsetCommit', `of group ${group}, ${topic}/${partition}`);
          r.tags();
        });
        r.tags();
      });
    },
  };
}
