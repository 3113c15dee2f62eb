/** Writes firewall events to the demo's streams at a steady rate until it is told to stop, and counts what it wrote. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawProducer } from '../../src/pipeline/index.ts';
import { generateEvents } from '../firewall/generate.ts';
import type { DemoStream } from './jobs.ts';

const tickMs = 100;

export class Feed {
  /** Events written and acknowledged, by topic. */
  readonly written = new Map<string, number>();
  #stopping = false;
  readonly #done: Promise<unknown>;

  /** `eventsPerSecond` for each stream. */
  constructor(bootstrap: string, streams: readonly DemoStream[], eventsPerSecond: number) {
    this.#done = Promise.all(streams.map((s) => this.#run(bootstrap, s, eventsPerSecond)));
    this.#done.catch(() => {});
  }

  /** Resolves when everything is acknowledged; rejects where Kafka refused something. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #run(bootstrap: string, stream: DemoStream, eventsPerSecond: number): Promise<void> {
    const producer = await RawProducer.open({ bootstrap });
    try {
      const began = performance.now();
      for (let n = 0; !this.#stopping; ) {
        const behind = Math.floor(((performance.now() - began) / 1000) * eventsPerSecond) - n;
        // Catching up goes in steps, so that the streams take turns.
        const due = Math.min(behind, eventsPerSecond);
        for (const value of generateEvents({ seed: stream.seed, count: due, from: n })) {
          producer.append(stream.topic, n++ % stream.partitions, { value });
        }
        await producer.flush();
        this.written.set(stream.topic, n);
        await sleep(tickMs);
      }
    } finally {
      await producer.close();
    }
  }
}
