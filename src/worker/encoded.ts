/** A worker's payloads where a codec is set: all go through it, failures too, whose messages may quote specs and SQL. */
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { failuresPath } from './bundle.ts';

export const encodedBy = (codec: PayloadCodec): DataConverter => ({
  payloadCodecs: [codec],
  failureConverterPath: failuresPath,
});
