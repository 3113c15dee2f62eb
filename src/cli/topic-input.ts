/** A topic's records as a local query reads them, and from a record's number back to its offset. */
import { failure, MillraceError } from '../contracts/failure.ts';
import { type ReadTopicOptions, readTopic, type TopicRecord } from '../pipeline/kafka/index.ts';
import { RecordError } from '../pipeline/ports.ts';

export class TopicInput {
  readonly #options: ReadTopicOptions;
  /** The records handed out last, and the number of the first of them: whoever reads has not gone beyond these. */
  #records: readonly TopicRecord[] = [];
  #first = 0;

  constructor(options: ReadTopicOptions) {
    this.#options = options;
  }

  /** The records of each batch. Tombstones have no body and are passed over. */
  async *records(): AsyncGenerator<readonly TopicRecord[]> {
    for await (const batch of readTopic(this.#options)) {
      const records = batch.filter((r) => r.value !== null);
      if (records.length === 0) continue;
      this.#first += this.#records.length;
      this.#records = records;
      yield records;
    }
  }

  /** The error for the record with this number (from 0), with its place in the topic. */
  failure(error: Error, record: number): MillraceError {
    const found = this.#records[record - this.#first];
    const stage = error instanceof RecordError ? { stage: error.stage } : {};
    if (found === undefined) return new MillraceError(failure('bad_record', error.message, stage));
    const position = { topic: this.#options.topic, partition: found.partition, offset: String(found.offset) };
    const where = `${position.topic}-${position.partition}, offset ${position.offset}`;
    return new MillraceError(failure('bad_record', `${where}: ${error.message}`, { ...stage, record: position }));
  }
}
