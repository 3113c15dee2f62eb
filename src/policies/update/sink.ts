/** Rules for each field of a job's sink. */
import { compressionDefault } from '../../contracts/compression.ts';
import { type Format, formatOf } from '../../contracts/format.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { JobSpec } from '../../contracts/spec.ts';
import { type Change, type Found, listed, pointerTo, shown, type UpdateRule } from './rule.ts';
import { same } from './same.ts';

type Sink = JobSpec['sink']['kafka'];

const at = (field: keyof Sink): string => `/spec/sink/kafka/${field}`;
const sinks = ({ from, to }: Change): readonly [Sink, Sink] => [from.spec.sink.kafka, to.spec.sink.kafka];
const keepOutput = 'To keep this output for its readers, make a second job with a sink of its own.';
const newOutput = 'Everything read until then is output and committed the old way first, so that the two never mix.';

/** What changed of a field whose values are shown as they are; null where they are the same. */
function changed(field: keyof Sink, called: string, from: unknown, to: unknown): Found | null {
  return same(from, to)
    ? null
    : { path: at(field), what: `${called} changes from ${shown(from ?? 'none')} to ${shown(to ?? 'none')}` };
}

/** A field that the spec gains must get a row here: the compiler sees to it. */
export const sinkRules: { readonly [F in keyof Required<Sink>]: readonly UpdateRule[] } = {
  cluster: [
    {
      name: 'sink_cluster',
      change: "the sink's cluster",
      kind: 'drain_replace',
      why: `The output goes on on another cluster; the job's offsets stay where its streams are. ${newOutput}`,
      remedy: keepOutput,
      find: (change) => {
        const [from, to] = sinks(change);
        return changed('cluster', "the sink's cluster", from.cluster, to.cluster);
      },
    },
  ],
  topic: [
    {
      name: 'sink_topic',
      change: "the sink's topic",
      kind: 'drain_replace',
      why: `The output goes on in another topic, and its readers must know where one ends and the other begins. ${newOutput}`,
      remedy: keepOutput,
      find: (change) => {
        const [from, to] = sinks(change);
        return changed('topic', "the sink's topic", from.topic, to.topic);
      },
    },
  ],
  partitions: [
    {
      name: 'sink_partitions',
      change: "the sink's `partitions`",
      kind: 'in_flight',
      why: 'The number counts only when Millrace creates the topic: one that exists keeps the partitions that it has.',
      remedy:
        "Add partitions with Kafka's tools (a key's records then change their partition), or write to a new topic.",
      find: (change) => {
        const [from, to] = sinks(change);
        return changed('partitions', "the sink's partitions", from.partitions, to.partitions);
      },
    },
  ],
  format: [
    {
      name: 'sink_format',
      change: "the output's format or one of its options",
      kind: 'drain_replace',
      why: `Readers that know the old format can't read the new one. ${newOutput}`,
      remedy: keepOutput,
      find: (change) => {
        const [from, to] = sinks(change);
        const alike = same(withoutId(formatOf(from.format)), withoutId(formatOf(to.format)));
        return alike ? null : changed('format', "the output's format", from.format, to.format);
      },
    },
    {
      name: 'schema_id',
      change: 'the Confluent schema id of Avro records',
      kind: 'in_flight',
      why: 'Each record names the id that it was written with, and readers look up the new one.',
      remedy: '',
      find: (change) => {
        const [from, to] = sinks(change);
        const [old, next] = [formatOf(from.format), formatOf(to.format)];
        const alike = same(withoutId(old), withoutId(next));
        return alike && !same(old, next) ? changed('format', 'the schema id', from.format, to.format) : null;
      },
    },
  ],
  key: [
    {
      name: 'key',
      change: "the records' key: `key`, or KEY BY in the query",
      kind: 'drain_replace',
      why: `Records of one thing get another key and may get another partition: order by key and compaction hold on each side of the change only. ${newOutput}`,
      remedy: keepOutput,
      find: ({ from, to }) => {
        if (sameKey(from.plan, to.plan)) return null;
        const path = same(from.spec.sink.kafka.key, to.spec.sink.kafka.key) ? '/spec/sql' : at('key');
        return { path, what: `the records' key changes from ${keyOf(from)} to ${keyOf(to)}` };
      },
    },
  ],
  headers: [
    {
      name: 'header_removed',
      change: 'a header goes away',
      kind: 'drain_replace',
      why: 'Readers of the output that use it find it no longer.',
      remedy: keepOutput,
      find: (change) => {
        const [from, to] = sinks(change);
        return headersFound('loses', missing(from.headers, to.headers));
      },
    },
    {
      name: 'header_added',
      change: 'a header is added',
      kind: 'in_flight',
      why: 'Readers that do not know the header pass over it.',
      remedy: '',
      find: (change) => {
        const [from, to] = sinks(change);
        return headersFound('gains', missing(to.headers, from.headers));
      },
    },
    {
      name: 'header_value',
      change: "a header's expression",
      kind: 'in_flight',
      why: 'The header stays, as a column does whose expression changes.',
      remedy: '',
      find: (change) => {
        const [{ headers: old = {} }, { headers: next = {} }] = sinks(change);
        const names = Object.keys(old).filter((n) => Object.hasOwn(next, n) && old[n] !== next[n]);
        if (names.length === 0) return null;
        const each = names.map((n) => `${n} from ${shown(old[n])} to ${shown(next[n])}`);
        return { path: pathOf(names), what: `the header changes: ${listed(each)}` };
      },
    },
  ],
  tombstone: [
    {
      name: 'tombstones_begin',
      change: 'records without a value where there were none: `tombstone`, or `tombstones: forward`',
      kind: 'drain_replace',
      why: 'Readers of the output meet records without a value, and a compacted topic forgets their keys.',
      remedy: keepOutput,
      find: (change) => {
        const [from, to] = sinks(change);
        if (mayBeEmpty(from) || !mayBeEmpty(to)) return null;
        return to.tombstone === undefined
          ? changed(
              'tombstones',
              'what becomes of input records without a value',
              from.tombstones ?? 'drop',
              to.tombstones,
            )
          : changed('tombstone', 'the condition for tombstones', from.tombstone, to.tombstone);
      },
    },
    {
      name: 'tombstone',
      change: 'which rows are written as tombstones',
      kind: 'in_flight',
      why: 'Readers of the output know records without a value; which rows they stand for follows the new condition from here on.',
      remedy: '',
      find: (change) => {
        const [from, to] = sinks(change);
        if (!mayBeEmpty(from) && mayBeEmpty(to)) return null;
        return changed('tombstone', 'the condition for tombstones', from.tombstone, to.tombstone);
      },
    },
  ],
  tombstones: [
    {
      name: 'tombstones',
      change: 'what becomes of input records without a value',
      kind: 'in_flight',
      why: 'Readers of the output know records without a value; input records of this kind are dealt with otherwise from here on.',
      remedy: '',
      find: (change) => {
        const [from, to] = sinks(change);
        if (!mayBeEmpty(from) && mayBeEmpty(to)) return null;
        const [old, next] = [from.tombstones ?? 'drop', to.tombstones ?? 'drop'];
        return changed('tombstones', 'what becomes of input records without a value', old, next);
      },
    },
  ],
  partitioning: [
    {
      name: 'partitioning',
      change: 'how records are spread over the partitions',
      kind: 'drain_replace',
      why: `Records of one key go to another partition, so their order holds on each side of the change only. ${newOutput}`,
      remedy: keepOutput,
      find: ({ from, to }) => {
        const [old, next] = [partitioningOf(from.plan), partitioningOf(to.plan)];
        if (old === next) return null;
        const path = same(from.spec.sink, to.spec.sink) ? '/spec/sql' : at('partitioning');
        return { path, what: `the partitioning changes from by ${old} to by ${next}` };
      },
    },
  ],
  compression: [
    {
      name: 'compression',
      change: 'how record batches are packed: `compression`',
      kind: 'in_flight',
      why: 'Each batch says how it is packed, and readers unpack whatever comes.',
      remedy: '',
      find: (change) => {
        const [{ compression: old = compressionDefault }, { compression: next = compressionDefault }] = sinks(change);
        return changed('compression', 'the compression', old, next);
      },
    },
  ],
};

/** The id that records name says nothing of how they look. */
const withoutId = (format: Format): unknown => {
  if (format.kind !== 'avro') return format;
  return { ...format, name: format.name ?? null, framing: format.framing.kind };
};

/** By what the expressions are bound to. A plan of a release that did not tell is compared by whether there is a key. */
function sameKey(from: Plan, to: Plan): boolean {
  if (from.keyed !== to.keyed) return false;
  return from.key === undefined || to.key === undefined || from.key === to.key;
}

function keyOf({ plan, spec }: Change['from']): string {
  if (!plan.keyed) return "the source records' own";
  return shown(plan.key ?? spec.sink.kafka.key ?? 'that of KEY BY');
}

/** The data plane's default: pipeline/sinks/kafka-sink.ts. */
const partitioningOf = (plan: Plan): string => plan.sink.kafka.partitioning ?? (plan.keyed ? 'key' : 'source');

const mayBeEmpty = (sink: Sink): boolean => sink.tombstone !== undefined || sink.tombstones === 'forward';

const missing = (of: Sink['headers'] = {}, inOthers: Sink['headers'] = {}): string[] =>
  Object.keys(of).filter((name) => !Object.hasOwn(inOthers, name));

const pathOf = (headers: readonly string[]): string =>
  headers.length === 1 ? pointerTo(at('headers'), headers[0]!) : at('headers');

const headersFound = (verb: string, names: readonly string[]): Found | null =>
  names.length === 0 ? null : { path: pathOf(names), what: `the output ${verb} the header ${listed(names)}` };
