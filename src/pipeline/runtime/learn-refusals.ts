/**
 * What a task learns of Kafka's refusal of records: which of the records that it read are not to be processed again, and
 * why. Where that can't be told yet, what is written next is traced, in smaller batches where need be.
 */
import { brokerErrors, refusedCode } from '../kafka/broker-error.ts';
import { type RecordsRefused, type RefusedBatch, refusalText } from '../kafka/records-refused.ts';
import type { Origin, Trace } from '../kafka/trace.ts';
import type { RefusedRecords } from './refused-records.ts';

export function learnRefusals(
  { batches }: RecordsRefused,
  deadLetters: string | undefined,
  trace: Trace,
  known: RefusedRecords,
): void {
  for (const refused of batches) {
    const { origins, topic } = refused.batch;
    if (origins === null) continue;
    const found = originsOf(refused, origins);
    if (found.length === 0) trace.recordsMax = Math.max(1, Math.floor(origins.length / 2));
    for (const origin of found) learn(refused, origin, topic === deadLetters, known);
  }
  trace.isOn = true;
}

function originsOf({ indexes }: RefusedBatch, origins: readonly Origin[]): readonly Origin[] {
  if (indexes.length > 0) return indexes.flatMap((i) => origins[i] ?? []);
  return origins.length === 1 ? origins : [];
}

function learn(refused: RefusedBatch, origin: Origin, isDeadLetter: boolean, known: RefusedRecords): void {
  const { topic, partition, offset } = origin;
  const code = refusedCode(refused.code);
  const restamp = refused.code === brokerErrors.INVALID_TIMESTAMP;
  const wasRestamped = known.of(topic, partition)?.get(offset)?.restamp === true;
  const cause = refusalText(refused);
  const final = isDeadLetter && (!restamp || wasRestamped);
  known.add(topic, partition, offset, { stage: 'sink', code, cause, restamp, final });
}
