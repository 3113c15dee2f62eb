/** A position of which the log has lost what was read before it (KIP-320: LogTruncationException). Owns that error; what it means for a job is runtime/lost-records.ts's. */
import type { Divergence } from './api/fetch.ts';

export class LogTruncated extends Error {
  override readonly name = 'LogTruncated';
  readonly at: Divergence;

  /** `about`: a partition and its position. */
  constructor(at: Divergence, about: string) {
    super(
      `The log of ${about} holds other records before it: those of leader epoch ${at.epoch} end at ${at.endOffset}.`,
    );
    this.at = at;
  }
}
