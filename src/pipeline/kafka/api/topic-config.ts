/** DescribeConfigs for one topic: the largest record batch that it takes (max.message.bytes). */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export function topicMaxMessageBytes(topic: string): Api<number> {
  return {
    key: 32,
    name: 'DescribeConfigs',
    versions: [4, 4],
    write: (w) =>
      w
        .array([topic], (t) => {
          w.i8(2)
            .string(t)
            .array(['max.message.bytes'], (k) => w.string(k))
            .tags();
        })
        .bool(false)
        .bool(false)
        .tags(),
    read: (r) => {
      r.i32();
      const [bytes] = r.array(() => {
        const error = r.i16();
        r.nullableString();
        BrokerError.check(error, 'DescribeConfigs', `of topic ${topic}`);
        r.i8();
        r.string();
        // Only one key was asked for, so its value is the answer; the rest of the structure isn't read.
        const n = r.uvarint() - 1;
        if (n < 1) throw new BrokerError(-1, 'DescribeConfigs', `of topic ${topic}: no max.message.bytes`);
        r.string();
        const value = Number(r.string());
        r.at = r.buf.length;
        return value;
      });
      return bytes!;
    },
  };
}
