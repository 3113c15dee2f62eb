/** What a kernel can ask of a record beside its value, where no task runs: numbers of a file's records, and a topic's records one by one. */
import type { TopicRecord } from '../kafka/read-topic.ts';
import type { SourceRecord } from '../ports.ts';

/** A file's records: they have a number, counted from 0, and nothing else. */
export function numbered(): SourceRecord & { offset: number } {
  return {
    topic: null,
    partition: null,
    offset: 0,
    timestamp: null,
    keyStart: -1,
    keyEnd: -1,
    headerCount: 0,
    eachHeader: () => {},
  };
}

/** One record of a topic at a time, its value, key and headers put into one buffer. */
export class TopicRow implements SourceRecord {
  readonly topic: string;
  partition = 0;
  offset = 0;
  timestamp = 0;
  keyStart = -1;
  keyEnd = -1;
  headerCount = 0;
  #headers: readonly number[] = [];
  constructor(topic: string) {
    this.topic = topic;
  }

  /** Makes the record the one that this is about; answers its bytes, which begin with the value. */
  take(record: TopicRecord): Buffer {
    const { partition, offset, timestamp, key, value, headers } = record;
    const parts: Buffer[] = [];
    let at = 0;
    const place = (bytes: Buffer | null): readonly [number, number] => {
      if (bytes === null) return [-1, -1];
      parts.push(bytes);
      at += bytes.length;
      return [at - bytes.length, at];
    };
    place(value);
    [this.keyStart, this.keyEnd] = place(key);
    this.#headers = headers.flatMap(([name, content]) => [...place(Buffer.from(name)), ...place(content)]);
    this.headerCount = headers.length;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    return Buffer.concat(parts);
  }

  eachHeader(each: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void {
    const h = this.#headers;
    for (let i = 0; i < h.length; i += 4) each(h[i]!, h[i + 1]!, h[i + 2]!, h[i + 3]!);
  }
}
