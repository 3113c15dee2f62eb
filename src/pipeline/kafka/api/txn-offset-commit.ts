/**
 * TxnOffsetCommit: offsets as part of a transaction (KIP-447), for a group without members (generation -1, no member).
 * From version 5 it adds the group to the transaction by itself (KIP-890).
 */
import type { ProducerIdentity } from '../../../contracts/task.ts';
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';
import type { TopicCommit } from './offset-commit.ts';
import { noteText } from './offset-fetch.ts';

export function txnOffsetCommit(
  transactionalId: string,
  group: string,
  producer: ProducerIdentity,
  topics: ReadonlyMap<string, TopicCommit>,
  version: 3 | 5,
): Api<void> {
  return {
    key: 28,
    name: 'TxnOffsetCommit',
    versions: version === 5 ? [5, 5] : [3, 4],
    write: (w) => {
      w.string(transactionalId).string(group).i64(BigInt(producer.producerId)).i16(producer.producerEpoch);
      w.i32(-1).string('').string(null);
      w.array([...topics], ([topic, commit]) => {
        const note = noteText(commit.note);
        w.string(topic).array([...commit.offsets], ([partition, { offset, leaderEpoch }]) => {
          w.i32(partition).i64(offset).i32(leaderEpoch).string(note).tags();
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
