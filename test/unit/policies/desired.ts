/** Desired states for tests of the update verdict: real specs, parsed and compiled as planning does it, without servers. */
import { makePlan } from '../../../src/activities/plan.ts';
import { type JobSpec, jobSpec, type StreamSpec, streamSpec } from '../../../src/contracts/spec.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import type { Desired } from '../../../src/policies/update-verdict.ts';

export const field = (name: string, type: unknown): unknown => ({ name, type });
export const record = (fields: readonly unknown[], name = 'Event'): unknown => ({ type: 'record', name, fields });

const event = record([
  field('a', 'string'),
  field('b', ['null', 'string']),
  field('n', 'int'),
  field('big', 'long'),
  field('at', { type: 'long', logicalType: 'timestamp-millis' }),
  field('level', { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] }),
  field('geo', record([field('country', 'string')], 'Geo')),
]);

export function stream(change: Record<string, unknown> = {}): StreamSpec {
  return streamSpec.parse({ topics: [{ topic: 'acme.s' }], schema: { avro: event }, ...change });
}

export const streams = (more: Readonly<Record<string, StreamSpec>> = {}): Readonly<Record<string, StreamSpec>> => ({
  s: stream(),
  other: stream({ topics: [{ topic: 'acme.other' }] }),
  ...more,
});

/** A spec as its owner writes it; `sink` is the Kafka sink's fields. */
export interface Written {
  readonly sql?: string;
  readonly sink?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly streams?: Readonly<Record<string, StreamSpec>>;
}

export function desired({ sql, sink, spec, labels = {}, streams: known = streams() }: Written = {}): Desired {
  const parsed: JobSpec = jobSpec.parse({
    sql: sql ?? 'SELECT a, n FROM s',
    sink: { kafka: { topic: 'acme.out', ...sink } },
    ...spec,
  });
  return { spec: parsed, labels, plan: makePlan(compileQuery, { tenant: 'acme', name: 'job', spec: parsed }, known) };
}
