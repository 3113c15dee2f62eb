/** The contract of what is measured end to end, from the side of the process that does the work: see README.md beside it. */
export interface Work {
  readonly bootstrap: string;
  readonly input: string;
  /** Exists already. */
  readonly output: string;
  readonly query: 'q1' | 'q2';
  readonly delivery: 'exactly_once' | 'at_least_once';
  /** How many records the input holds. */
  readonly records: number;
  /** Of the records: Avro JSON text. */
  readonly schema: string;
}

/** The work that this process was started for. */
export const givenWork = <W extends Work>(): W => JSON.parse(process.env['WORK'] ?? '{}') as W;

/** Says that everything is read, with what else the process knows of itself, and keeps it alive until its input ends. */
export function sayDone(about: Readonly<Record<string, unknown>> & { readonly records: number }): Promise<void> {
  console.log(JSON.stringify(about));
  return new Promise((resolve) => process.stdin.on('end', resolve).resume());
}
