/**
 * Looks at the topics of one cluster that a thread's tasks read and write, now and then: one request for all of them, and a
 * second one for what is written. Owns the clock; what a task makes of it is topic-changes.ts's.
 */

import { metadata, type TopicMetadata } from '../kafka/api/metadata.ts';
import type { MessageBytes } from '../kafka/api/topic-config.ts';
import { type Cluster, isThere } from '../kafka/cluster.ts';
import { topicBytes } from '../kafka/topic-bytes.ts';

/** Topics as they are at this moment; those that can't be told of are left out. */
export interface Sight {
  readonly topics: ReadonlyMap<string, Pick<TopicMetadata, 'id' | 'leaders'>>;
  /** Of those that are written. */
  readonly maxMessageBytes: ReadonlyMap<string, MessageBytes>;
}

export interface Watcher {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly see: (sight: Sight) => void;
}

export class TopicWatch {
  readonly #cluster: Cluster;
  readonly #everyMs: number;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | null = null;

  constructor(cluster: Cluster, everyMs: number) {
    this.#cluster = cluster;
    this.#everyMs = everyMs;
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.#wait();
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Threads that began together don't look together. */
  #wait(): void {
    if (this.#timer !== null || this.#watchers.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), this.#everyMs * (0.75 + Math.random() / 2));
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const watchers = [...this.#watchers];
    const writes = [...new Set(watchers.flatMap((w) => w.writes))];
    const names = [...new Set([...watchers.flatMap((w) => w.reads), ...writes])];
    try {
      const { topics } = await this.#cluster.ask(metadata(names));
      const maxMessageBytes = await topicBytes(this.#cluster, writes);
      const told = topics.filter(isThere).map((t) => [t.name, t] as const);
      const sight = { topics: new Map(told), maxMessageBytes };
      for (const w of watchers) if (this.#watchers.has(w)) w.see(sight);
    } catch {
      // What brokers don't answer is looked at next time; whether they answer at all is seen by those who read and write.
    }
    this.#timer = null;
    this.#wait();
  }
}
