/** Rules for what a job reads: its query, its streams, their topics and schemas. */
import type { Plan, PlanSource } from '../../contracts/plan.ts';
import { clip, type Found, listed, type UpdateRule } from './rule.ts';
import { sameText } from './same.ts';
import { unitsChanged } from './units.ts';

const path = '/spec/sql';
const found = (what: string | null): Found | null => (what === null ? null : { path, what });

export const queryRules: readonly UpdateRule[] = [
  {
    name: 'stream_on_another_cluster',
    change: 'a stream that stays moves to another cluster',
    kind: 'refused',
    why: "The job's offsets are kept on the cluster that it reads. On another one nothing says where to go on, so records would be lost or read twice.",
    remedy:
      'Stop the job with a drain, then apply it again: it begins there at its `start`, which decides what is read.',
    find: ({ from, to }) => {
      const moved = staying(from.plan, to.plan).filter(([a, b]) => !within(clustersOf(b), clustersOf(a)));
      if (moved.length === 0) return null;
      const clusters = (side: 0 | 1): string => listed([...new Set(moved.flatMap((pair) => clustersOf(pair[side])))]);
      const streams = listed(moved.map(([a]) => a.stream));
      return found(`the job would read ${streams} on the cluster ${clusters(1)} instead of ${clusters(0)}`);
    },
  },
  {
    name: 'stream_removed',
    change: 'a stream is no longer read',
    kind: 'drain_replace',
    why: 'What has been read of it must be output and committed before it is let go of: intake stops at a recorded place, and the rest of the stream is not read.',
    remedy: 'Named again later, the stream goes on from that place; rewind the job to begin elsewhere.',
    find: ({ from, to }) => found(sentence('no longer reads', missing(from.plan, to.plan))),
  },
  {
    name: 'topic_removed',
    change: 'a stream that stays loses a topic',
    kind: 'drain_replace',
    why: 'What has been read of the topic must be output and committed before it is let go of; what is left unread in it is not read.',
    remedy: "Take a topic out of a stream once every job's offset has reached its end.",
    find: ({ from, to }) => found(sentence('no longer reads the topic', topicsGained(to.plan, from.plan))),
  },
  {
    name: 'stream_added',
    change: 'another stream is read',
    kind: 'in_flight',
    why: "It begins at the job's `start`, since the job has no offset in it; a stream that the job has read before goes on where it ended.",
    remedy: 'Give another `start` with the same change; the streams that it reads already go on from their offsets.',
    find: ({ from, to }) => found(sentence('also reads', missing(to.plan, from.plan))),
  },
  {
    name: 'topic_added',
    change: 'a stream that stays gains a topic',
    kind: 'in_flight',
    why: "The topic begins at the job's `start`, since the job has no offset in it.",
    remedy:
      'With `start: latest` what the topic holds already is not read: give `start: earliest` with the same change to read all of it.',
    find: ({ from, to }) => found(sentence('also reads the topic', topicsGained(from.plan, to.plan))),
  },
  {
    name: 'stream_schema',
    change: "a stream's own schema",
    kind: 'in_flight',
    why: 'Kernels are made for it before the old tasks are touched; events that were written by the schema before are read by it, too: the number of a time stays as it is, also where its unit changes.',
    remedy:
      'Where a field changes its unit (time-millis to time-micros), let every job come to the end of what was written before the change.',
    find: ({ from, to }) => {
      const changed = staying(from.plan, to.plan).filter(([a, b]) => !sameText(a.writerSchema, b.writerSchema));
      const units = changed.flatMap(([a, b]) => unitsChanged(a.writerSchema, b.writerSchema));
      const told = units.length === 0 ? '' : `, in which the unit changes of ${listed(units)}`;
      const what = sentence('reads by another schema the stream', names(changed.map(([, b]) => b)));
      return found(what && `${what}${told}`);
    },
  },
  {
    name: 'query',
    change: 'the query: a filter, a projection, any text',
    kind: 'in_flight',
    why: 'The new query goes on where the old one is stopped; what was written before stays as it is.',
    remedy: 'To put earlier records through the new query too, rewind the job.',
    find: ({ from, to }) => found(firstDifference(from.spec.sql, to.spec.sql)),
  },
];

const names = (sources: readonly PlanSource[]): string[] => sources.map((s) => s.stream);
const sentence = (verb: string, of: readonly string[]): string | null =>
  of.length === 0 ? null : `the job ${verb} ${listed(of)}`;

/** Streams of one plan that the other doesn't read. */
const missing = (of: Plan, inPlan: Plan): string[] =>
  names(of.sources).filter((n) => !names(inPlan.sources).includes(n));

function staying(from: Plan, to: Plan): (readonly [PlanSource, PlanSource])[] {
  return from.sources.flatMap((a) => {
    const b = to.sources.find((s) => s.stream === a.stream);
    return b === undefined ? [] : [[a, b] as const];
  });
}

/** Topics of streams that both read, which only the second reads. */
function topicsGained(first: Plan, second: Plan): string[] {
  return staying(first, second).flatMap(([a, b]) => {
    const known = new Set(a.topics.map((t) => `${t.cluster}/${t.topic}`));
    return b.topics.filter((t) => !known.has(`${t.cluster}/${t.topic}`)).map((t) => t.topic);
  });
}

const clustersOf = (source: PlanSource): string[] => [...new Set(source.topics.map((t) => t.cluster))];
const within = (some: readonly string[], all: readonly string[]): boolean => some.every((c) => all.includes(c));

/** The first line in which two texts differ. */
function firstDifference(from: string, to: string): string | null {
  if (from === to) return null;
  const [old, next] = [from.split('\n'), to.split('\n')];
  const at = old.findIndex((line, i) => line !== next[i]);
  const line = at < 0 ? old.length : at;
  const text = (lines: readonly string[]): string =>
    lines[line] === undefined ? 'nothing' : `"${clip(lines[line].trim())}"`;
  return `the query changes in line ${line + 1} from ${text(old)} to ${text(next)}`;
}
