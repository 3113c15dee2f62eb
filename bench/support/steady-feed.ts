/** Writes firewall events at a steady rate, in small steps, so that what is seen in the output isn't the feed's own rhythm. */
import { setTimeout as sleep } from 'node:timers/promises';
import { generateEvents } from '../../examples/firewall/generate.ts';
import { RawProducer } from '../../src/pipeline/index.ts';

const tickMs = 10;
/** Events made beforehand, and written again and again: making them would take a core's share. */
const made = 50_000;

export class SteadyFeed {
  written = 0;
  #stopping = false;
  readonly #done: Promise<void>;

  constructor(bootstrap: string, topic: string, partitions: number, eventsPerSecond: number) {
    this.#done = this.#run(bootstrap, topic, partitions, eventsPerSecond);
    this.#done.catch(() => {});
  }

  /** Resolves when everything is acknowledged; rejects where Kafka refused something. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #run(bootstrap: string, topic: string, partitions: number, eventsPerSecond: number): Promise<void> {
    const events = [...generateEvents({ seed: 1, count: made })].map((e) => Buffer.from(e));
    const producer = await RawProducer.open({ bootstrap });
    try {
      const began = performance.now();
      while (!this.#stopping) {
        const due = Math.floor(((performance.now() - began) / 1000) * eventsPerSecond);
        for (; this.written < due; this.written++) {
          const value = events[this.written % made]!;
          if (producer.append(topic, this.written % partitions, { value })) await producer.flush();
        }
        await producer.flush();
        await sleep(tickMs);
      }
    } finally {
      await producer.close();
    }
  }
}
