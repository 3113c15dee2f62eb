/**
 * Where the records come from that are written into batches: so that one that Kafka refuses can be told by its place in its
 * batch. Kept only once something was refused: until then it costs a look at a flag per record.
 */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export class Trace {
  isOn = false;
  /** Of the record that is being written; set by who reads them, while it is on. */
  current: Origin = { topic: '', partition: 0, offset: -1 };
  /** Records of a batch, while it is on: where Kafka doesn't say which one of them it refuses, smaller batches tell. */
  recordsMax = Number.POSITIVE_INFINITY;
}
