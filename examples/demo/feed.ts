/** Writes firewall events to the demo's streams at a steady rate until it is told to stop, and counts what it wrote. */
import { paced } from '../../src/cli/generate/paced.ts';
import { RawProducer } from '../../src/pipeline/index.ts';
import { generateEvents } from '../firewall/generate.ts';
import type { DemoStream } from './jobs.ts';

export class Feed {
  /** Events written and acknowledged, by topic. */
  readonly written = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;

  /** `eventsPerSecond` for each stream. */
  constructor(bootstrap: string, streams: readonly DemoStream[], eventsPerSecond: number) {
    this.#done = Promise.all(streams.map((s) => this.#run(bootstrap, s, eventsPerSecond)));
    this.#done.catch(() => {});
  }

  /** Resolves when everything is acknowledged; rejects where Kafka refused something. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(bootstrap: string, stream: DemoStream, eventsPerSecond: number): Promise<void> {
    const producer = await RawProducer.open({ bootstrap });
    try {
      let n = 0;
      for await (const count of paced({ perSecond: eventsPerSecond, stop: this.#stop.signal })) {
        for (const value of generateEvents({ seed: stream.seed, count, from: n })) {
          producer.append(stream.topic, n++ % stream.partitions, { value });
        }
        await producer.flush();
        this.written.set(stream.topic, n);
      }
    } finally {
      await producer.close();
    }
  }
}
