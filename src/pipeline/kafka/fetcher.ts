/**
 * Fetches for all tasks of a thread: two lanes per broker, each with a connection and one request at a time for every
 * partition that wants records. One lane is for partitions that are read at their end, one for those that are behind: what
 * is old may have to be read from a disk, and fills responses. In each who was served longest ago comes first.
 * Owns which feeds wait for which broker (a partition's leader, or a replica that is nearer), leader changes and retries, and
 * that nobody is told of a position that is gone before a leader that is up to date has confirmed it; what the records are is
 * the feeds' matter.
 */
import { MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { topicRecreated } from '../../contracts/positions.ts';
import { type FetchedPartition, type FetchPosition, fetch } from './api/fetch.ts';
import { BrokerError, brokerErrors, isLeaderMoved, NoAnswer } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { type Feed, type FeedState, type FetchRefusal, type Lane, laneOf, newFeed } from './feed.ts';
import { LogTruncated } from './log-truncated.ts';
import { backoffMs, pause } from './pause.ts';

/** Bytes of one response: for all partitions of a thread on one broker. */
const RESPONSE_BYTES = 4 * 1024 * 1024 - 64 * 1024;

const LEADER_NOT_AVAILABLE = 5;

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #rack: string;
  readonly #feeds = new Map<Feed, FeedState>();
  /** `broker/lane`. */
  readonly #running = new Set<string>();
  #routing = false;
  #served = 0;
  #closed = false;

  /** `rack`: where this host is, as the brokers' `broker.rack` says; '': nobody said. */
  constructor(cluster: Cluster, rack = '') {
    this.#cluster = cluster;
    this.#rack = rack;
  }

  /** Asks for records from `offset` on. `epoch`: leader epoch of the last record read before it, where it is known. */
  want(feed: Feed, offset: number, epoch = -1): void {
    const known = this.#feeds.get(feed);
    if (known === undefined) this.#feeds.set(feed, newFeed(feed, offset, epoch));
    else {
      known.state = 'wanted';
      known.offset = offset;
      known.epoch = epoch;
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

  /** Whom to ask for a feed's partition; null where nobody is known, or only the leader of another topic of that name, or not before metadata are heard. */
  #brokerOf({ feed, near, doubt }: FeedState): number | null {
    const { topic, topicId, partition } = feed;
    if (doubt === 'raised' || (topicId !== '' && this.#cluster.topicId(topic) !== topicId)) return null;
    const leader = this.#cluster.leader(topic, partition);
    const replica = leader === null ? -1 : near.broker;
    return replica >= 0 && this.#cluster.knows(replica) ? replica : leader;
  }

  /** Whether what is known of the leader is older than what has been read of it. */
  #isBehind({ feed, epoch }: FeedState): boolean {
    const known = this.#cluster.leaderEpoch(feed.topic, feed.partition);
    return known >= 0 && known < epoch;
  }

  #position({ feed, offset, epoch: lastEpoch, reserved: maxBytes }: FeedState): FetchPosition {
    const { topic, topicId, partition } = feed;
    const leaderEpoch = this.#cluster.leaderEpoch(topic, partition);
    return { topic, topicId, partition, offset, leaderEpoch, lastEpoch, maxBytes };
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
          const { topic, topicId, partition } = s.feed;
          if (s.doubt === 'raised' && !this.#isBehind(s)) s.doubt = 'asking';
          if (this.#brokerOf(s) !== null) continue;
          const is = found.topics.find((t) => t.name === topic);
          const other = is !== undefined && topicId !== '' && is.id !== '' && is.id !== topicId;
          if (other) s.feed.onTrouble(new MillraceError(topicRecreated(topic, topicId, is.id)));
          else if (s.doubt === 'raised')
            s.feed.onTrouble(
              new NoAnswer(
                `no broker knows a leader of ${topic}/${partition} that is as new as what was read (epoch ${s.epoch})`,
              ),
            );
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
              rack: this.#rackFor(wanted),
            },
          ),
        );
        attempt = 0;
        if (this.#deliver(broker, wanted, answer)) await pause(limits.retryFirstMs);
      } catch (e) {
        for (const s of wanted) {
          if (this.#feeds.get(s.feed) !== s) continue;
          s.state = 'wanted';
          this.#leave(broker, s);
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

  /** A leader that is told where we are answers with a nearer replica instead of records: not where one of them is avoided. */
  #rackFor(wanted: readonly FeedState[]): string {
    return this.#rack === '' || wanted.some((s) => s.near.isAvoided) ? '' : this.#rack;
  }

  /** Where the broker was asked as a nearer replica it isn't any more: the leader is. */
  #leave(broker: number, { near }: FeedState): void {
    if (near.broker === broker) near.avoid();
  }

  /** The position isn't in the log, as this broker says. Told only where that is the leader by metadata that were heard since it was said first. */
  #gone(broker: number, s: FeedState, error: FetchRefusal): void {
    const { topic, partition } = s.feed;
    s.near.avoid();
    if (s.doubt === 'asking' && broker === this.#cluster.leader(topic, partition)) {
      s.state = 'idle';
      this.drop(s.feed);
      s.feed.onError(error);
      return;
    }
    s.state = 'wanted';
    s.doubt = 'raised';
    s.feed.onTrouble(
      new NoAnswer(`the leader of ${topic}/${partition} is being asked whether this holds: ${error.message}`),
    );
    if (!this.#routing) void this.#route();
  }

  /** Answers whether leaders have moved, so that a pause is due before the next try. */
  #deliver(broker: number, wanted: readonly FeedState[], answer: readonly FetchedPartition[]): boolean {
    const places = new Map(answer.map((f) => [`${f.topic}/${f.partition}`, f]));
    const moved = new Set<string>();
    for (const s of wanted) {
      const fetched = places.get(`${s.feed.topic}/${s.feed.partition}`);
      if (this.#feeds.get(s.feed) !== s) {
        fetched?.release();
        continue;
      }
      const about = `${s.feed.topic}/${s.feed.partition} at offset ${s.offset}`;
      if (fetched === undefined || isLeaderMoved(fetched.error)) {
        fetched?.release();
        s.state = 'wanted';
        this.#leave(broker, s);
        moved.add(s.feed.topic);
        s.feed.onTrouble(new BrokerError(fetched?.error ?? 6, 'Fetch', `of ${s.feed.topic}/${s.feed.partition}`));
      } else if (fetched.error !== 0) {
        fetched.release();
        const error = new BrokerError(fetched.error, 'Fetch', `of ${about}`);
        if (fetched.error === brokerErrors.OFFSET_OUT_OF_RANGE) this.#gone(broker, s, error);
        else {
          s.state = 'idle';
          s.feed.onError(error);
        }
      } else if (fetched.diverging !== null) {
        fetched.release();
        this.#gone(broker, s, new LogTruncated(fetched.diverging, about));
      } else if (fetched.preferredReplica >= 0 && fetched.start === fetched.end) {
        fetched.release();
        s.state = 'wanted';
        s.feed.onTrouble(null);
        const { preferredReplica: near } = fetched;
        if (near !== broker && this.#cluster.knows(near)) s.near.follow(near);
        else s.near.avoid();
      } else {
        s.state = 'idle';
        s.doubt = 'none';
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
