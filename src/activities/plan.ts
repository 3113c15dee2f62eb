/**
 * A spec and its tenant's streams → a plan: bound, checked as far as no server is needed for, and named. Pure: equal input
 * gives an equal plan with an equal name.
 */

import { createHash } from 'node:crypto';
import { at } from '../contracts/by-name.ts';
import { compileInput } from '../contracts/compile-input.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { formatOf, isAvroPrimitive } from '../contracts/format.ts';
import { limits } from '../contracts/limits.ts';
import { fitAttribute, streamKey, topicKey } from '../contracts/names.ts';
import { type CompileJob, type Plan, type PlanSource, schemaText } from '../contracts/plan.ts';
import type { JobSpec, StreamSpec } from '../contracts/spec.ts';
import { beyondState, beyondTakeover } from '../contracts/task-bounds.ts';
import type { CompileQuery } from '../pipeline/ports.ts';

/** `streams`: those of the query that there are. Throws MillraceError with every problem at its place. */
export function makePlan(
  compileQuery: CompileQuery,
  { tenant, name, spec }: Pick<CompileJob, 'tenant' | 'name' | 'spec'>,
  streams: Readonly<Record<string, StreamSpec>>,
): Plan {
  const schemas = Object.entries(streams).map(([stream, s]) => [stream, schemaText(s.schema)] as const);
  const query = compileQuery(
    compileInput(spec.sql, spec.sink, Object.fromEntries(schemas), outputName(tenant, name, spec)),
  );
  const sources = query.streams.map((stream): PlanSource => {
    const { topics, schema } = at(streams, stream)!;
    // How a topic is made is nothing of the plan's: it has no effect on what runs.
    const read = topics.map(({ cluster, topic }) => ({ cluster, topic }));
    return { stream, topics: read, writerSchema: schemaText(schema) };
  });
  const body: Omit<Plan, 'hash'> = {
    sql: spec.sql,
    sources,
    readColumns: query.readColumns,
    output: query.output,
    outputSchema: query.outputSchema,
    keyed: query.keyed,
    ...(query.keyed ? { key: keyText(query.keys) } : {}),
    sink: spec.sink,
    delivery: spec.delivery,
    errors: spec.errors,
    start: spec.start,
  };
  checkTopics(tenant, spec, sources);
  checkKeys(spec, query.keyed);
  const plan = { hash: sha256(JSON.stringify(body)), ...body };
  const beyond = beyondState(spec, plan) ?? beyondTakeover('/spec/tasks/min', spec.tasks.min, plan);
  if (beyond !== null) throw new MillraceError(beyond.cause, beyond.problems);
  return plan;
}

/** What a query can't tell: that the job doesn't feed itself, and that one transaction can hold input and output. */
function checkTopics(tenant: string, spec: JobSpec, sources: readonly PlanSource[]): void {
  const sink = spec.sink.kafka;
  const topics = sources.flatMap((s) => s.topics);
  const read = new Set(topics.map((t) => topicKey(t.cluster, t.topic)));
  if (!fitAttribute(sources.map((s) => streamKey(tenant, s.stream)))) {
    throw problem(
      '/spec/sql',
      `it names streams of more than ${limits.searchAttributeCharsMax} characters in all, by which jobs are found`,
      'read fewer streams',
    );
  }
  if (read.size < topics.length) {
    throw problem(
      '/spec/sql',
      'two of its streams hold the same topic, whose records would be read by one of them only',
      'name one stream, with UNION ALL over it as often as needed',
    );
  }
  if (read.has(topicKey(sink.cluster, sink.topic))) {
    throw problem(
      '/spec/sink/kafka/topic',
      `the job would read its own output: ${sink.topic} is a topic of its streams`,
      'write to another topic',
    );
  }
  const { errors } = spec;
  if (errors.policy === 'dlq' && (read.has(topicKey(sink.cluster, errors.topic)) || errors.topic === sink.topic)) {
    throw problem(
      '/spec/errors/topic',
      `${errors.topic} is the job's input or output already`,
      'name a topic of its own for dead letters',
    );
  }
  const clusters = new Set(topics.map((t) => t.cluster));
  if (clusters.size > 1) {
    throw problem(
      '/spec/sql',
      `its streams are on several clusters (${[...clusters].join(', ')}), and a job's offsets are kept on one`,
      'make a job per cluster',
    );
  }
  if (spec.delivery === 'exactly_once' && !clusters.has(sink.cluster)) {
    throw problem(
      '/spec/sink/kafka/cluster',
      `input and output are on several clusters (${[...clusters].join(', ')}, ${sink.cluster}), and a Kafka transaction spans only one`,
      'write to the cluster that the stream is on, or ask for `delivery: at_least_once`',
    );
  }
}

/** The output schema's full name, by the sink or by the job: an Avro name has no hyphens. Other formats' schemas need none of their own. */
function outputName(tenant: string, job: string, spec: JobSpec): string {
  const format = formatOf(spec.sink.kafka.format);
  if (format.kind !== 'avro') return 'millrace.Row';
  if (format.name !== undefined) return format.name;
  const part = (name: string): string => name.replaceAll('-', '_').replace(/^(?=\d)/, '_');
  return `millrace.${part(tenant)}.${part(job)}${isAvroPrimitive(job) ? '_' : ''}`;
}

/** Equal keys have equal texts, and the text travels in payloads, so a long one ends in a hash of the whole. */
function keyText(keys: readonly string[]): string {
  const text = [...new Set(keys)].join(' | ');
  if (text.length <= limits.keyTextCharsMax) return text;
  return `${text.slice(0, limits.keyTextCharsMax)}… ${sha256(text)}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A tombstone has no row that a key could be computed from. */
function checkKeys(spec: JobSpec, keyed: boolean): void {
  if (spec.sink.kafka.tombstones === 'forward' && keyed) {
    throw problem(
      '/spec/sink/kafka/tombstones',
      "input records without a value can't be passed on where the query makes the keys",
      "drop them, or keep the source records' keys",
    );
  }
}

function problem(path: string, message: string, remedy: string): MillraceError {
  return new MillraceError(failure('invalid_spec', `At ${path}: ${message}; ${remedy}.`), [{ path, message, remedy }]);
}
