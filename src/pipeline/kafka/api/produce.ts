/** Produce with acks=all. From version 12 (KIP-890) it adds its partitions to the transaction by itself. */
import { limits } from '../../../contracts/limits.ts';
import type { Api } from '../wire.ts';

export interface ProducedBatch {
  readonly topic: string;
  readonly partition: number;
  /** One finished record batch. */
  readonly bytes: Buffer;
}

export interface ProduceResult {
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  /** Places in its batch of the records that are refused (KIP-467). */
  readonly refused: readonly number[];
  readonly message: string | null;
}

/** At most one batch per partition in one request. */
export function produce(
  transactionalId: string | null,
  batches: readonly ProducedBatch[],
  timeoutMs: number,
  implicitTransaction: boolean,
): Api<ProduceResult[]> {
  const byTopic = new Map<string, ProducedBatch[]>();
  for (const b of batches) {
    const list = byTopic.get(b.topic);
    if (list === undefined) byTopic.set(b.topic, [b]);
    else list.push(b);
  }
  return {
    key: 0,
    name: 'Produce',
    versions: implicitTransaction ? [12, 12] : [9, 11],
    write: (w) => {
      w.string(transactionalId).i16(-1).i32(timeoutMs);
      w.array([...byTopic], ([topic, list]) => {
        w.string(topic)
          .array(list, (b) => {
            w.i32(b.partition).bytes(b.bytes).tags();
          })
          .tags();
      }).tags();
    },
    read: (r) => {
      const results: ProduceResult[] = [];
      r.array(() => {
        const topic = r.string();
        r.array(() => {
          const partition = r.i32();
          const error = r.i16();
          r.at += 24;
          const refused: number[] = [];
          let told: string | null = null;
          r.array(() => {
            const index = r.i32();
            const why = r.nullableString();
            r.tags();
            if (refused.length >= limits.refusedRecordsMax) return;
            refused.push(index);
            told ??= why;
          });
          const message = r.nullableString();
          r.tags();
          results.push({ topic, partition, error, refused, message: told ?? message });
        });
        r.tags();
      });
      return results;
    },
  };
}
