/**
 * One partition that somebody reads, as its reader sees it, and as the fetcher keeps it. Owns these shapes, and which lane a
 * partition belongs to; what is done with them is fetcher.ts's.
 */
import type { FetchedPartition } from './api/fetch.ts';
import type { BrokerError } from './broker-error.ts';
import type { LogTruncated } from './log-truncated.ts';
import { NearReplica } from './near-replica.ts';

/** What no retry helps with: OFFSET_OUT_OF_RANGE and {@link LogTruncated}, confirmed by the leader; authorization. */
export type FetchRefusal = BrokerError | LogTruncated;

/** One partition that somebody reads. */
export interface Feed {
  readonly topic: string;
  /** Which topic of that name; '': whichever there is. */
  readonly topicId: string;
  readonly partition: number;
  /** Bytes that a fetch may bring now: asked once for each; 0 puts it off until `roomMade`. As many as a fetch brings where it is left out. */
  readonly reserve?: () => number;
  /** Gets what was fetched at the offset last asked for, to be released when used. Called once per `want`. */
  readonly onFetched: (fetched: FetchedPartition) => void;
  readonly onError: (error: FetchRefusal) => void;
  /** Told while it can't be fetched (a MillraceError topic_recreated where its name means another topic), and with null when it can again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface FeedState {
  readonly feed: Feed;
  state: 'idle' | 'wanted' | 'fetching';
  offset: number;
  /** Leader epoch of the last record before that; -1: not known. */
  epoch: number;
  readonly near: NearReplica;
  /**
   * Of an answer that the position is gone. raised: it waits for metadata that are no older than what was read; asking: the
   * leader by those is asked again, and believed.
   */
  doubt: 'none' | 'raised' | 'asking';
  /** Where the log ends, as last heard; -1: not heard yet. */
  end: number;
  /** When records were brought last, in the fetcher's own count. */
  served: number;
  /** Bytes that the fetch may bring. */
  reserved: number;
}

export type Lane = 'end' | 'backlog';

/** A partition of which nothing is known yet may have a backlog. */
export const laneOf = (s: FeedState): Lane => (s.end >= 0 && s.offset >= s.end ? 'end' : 'backlog');

export const newFeed = (feed: Feed, offset: number, epoch: number): FeedState => ({
  feed,
  state: 'wanted',
  offset,
  epoch,
  near: new NearReplica(),
  doubt: 'none',
  end: -1,
  served: 0,
  reserved: 0,
});
