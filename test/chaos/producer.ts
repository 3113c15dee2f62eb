/**
 * The producer that never stops: a steady flow into every partition of one topic, numbered per partition. After an error
 * whose outcome is unknown it goes on with the next numbers, so that nothing is in the input twice. Says what was acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../examples/firewall/random.ts';
import { RawProducer } from '../../src/pipeline/index.ts';
import type { Scenario } from './scenario.ts';
import { encode, eventOf } from './stream.ts';
import type { Timeline } from './timeline.ts';

const tickMs = 20;
/** Milliseconds before a broken connection is tried again. */
const pauseMs = 200;
/** Of a hundred transactions, those that abort. */
const abortPercent = 10;

export class SteadyProducer {
  readonly #bootstrap: string;
  readonly #topic: string;
  readonly #scenario: Scenario;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #seqs: number[];
  /** By partition: the numbers that were acknowledged, as ranges [from, to). */
  readonly acknowledged: (readonly [number, number])[][];
  readonly #flow: Promise<void>;
  #producer: RawProducer | null = null;
  #stopped = false;
  /** While somebody holds it: resolves `reached` when nothing is being written, and goes on when `over` does. */
  #hold: { readonly reached: PromiseWithResolvers<void>; readonly over: PromiseWithResolvers<void> } | null = null;
  #turn = 0;

  constructor(bootstrap: string, topic: string, scenario: Scenario, timeline: Timeline) {
    this.#bootstrap = bootstrap;
    this.#topic = topic;
    this.#scenario = scenario;
    this.#timeline = timeline;
    this.#random = new Random(scenario.seed, 1);
    this.#seqs = Array.from({ length: scenario.partitions }, () => 0);
    this.acknowledged = this.#seqs.map(() => []);
    this.#flow = this.#run();
  }

  /** How many it writes to. */
  get partitions(): number {
    return this.#seqs.length;
  }

  /** Writes to one partition more, which is there. */
  grow(): void {
    this.acknowledged.push([]);
    this.#seqs.push(0);
  }

  /** The numbers that come next. */
  get next(): readonly number[] {
    return this.#seqs;
  }

  /** Nothing is written while `work` goes on. Afterwards what comes counts as acknowledged, and nothing that was written before. */
  async hold(work: () => Promise<void>): Promise<void> {
    const hold = { reached: Promise.withResolvers<void>(), over: Promise.withResolvers<void>() };
    this.#hold = hold;
    await Promise.race([hold.reached.promise, this.#flow]);
    try {
      await work();
      for (const ranges of this.acknowledged) ranges.length = 0;
    } finally {
      this.#hold = null;
      hold.over.resolve();
    }
  }

  /** Resolves when nobody holds it. */
  async free(): Promise<void> {
    await this.#hold?.over.promise;
  }

  /** Resolves when the last event is acknowledged, or given up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#flow;
  }

  async #run(): Promise<void> {
    const perTick = Math.round((this.#scenario.eventsPerSecond * tickMs) / 1_000);
    for (let next = performance.now(); !this.#stopped; ) {
      if (this.#hold !== null) {
        await this.#producer?.close();
        this.#producer = null;
        this.#hold.reached.resolve();
        await this.free();
        next = performance.now();
      }
      try {
        await this.#tick(perTick);
      } catch (error) {
        this.#timeline.note(`producer: ${error instanceof Error ? error.message : error}`);
        await this.#producer?.close();
        this.#producer = null;
        await sleep(pauseMs);
        next = performance.now();
      }
      next += tickMs;
      await sleep(Math.max(0, next - performance.now()));
    }
    await this.#producer?.close();
  }

  async #tick(events: number): Promise<void> {
    const transactional = this.#scenario.input === 'transactional';
    this.#producer ??= await RawProducer.open({
      bootstrap: this.#bootstrap,
      ...(transactional && { transactionalId: `producer-of-${this.#topic}` }),
    });
    const from = [...this.#seqs];
    const { length } = from;
    for (let i = 0; i < events; i++) {
      const partition = this.#turn++ % length;
      const seq = this.#seqs[partition]!++;
      this.#producer.append(this.#topic, partition, { value: encode(eventOf(partition, seq)) });
    }
    const commit = !transactional || !this.#random.chance(abortPercent);
    if (transactional) await this.#producer.end(commit);
    else await this.#producer.flush();
    if (!commit) return;
    for (const [partition, ranges] of this.acknowledged.slice(0, length).entries()) {
      const last = ranges.at(-1);
      const range = [from[partition]!, this.#seqs[partition]!] as const;
      if (last !== undefined && last[1] === range[0]) ranges[ranges.length - 1] = [last[0], range[1]];
      else ranges.push(range);
    }
  }
}
