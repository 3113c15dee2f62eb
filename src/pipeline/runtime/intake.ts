/**
 * Memory of what a thread has fetched and not processed yet: each source has an equal share of it, so that those which stand
 * still, because their output does, leave the others theirs. Owns the count; the sources keep to it.
 */
import { limits } from '../../contracts/limits.ts';

/** Bytes that one source may have at most: a little more than two responses, one that is processed and one under way. */
const SOURCE_BYTES_MAX = 9 * 1024 * 1024;
/** Bytes that one source may always have. */
const SOURCE_BYTES_MIN = 256 * 1024;
/** Bytes on a thread from which on nothing holds on to a response: what isn't processed at once is copied out of it. */
const CROWDED_BYTES = 24 * 1024 * 1024;
/** A part of a response that is smaller than this share of it is copied: else it would hold on to all of it. */
const SMALL_SHARE = 8;

export class Intake {
  #sources = 0;
  #bytes = 0;

  open(): void {
    this.#sources++;
  }

  close(): void {
    this.#sources--;
  }

  /** Bytes that each source may have. */
  get share(): number {
    const share = limits.threadFetchedBytesMax / Math.max(1, this.#sources);
    return Math.max(SOURCE_BYTES_MIN, Math.min(SOURCE_BYTES_MAX, share));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** So many bytes wait more, or fewer. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Whether so many bytes, of a response of so many, are to be copied out of it. */
  copies(bytes: number, ofBytes: number): boolean {
    return bytes * SMALL_SHARE < ofBytes || (this.#bytes > CROWDED_BYTES && bytes < ofBytes);
  }
}

/** That of this thread. */
export const intake = new Intake();
