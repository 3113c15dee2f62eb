/** Walks what one fetch brought of a partition, as a read_committed reader sees it. */
import { AbortedFilter } from './aborted-filter.ts';
import type { FetchedPartition } from './api/fetch.ts';
import {
  batchEnd,
  checkBatch,
  isControl,
  isTransactional,
  lastOffset,
  layout,
  readLong,
  wholeBatch,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';

/**
 * Calls `see` for each record from an offset on, up to another where one is given; answers with the offset to fetch next.
 * Throws {@link CorruptBatch}.
 */
export function eachRecord(
  fetched: FetchedPartition,
  from: number,
  see: (cursor: RecordCursor) => void,
  to: number = Number.POSITIVE_INFINITY,
): number {
  const { buf, end } = fetched;
  const cursor = new RecordCursor();
  const aborted = new AbortedFilter();
  aborted.reset(fetched.aborted);
  let next = from;
  for (let at = fetched.start; next < to && wholeBatch(buf, at, end); ) {
    const behind = batchEnd(buf, at);
    checkBatch(buf, at, behind);
    const last = lastOffset(buf, at);
    const attributes = buf.readInt16BE(at + layout.attributes);
    const producer = readLong(buf, at + layout.producerId);
    if (isControl(attributes)) aborted.end(producer, last);
    else if (!isTransactional(attributes) || !aborted.hides(producer, last)) {
      cursor.open(buf, at, behind);
      while (cursor.next()) if (cursor.offset >= from && cursor.offset < to) see(cursor);
    }
    next = Math.max(next, last + 1);
    at = behind;
  }
  return next;
}
