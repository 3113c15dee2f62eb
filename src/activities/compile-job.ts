/**
 * A spec → a plan, checked as far as it can be before anything runs: the stream exists, the query compiles against its
 * schema, the topics can be read and written. Idempotent: equal input gives an equal plan with an equal name.
 */
import { createHash } from 'node:crypto';
import { failure, MillraceError } from '../contracts/failure.ts';
import type { CompileJob, Plan } from '../contracts/plan.ts';
import type { JobSpec, StreamSpec } from '../contracts/spec.ts';
import type { CompileQuery } from '../pipeline/ports.ts';
import { bootstrapOf, type Clusters, missingTopics } from './kafka-admin.ts';

export interface CompileDeps {
  readonly clusters: Clusters;
  readonly compileQuery: CompileQuery;
  /** The names of the streams in a query's FROM; none where it can't be told. */
  readonly streamsOf: (sql: string) => readonly string[];
  /** A tenant's stream as it is now. Throws MillraceError not_found. */
  readonly getStream: (tenant: string, name: string) => Promise<{ readonly spec: StreamSpec }>;
}

export async function compileJob(deps: CompileDeps, { tenant, spec }: CompileJob): Promise<Plan> {
  const streams = await resolveStreams(deps, tenant, spec.sql);
  const schemas = Object.entries(streams).map(([name, s]) => [name, schemaText(s)] as const);
  const query = deps.compileQuery({
    sql: spec.sql,
    streams: Object.fromEntries(schemas),
    format: spec.sink.kafka.format,
  });
  const stream = streams[query.stream];
  if (stream === undefined) throw new MillraceError(failure('unknown_stream', `There is no stream ${query.stream}.`));
  const body: Omit<Plan, 'hash'> = {
    sql: spec.sql,
    source: { stream: query.stream, topics: stream.topics, writerSchema: schemaText(stream) },
    readColumns: query.readColumns,
    output: query.output,
    sink: spec.sink,
    delivery: spec.delivery,
    errors: spec.errors,
    start: spec.start,
  };
  checkTopics(spec, stream);
  await checkSources(deps.clusters, stream);
  return { hash: createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16), ...body };
}

/** A stream that doesn't exist is left out: the compiler says so at its place in the query. */
async function resolveStreams(deps: CompileDeps, tenant: string, sql: string): Promise<Record<string, StreamSpec>> {
  const found: Record<string, StreamSpec> = {};
  for (const name of deps.streamsOf(sql)) {
    try {
      found[name] = (await deps.getStream(tenant, name)).spec;
    } catch (error) {
      if (!(error instanceof MillraceError && error.failure.code === 'not_found')) throw error;
    }
  }
  return found;
}

const schemaText = ({ schema }: StreamSpec): string =>
  typeof schema.avro === 'string' ? schema.avro : JSON.stringify(schema.avro);

/** What a query can't tell: that the job doesn't feed itself, and that one transaction can hold input and output. */
function checkTopics(spec: JobSpec, stream: StreamSpec): void {
  const sink = spec.sink.kafka;
  const read = new Set(stream.topics.map((t) => `${t.cluster}/${t.topic}`));
  if (read.has(`${sink.cluster}/${sink.topic}`)) {
    throw problem(
      '/spec/sink/kafka/topic',
      `the job would read its own output: ${sink.topic} is a topic of its stream`,
      'write to another topic',
    );
  }
  const { errors } = spec;
  if (errors.policy === 'dlq' && (read.has(`${sink.cluster}/${errors.topic}`) || errors.topic === sink.topic)) {
    throw problem(
      '/spec/errors/topic',
      `${errors.topic} is the job's input or output already`,
      'name a topic of its own for dead letters',
    );
  }
  const clusters = new Set([sink.cluster, ...stream.topics.map((t) => t.cluster)]);
  if (clusters.size > 1) {
    throw problem(
      '/spec/sink/kafka/cluster',
      `input and output are on several clusters (${[...clusters].join(', ')}), and a Kafka transaction spans only one`,
      'write to the cluster that the stream is on',
    );
  }
}

/** The source topics must exist: they belong to their producers, Millrace doesn't create them. */
async function checkSources(clusters: Clusters, stream: StreamSpec): Promise<void> {
  for (const cluster of new Set(stream.topics.map((t) => t.cluster))) {
    const bootstrap = bootstrapOf(clusters, cluster);
    const names = stream.topics.filter((t) => t.cluster === cluster).map((t) => t.topic);
    const [missing] = await missingTopics(bootstrap, names);
    if (missing === undefined) continue;
    throw new MillraceError(
      failure(
        'topic_missing',
        `The topic ${missing} of the job's stream doesn't exist on the cluster "${cluster}": create it, then apply again.`,
      ),
    );
  }
}

function problem(path: string, message: string, remedy: string): MillraceError {
  return new MillraceError(failure('invalid_spec', `At ${path}: ${message}; ${remedy}.`), [{ path, message, remedy }]);
}
