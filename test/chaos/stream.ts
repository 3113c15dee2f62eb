/** The events of a run, the stream that they are of, and the job documents whose rows name the events that they come from. */
import avsc from 'avsc';
import type { JobDocumentInput, StreamDocumentInput } from '../../src/contracts/spec.ts';
import type { Row } from './checker.ts';
import type { Scenario } from './scenario.ts';

/** Every so manieth event has an amount that is no number: a query that reads it as one fails there. */
const oddEvery = 97;
const keys = 50;

const schema = {
  type: 'record',
  name: 'Event',
  fields: [
    { name: 'seq', type: 'long' },
    { name: 'key', type: 'string' },
    { name: 'amount', type: 'string' },
  ],
} as const;

export interface Event {
  readonly seq: number;
  readonly key: string;
  readonly amount: string;
}

const type = avsc.Type.forSchema(schema as unknown as avsc.Schema);
export const encode = (event: Event): Buffer => type.toBuffer(event);
export const decode = (bytes: Buffer): Event => type.fromBuffer(bytes) as Event;

/** Event number `seq` of a partition. */
export const eventOf = (partition: number, seq: number): Event => ({
  seq,
  key: `k${(seq * 7 + partition) % keys}`,
  amount: seq % oddEvery === oddEvery - 1 ? 'odd' : String(seq % 1_000),
});

/** What the names of one run have in common: nothing is shared with another. */
export interface Names {
  readonly tenant: string;
  readonly job: string;
  readonly input: string;
  readonly output: string;
}

export const namesOf = (tenant: string): Names => ({
  tenant,
  job: 'j',
  input: `${tenant}.in`,
  output: `${tenant}.out`,
});

export function streamOf({ tenant, input }: Names): StreamDocumentInput {
  return {
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant, name: 'events' },
    spec: { topics: [{ cluster: 'main', topic: input }], schema: { avro: schema } },
  };
}

/** What a job makes of an event's amount. The broken ones fail on odd amounts; one of them changes the column's type, too. */
const amounts = {
  plain: 'amount',
  broken: 'CAST(CAST(amount AS INT) AS VARCHAR) AS amount',
  'broken shape': 'CAST(amount AS INT) AS amount',
} as const;

export interface Variant {
  /** Stands in every row, so that a row says which plan made it. */
  readonly revision: number;
  readonly tasks: number;
  readonly amount?: keyof typeof amounts;
  readonly output?: string;
  readonly format?: 'json' | 'csv';
}

export function jobOf(
  names: Names,
  { outputPartitions, partitioning, onRecreate }: Scenario,
  { revision, tasks, amount = 'plain', output = names.output, format = 'json' }: Variant,
): JobDocumentInput {
  return {
    apiVersion: 'millrace/v1',
    kind: 'Job',
    metadata: { tenant: names.tenant, name: names.job },
    spec: {
      sql: `SELECT _partition AS p, _offset AS o, seq, key, ${revision} AS revision, ${amounts[amount]} FROM events`,
      sink: {
        kafka: {
          topic: output,
          partitions: outputPartitions,
          format,
          partitioning,
          ...(partitioning === 'key' && { key: 'key' }),
        },
      },
      tasks: { min: tasks, max: tasks },
      onRecreate,
      errors: { policy: 'fail' },
    },
  };
}

/** What a row of either format says. */
export function parseRow(value: Buffer): Pick<Row, 'p' | 'o' | 'seq' | 'key' | 'revision'> {
  const text = value.toString();
  if (text.startsWith('{')) return JSON.parse(text);
  const [p, o, seq, key, revision] = text.split(',');
  return { p: Number(p), o: Number(o), seq: Number(seq), key: key!, revision: Number(revision) };
}
