/** How values that are held as numbers are written as JSON, by their SQL type and the format's options. */
import type { Format } from '../../../contracts/format.ts';
import { formatDate, formatTime, isoTimestamp } from '../../sql/functions/calendar.ts';
import type { SqlType } from '../../sql/types.ts';
import { decimalText } from '../../sql/value-text.ts';
import type { Long } from '../../sql/values.ts';
import { writeAscii, writeInt, writeLong } from './number.ts';

export type JsonFormat = Format & { kind: 'json' };
/** Writes at `dst[at]`; answers the position after it. Stores beyond the end are ignored, as typed arrays do. */
export type Writes<V> = (dst: Buffer, at: number, v: V) => number;

/** For what is held as `int` (also DATE, TIME(3)) or as `long` (also TIMESTAMP, TIME(6), DECIMAL). */
export function numberWriter(type: SqlType, held: 'int' | 'long', format: JsonFormat): Writes<never> {
  const iso = format.temporal === 'iso';
  switch (type.kind) {
    case 'BIGINT':
      return format.bigint === 'string' ? quoted(writeLong) : writeLong;
    case 'DECIMAL': {
      const { scale } = type;
      const write: Writes<Long> = (dst, at, v) => writeAscii(dst, at, decimalText(v, scale));
      return format.decimal === 'string' ? quoted(write) : scale === 0 ? writeLong : write;
    }
    case 'DATE':
      if (iso) return quoted<number>((dst, at, v) => writeAscii(dst, at, formatDate(v)));
      break;
    case 'TIME': {
      const { precision } = type;
      if (iso) return quoted<Long>((dst, at, v) => writeAscii(dst, at, formatTime(Number(v), precision)));
      break;
    }
    case 'TIMESTAMP': {
      const { precision, zoned } = type;
      if (iso) return quoted<Long>((dst, at, v) => writeAscii(dst, at, isoTimestamp(v, precision, zoned)));
      // Microseconds are beyond 2^53 before 1684 and after 2255.
      if (format.bigint === 'string' && precision > 3) return quoted(writeLong);
    }
  }
  return held === 'int' ? writeInt : writeLong;
}

function quoted<V>(write: Writes<V>): Writes<V> {
  return (dst, at, v) => {
    dst[at] = 34;
    const end = write(dst, at + 1, v);
    dst[end] = 34;
    return end + 1;
  };
}
