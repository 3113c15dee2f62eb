/**
 * Fetches for all tasks of a thread: two lanes per broker, each with a connection and one request at a time for every
 * partition that wants records. One lane is for partitions that are read at their end, one for those that are behind: what
 * is old may have to be read from a disk, and fills responses. In each who was served longest ago comes first.
 * Owns which feeds wait for which broker, leader changes and retries; what the records are is the feeds' matter.
 */
import { MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { topicRecreated } from '../../contracts/positions.ts';
import { type FetchedPartition, type FetchPosition, fetch } from './api/fetch.ts';
import { BrokerError, brokerErrors, isLeaderMoved } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { backoffMs, pause } from './pause.ts';

/** Bytes of one response: for all partitions of a thread on one broker. */
const RESPONSE_BYTES = 4 * 1024 * 1024 - 64 * 1024;

const LEADER_NOT_AVAILABLE = 5;

/** One partition that somebody reads. */
export interface Feed {
  readonly topic: string;
  /** Which topic of that name; '': whichever there is. */
  readonly topicId: string;
  readonly partition: number;
  /** Bytes that a fetch may bring now: asked once for each; 0 puts it off until {@link Fetcher.roomMade}. As many as a fetch brings where it is left out. */
  readonly reserve?: () => number;
  /** Gets what was fetched at the offset last asked for, to be released when used. Called once per {@link Fetcher.want}. */
  readonly onFetched: (fetched: FetchedPartition) => void;
  /** Gets an error that no retry helps with: OFFSET_OUT_OF_RANGE, authorization. */
  readonly onError: (error: BrokerError) => void;
  /** Told while it can't be fetched (a MillraceError topic_recreated where its name means another topic), and with null when it can again. */
  readonly onTrouble: (error: unknown) => void;
}

interface FeedState {
  readonly feed: Feed;
  state: 'idle' | 'wanted' | 'fetching';
  offset: number;
  /** Where the log ends, as last heard; -1: not heard yet. */
  end: number;
  /** When records were brought last, in {@link Fetcher}'s own count. */
  served: number;
  /** Bytes that the fetch may bring. */
  reserved: number;
}

type Lane = 'end' | 'backlog';

/** A partition of which nothing is known yet may have a backlog. */
const laneOf = (s: FeedState): Lane => (s.end >= 0 && s.offset >= s.end ? 'end' : 'backlog');

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #feeds = new Map<Feed, FeedState>();
  /** `broker/lane`. */
  readonly #running = new Set<string>();
  #routing = false;
  #served = 0;
  #closed = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Asks for records from `offset` on. */
  want(feed: Feed, offset: number): void {
    const known = this.#feeds.get(feed);
    if (known === undefined) this.#feeds.set(feed, { feed, state: 'wanted', offset, end: -1, served: 0, reserved: 0 });
    else {
      known.state = 'wanted';
      known.offset = offset;
    }
    this.#start();
  }

  /** Feeds that had no room may have some now. */
  roomMade(): void {
    if (!this.#closed) this.#start();
  }

  /** Forgets the feed; nothing is delivered to it any more. */
  drop(feed: Feed): void {
    this.#feeds.delete(feed);
  }

  close(): void {
    this.#closed = true;
    this.#feeds.clear();
  }

  /** But for the one that has just found nobody with room. */
  #start(except: string | null = null): void {
    let homeless = false;
    for (const s of this.#feeds.values()) {
      if (s.state !== 'wanted') continue;
      const leader = this.#brokerOf(s);
      if (leader === null) homeless = true;
      else {
        const lane = laneOf(s);
        const key = `${leader}/${lane}`;
        if (key === except || this.#running.has(key)) continue;
        this.#running.add(key);
        void this.#run(leader, lane, key);
      }
    }
    if (homeless && !this.#routing) void this.#route();
  }

  /** Whom to ask for a feed's partition; null where nobody is known, or only the leader of another topic of that name. */
  #brokerOf({ feed }: FeedState): number | null {
    const id = this.#cluster.topicId(feed.topic);
    return feed.topicId === '' || id === feed.topicId ? this.#cluster.leader(feed.topic, feed.partition) : null;
  }

  #position({ feed, offset, reserved: maxBytes }: FeedState): FetchPosition {
    const { topic, topicId, partition } = feed;
    return { topic, topicId, partition, offset, maxBytes };
  }

  /** Looks for the leaders of those that have none, until all have. */
  async #route(): Promise<void> {
    this.#routing = true;
    for (let attempt = 0; !this.#closed; attempt++) {
      const homeless = [...this.#feeds.values()].filter((s) => s.state === 'wanted' && this.#brokerOf(s) === null);
      if (homeless.length === 0) break;
      if (attempt > 0) await pause(backoffMs(attempt));
      try {
        const found = await this.#cluster.refresh([...new Set(homeless.map((s) => s.feed.topic))]);
        for (const s of homeless) {
          if (this.#brokerOf(s) !== null) continue;
          const { topic, topicId, partition } = s.feed;
          const is = found.topics.find((t) => t.name === topic);
          const other = is !== undefined && topicId !== '' && is.id !== '' && is.id !== topicId;
          if (other) s.feed.onTrouble(new MillraceError(topicRecreated(topic, topicId, is.id)));
          else
            s.feed.onTrouble(
              new BrokerError(is?.error || LEADER_NOT_AVAILABLE, 'Metadata', `of ${topic}/${partition}`),
            );
        }
      } catch (e) {
        for (const s of homeless) s.feed.onTrouble(e);
      }
    }
    this.#routing = false;
    if (!this.#closed) this.#start();
  }

  /** Fetches from one broker as long as somebody wants something of it, and has room. */
  async #run(broker: number, lane: Lane, key: string): Promise<void> {
    // Wants that come in the same turn go into the same request.
    await pause(0);
    for (let attempt = 0; !this.#closed; ) {
      const wanted = this.#take(broker, lane);
      if (wanted.length === 0) break;
      try {
        const link = await this.#cluster.broker(broker, lane === 'end' ? 'fetch' : 'backlog');
        const answer = await link.request(
          fetch(
            wanted.map((s) => this.#position(s)),
            {
              maxWaitMs: lane === 'backlog' || this.#someIdle(broker) ? limits.fetchWaitMsBusy : limits.fetchWaitMsMax,
              maxBytes: RESPONSE_BYTES,
              partitionMaxBytes: limits.fetchPartitionBytesMax,
            },
          ),
        );
        attempt = 0;
        if (this.#deliver(wanted, answer)) await pause(limits.retryFirstMs);
      } catch (e) {
        for (const s of wanted) {
          if (this.#feeds.get(s.feed) !== s) continue;
          s.state = 'wanted';
          s.feed.onTrouble(e);
        }
        await pause(backoffMs(attempt++));
        await this.#cluster.refresh([...new Set(wanted.map((s) => s.feed.topic))]).catch(() => {});
      }
    }
    this.#running.delete(key);
    if (!this.#closed) this.#start(key);
  }

  /**
   * Everyone who wants something of this broker and has room, who was served longest ago first: the first is served best. A
   * request names a partition once (the broker would answer only the offset named last): of several who read the same one,
   * the others have their turn in the next requests.
   */
  #take(broker: number, lane: Lane): FeedState[] {
    const waiting: FeedState[] = [];
    for (const s of this.#feeds.values()) {
      if (s.state !== 'wanted' || laneOf(s) !== lane) continue;
      if (this.#brokerOf(s) === broker) waiting.push(s);
    }
    // Stable: among those never served, who asked first comes first.
    waiting.sort((a, b) => a.served - b.served);
    const wanted = new Map<string, FeedState>();
    for (const s of waiting) {
      const place = `${s.feed.topic}/${s.feed.partition}`;
      if (wanted.has(place)) continue;
      s.reserved = s.feed.reserve?.() ?? limits.fetchPartitionBytesMax;
      if (s.reserved <= 0) continue;
      s.state = 'fetching';
      wanted.set(place, s);
    }
    return [...wanted.values()];
  }

  /** Whether somebody who reads this broker's partitions at their end is at work and will soon ask for more, or waits for the next request. */
  #someIdle(broker: number): boolean {
    for (const s of this.#feeds.values()) {
      if (s.state === 'fetching' || laneOf(s) !== 'end') continue;
      if (this.#brokerOf(s) === broker) return true;
    }
    return false;
  }

  /** Answers whether leaders have moved, so that a pause is due before the next try. */
  #deliver(wanted: readonly FeedState[], answer: readonly FetchedPartition[]): boolean {
    const places = new Map(answer.map((f) => [`${f.topic}/${f.partition}`, f]));
    const moved = new Set<string>();
    for (const s of wanted) {
      const fetched = places.get(`${s.feed.topic}/${s.feed.partition}`);
      if (this.#feeds.get(s.feed) !== s) {
        fetched?.release();
        continue;
      }
      if (fetched !== undefined && fetched.error !== 0) fetched.release();
      if (fetched === undefined || isLeaderMoved(fetched.error)) {
        s.state = 'wanted';
        moved.add(s.feed.topic);
        s.feed.onTrouble(new BrokerError(fetched?.error ?? 6, 'Fetch', `of ${s.feed.topic}/${s.feed.partition}`));
      } else if (fetched.error !== 0) {
        s.state = 'idle';
        const about = `of ${s.feed.topic}/${s.feed.partition} at offset ${s.offset}`;
        const error = new BrokerError(fetched.error, 'Fetch', about);
        if (fetched.error === brokerErrors.OFFSET_OUT_OF_RANGE) this.drop(s.feed);
        s.feed.onError(error);
      } else {
        s.state = 'idle';
        s.end = fetched.lastStableOffset;
        // Who got nothing because others filled the response is served first next time; so is who read the same partition.
        if (fetched.end > fetched.start || s.offset >= s.end) s.served = ++this.#served;
        s.feed.onTrouble(null);
        s.feed.onFetched(fetched);
      }
    }
    if (moved.size > 0) void this.#cluster.refresh([...moved]).catch(() => {});
    return moved.size > 0;
  }
}
