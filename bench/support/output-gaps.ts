/**
 * When a topic's output grew, as a read_committed reader sees it: partition by partition, looked at every few milliseconds.
 * Tells the longest pause of any partition in a stretch of time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LATEST, listOffsets } from '../../src/pipeline/kafka/api/list-offsets.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';

const lookMsDefault = 4;

export class OutputGaps {
  readonly #cluster: Cluster;
  /** By partition: performance.now() of each growth. */
  readonly #growth: number[][];
  #stopping = false;
  readonly #done: Promise<void>;

  private constructor(cluster: Cluster, topic: string, partitions: number, lookMs: number) {
    this.#cluster = cluster;
    this.#growth = Array.from({ length: partitions }, () => []);
    this.#done = this.#watch(topic, lookMs);
  }

  /** The topic must exist. `lookMs`: milliseconds between two looks. */
  static async open(bootstrap: string, topic: string, lookMs = lookMsDefault): Promise<OutputGaps> {
    const cluster = new Cluster({ bootstrap }, 'bench-gaps');
    return new OutputGaps(cluster, topic, await cluster.partitions(topic), lookMs);
  }

  /** Milliseconds of the longest pause of any partition between two growths, of those that overlap [from, to]. */
  longest(from: number, to: number): number {
    let longest = 0;
    for (const times of this.#growth) {
      for (let i = 1; i < times.length; i++) {
        if (times[i]! >= from && times[i - 1]! <= to) longest = Math.max(longest, times[i]! - times[i - 1]!);
      }
    }
    return longest;
  }

  /** Milliseconds from `from` to the next growth of the partition that is the last to grow. */
  resumed(from: number): number | null {
    const next = this.#growth.map((times) => times.find((t) => t > from));
    return next.some((t) => t === undefined) ? null : Math.max(...next.map((t) => t! - from));
  }

  async close(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    await this.#cluster.close();
  }

  async #watch(topic: string, lookMs: number): Promise<void> {
    const all = this.#growth.map((_, p) => p);
    const ends = new Map<number, number>();
    while (!this.#stopping) {
      const link = await this.#cluster.leaderLink(topic, 0, 'control');
      const now = await link.request(listOffsets(topic, all, LATEST));
      const at = performance.now();
      for (const [partition, end] of now) {
        if (end > (ends.get(partition) ?? end)) this.#growth[partition]!.push(at);
        ends.set(partition, end);
      }
      await sleep(lookMs);
    }
  }
}
