/** The time that a record bears: any 64 bits, of which only some are a date's milliseconds. */
import { RecordError } from './ports.ts';

/** Milliseconds on either side of 1970 that a date can have: beyond, numbers of milliseconds are not exact. */
const timeMax = 8.64e15;

export const isTime = (timestamp: number): boolean => timestamp >= -timeMax && timestamp <= timeMax;

/** The time, or null where the record has none, for which Kafka's own word is -1. Throws RecordError `sql`. */
export function timeOf(timestamp: number | null): number | null {
  if (timestamp === null || timestamp === -1) return null;
  if (isTime(timestamp)) return timestamp;
  throw new RecordError('sql', `_timestamp can't be read: the record's is ${timestamp}, which no date has`);
}
