/** Reads values as a kernel does: each body is a record of its own, with all of a record's budget. */
import { limits } from '../../src/contracts/limits.ts';
import { valueReader } from '../../src/pipeline/avro/value.ts';
import { budget } from '../../src/pipeline/budget.ts';

export function recordReader(...reading: Parameters<typeof valueReader>): ReturnType<typeof valueReader> {
  const read = valueReader(...reading);
  return (src, start, end) => {
    budget.left = limits.recordValueBytesMax;
    return read(src, start, end);
  };
}
