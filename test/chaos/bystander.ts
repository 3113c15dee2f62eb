/** A job of another tenant that nothing happens to: what befalls one tenant must not reach it. Its output is checked as any other's. */
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { findDifferences } from './checker.ts';
import { Job } from './job.ts';
import { patiently } from './patience.ts';
import { SteadyProducer } from './producer.ts';
import { readEvidence } from './read.ts';
import type { Scenario } from './scenario.ts';
import { jobOf, type Names, namesOf, streamOf } from './stream.ts';
import { Timeline } from './timeline.ts';
import type { World } from './world.ts';

const partitions = 2;
const eventsPerSecond = 200;

export class Bystander {
  readonly job: Job;
  readonly #names: Names;
  readonly #world: World;
  readonly #producer: SteadyProducer;
  #generation = 0;

  private constructor(world: World, names: Names, scenario: Scenario) {
    this.#world = world;
    this.#names = names;
    // Its own story would only be in the way of the run's.
    const timeline = new Timeline();
    this.job = new Job(world.client, names, timeline);
    this.#producer = new SteadyProducer(world.kafka.bootstrap, names.input, scenario, timeline);
  }

  /** Resolves when it is deployed. */
  static async start(world: World, of: Scenario): Promise<Bystander> {
    const scenario: Scenario = { ...of, partitions, eventsPerSecond, input: 'plain' };
    const names = namesOf(`bystander-${of.seed}-${Date.now().toString(36)}`);
    await patiently('create topics', () =>
      ensureTopics({ bootstrap: world.kafka.bootstrap }, [{ topic: names.input, partitions }]),
    );
    await world.client.applyStream(streamOf(names));
    const bystander = new Bystander(world, names, scenario);
    await bystander.job.apply(jobOf(names, scenario, { revision: 1, tasks: 1 }));
    const running = await bystander.job.until('running', (s) => s?.state === 'running');
    bystander.#generation = running!.generation;
    return bystander;
  }

  /** Stops it. Throws where it noticed anything. */
  async check(): Promise<void> {
    const { tenant } = this.#names;
    await this.#producer.stop();
    const status = await this.job.until('answering', (s) => s !== null);
    await this.job.stop();
    const found = generationsBegun(tenant, this.#generation, status!.generation);
    const evidence = await patiently('read', () =>
      readEvidence(this.#world.kafka.bootstrap, this.#names, partitions, [this.#names.output]),
    );
    for (const difference of findDifferences(evidence)) found.push(`of ${tenant}: ${difference}`);
    if (evidence.rows.length === 0) found.push(`nothing of ${tenant} is output`);
    if (found.length > 0) throw new Error(found.join('\n'));
  }

  async close(): Promise<void> {
    await this.#producer.stop();
    await this.job.close();
  }
}

/** What is wrong with a job of a tenant to whom nothing happened. */
export const generationsBegun = (tenant: string, before: number, after: number): string[] =>
  before === after
    ? []
    : [`the job of ${tenant}, to whom nothing happened, has gone from generation ${before} to ${after}`];
