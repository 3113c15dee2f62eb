/**
 * What has become of a task's topics since its generation began, and how many records lie in partitions that nobody reads
 * yet. One task of a generation looks, for all of them: each began with the same topics.
 */
import type { TopicChange } from '../../contracts/topic-change.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import type { Cluster, SourceTopic } from '../kafka/cluster.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import type { SinkTopic } from '../sinks/kafka-sink.ts';
import type { PreparedPlan } from './prepare.ts';
import type { Sight, TopicWatch, Watcher } from './topic-watch.ts';

/** Those of the clusters that a task reads and writes; often one. */
export interface Watches {
  readonly source: TopicWatch;
  readonly sink: TopicWatch;
}

export class TopicChanges {
  readonly #source: Cluster;
  readonly #watchers: (readonly [TopicWatch, Watcher])[];
  readonly #onChanged: () => void;
  #read: readonly TopicChange[] = [];
  #written: readonly TopicChange[] = [];
  #counting = false;
  /** Records of partitions that are not read, as of the last look. */
  unread = 0;

  /** `topics`: those that are read, as the task knows them. */
  constructor(
    { source, output, deadLetter }: PreparedPlan,
    watches: Watches,
    topics: () => readonly SourceTopic[],
    onChanged: () => void,
  ) {
    this.#source = source;
    this.#onChanged = onChanged;
    const sinks = deadLetter === null ? [output] : [output, deadLetter];
    const reads = topics().map((t) => t.topic);
    const writes = sinks.map((t) => t.topic);
    const seeRead = (sight: Sight): void => this.#seeRead(addedPartitions(topics(), sight));
    const seeWritten = (sight: Sight): void => this.#seeWritten(sinkChanges(sinks, sight));
    const both = (sight: Sight): void => {
      seeRead(sight);
      seeWritten(sight);
    };
    this.#watchers =
      watches.source === watches.sink
        ? [[watches.source, { reads, writes, see: both }]]
        : [
            [watches.source, { reads, writes: [], see: seeRead }],
            [watches.sink, { reads: [], writes, see: seeWritten }],
          ];
    for (const [watch, watcher] of this.#watchers) watch.add(watcher);
  }

  get all(): readonly TopicChange[] {
    return [...this.#read, ...this.#written];
  }

  close(): void {
    for (const [watch, watcher] of this.#watchers) watch.remove(watcher);
  }

  #seeRead(changes: readonly TopicChange[]): void {
    const isNew = !isSame(changes, this.#read);
    this.#read = changes;
    if (changes.length === 0) this.unread = 0;
    else void this.#count(changes);
    if (isNew) this.#onChanged();
  }

  #seeWritten(changes: readonly TopicChange[]): void {
    if (isSame(changes, this.#written)) return;
    this.#written = changes;
    this.#onChanged();
  }

  async #count(changes: readonly TopicChange[]): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    try {
      let records = 0;
      for (const { topic, from, to } of changes) {
        const partitions = Array.from({ length: to - from }, (_, i) => from + i);
        const ends = await offsetsAt(this.#source, topic, partitions, LATEST);
        const starts = await offsetsAt(this.#source, topic, partitions, EARLIEST);
        for (const p of partitions) records += (ends.get(p) ?? 0) - (starts.get(p) ?? 0);
      }
      this.unread = records;
    } catch {
      // It stays as it was known; the next look counts again.
    } finally {
      this.#counting = false;
    }
  }
}

const isSame = (a: readonly TopicChange[], b: readonly TopicChange[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Kafka only adds partitions. A broker that is behind tells of fewer, and a topic that was made again is another. */
export function addedPartitions(known: readonly SourceTopic[], { topics }: Sight): TopicChange[] {
  return known.flatMap(({ topic, id, partitions: from }): TopicChange[] => {
    const is = topics.get(topic);
    if (is === undefined || is.id !== id || is.leaders.length <= from) return [];
    return [{ topic, use: 'read', fact: 'partitions', from, to: is.leaders.length }];
  });
}

/** Of one that was made again the number of partitions counts too: it is written by its name. Brokers' defaults differ from broker to broker, and count for nothing. */
export function sinkChanges(known: readonly SinkTopic[], sight: Sight): TopicChange[] {
  return known.flatMap(({ topic, id, partitions, bounds, isOwnBound }): TopicChange[] => {
    const is = sight.topics.get(topic);
    const changes: TopicChange[] = [];
    const count = is?.leaders.length ?? 0;
    if (is !== undefined && (is.id === id ? count > partitions : count > 0 && count !== partitions)) {
      changes.push({ topic, use: 'written', fact: 'partitions', from: partitions, to: count });
    }
    const bound = sight.maxMessageBytes.get(topic);
    if (bound !== undefined && (bound.isOwn || isOwnBound) && bound.bytes !== bounds.topicBytes) {
      changes.push({ topic, use: 'written', fact: 'max.message.bytes', from: bounds.topicBytes, to: bound.bytes });
    }
    return changes;
  });
}
