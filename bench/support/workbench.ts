/** The broker of a benchmark (KAFKA_BOOTSTRAP's, else the embedded one) and its input topics, each filled at first use. */
import { eventSchema } from '../../examples/firewall/queries.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import type { Codec } from '../../src/pipeline/kafka/codec.ts';
import type { Work } from '../peers/work.ts';
import { createTopics, deleteTopics, fill, TopicEnd } from './topics.ts';
import { type Figures, watched } from './watched.ts';

const partitions = 4;
/** Rows of Q2 take a gigabyte a run: what is deleted is to be gone soon. */
const properties = { 'log.segment.delete.delay.ms': '1000' };

/** What one process is to be measured at. */
export interface Case {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly query: Work['query'];
  readonly delivery: Work['delivery'];
  /** Of the input; not compressed by default. */
  readonly codec?: Codec;
  /** Further fields of its work. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export class Workbench {
  readonly bootstrap: string;
  readonly #events: number;
  readonly #kafka: EmbeddedKafka | null;
  readonly #inputs = new Map<Codec, Promise<string>>();
  /** Rows that each query writes, as the first run of it did. */
  readonly #rows = new Map<string, number>();
  #run = 0;

  private constructor(bootstrap: string, events: number, kafka: EmbeddedKafka | null) {
    this.bootstrap = bootstrap;
    this.#events = events;
    this.#kafka = kafka;
  }

  static async open(events: number): Promise<Workbench> {
    const given = process.env['KAFKA_BOOTSTRAP'];
    if (given !== undefined) return new Workbench(given, events, null);
    const kafka = await startKafka({ properties });
    return new Workbench(kafka.bootstrap, events, kafka);
  }

  /** Runs it once, into a topic of its own. Throws where it fails or writes another number of rows than the others. */
  async run({ name, command, query, delivery, codec = 'none', more }: Case): Promise<Figures> {
    const { bootstrap } = this;
    const input = await this.#input(codec);
    const output = `bench-${process.pid}-${this.#run++}`;
    await createTopics(bootstrap, [output], partitions);
    const work = { bootstrap, input, output, query, delivery, records: this.#events, schema: eventSchema, ...more };
    const figures = await watched(command, work);
    await this.#checkRows(name, query, output);
    await deleteTopics(bootstrap, [output]);
    const [all, running] = [figures.eventsPerSecond, figures.eventsPerCpuSecondHalf].map(Math.round);
    console.error(`  ${name}: ${all} events/s, ${running} per CPU-second, ${JSON.stringify(figures.said)}`);
    return figures;
  }

  async #checkRows(name: string, query: string, output: string): Promise<void> {
    const end = await TopicEnd.of(this.bootstrap, output);
    const rows = await end.records();
    await end.close();
    const known = this.#rows.get(query) ?? rows;
    this.#rows.set(query, known);
    if (rows !== known) throw new Error(`${name} wrote ${rows} rows of ${query}; the first run of it wrote ${known}.`);
  }

  #input(codec: Codec): Promise<string> {
    let input = this.#inputs.get(codec);
    if (input === undefined) {
      const topic = `bench-in-${codec}-${process.pid}`;
      input = createTopics(this.bootstrap, [topic], partitions).then(async () => {
        await fill(this.bootstrap, topic, this.#events, partitions, codec);
        return topic;
      });
      this.#inputs.set(codec, input);
    }
    return input;
  }

  async close(): Promise<void> {
    await deleteTopics(this.bootstrap, await Promise.all(this.#inputs.values()));
    await this.#kafka?.close();
  }
}
