/**
 * A hand-written query over plain bytes, so that the runtime is tested apart from the compiler: a value that begins with
 * `+` passes, with `-` is rejected, with `!` is a bad record; `*` makes a large value of as many kilobytes as it says.
 */
import { type CompileQuery, type Kernel, REJECTED, RecordError } from '../../../../src/pipeline/ports.ts';

const kernel: Kernel = {
  source: 'by hand',
  shape: 'value',
  parts: { key: false, headers: [] },
  readsRecord: false,
  notes: [],
  run(src, start, end, dst, at) {
    switch (src[start]) {
      case 0x2b: {
        const length = end - start;
        if (at + length <= dst.length) src.copy(dst, at, start, end);
        return at + length;
      }
      case 0x2a: {
        const length = Number(src.toString('latin1', start + 1, end)) * 1024;
        if (at + length <= dst.length) dst.fill(0x2a, at, at + length);
        return at + length;
      }
      case 0x2d:
        return REJECTED;
      default:
        throw new RecordError('decode', 'it is marked as bad');
    }
  },
};

export const compilePlain: CompileQuery = () => ({
  streams: ['s'],
  readColumns: [],
  output: [],
  planText: '',
  outputSchema: '{}',
  keyed: false,
  keys: [],
  kernel: () => kernel,
});
