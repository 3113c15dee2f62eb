/** Positions that the workflow keeps, for a start that finds the group's offsets gone. Pure: how they come and go is in steps/. */
import { at, put } from '../../contracts/by-name.ts';
import { roomTaken } from '../../contracts/position-bounds.ts';
import {
  begunOf,
  type KeptPositions,
  type KeptTopic,
  type Positions,
  type Standing,
} from '../../contracts/positions.ts';

/**
 * What is known now, and what was known of all other partitions. In another topic of the same name nothing that was known
 * holds: its positions take the place of the former ones.
 */
export function mergePositions(old: Positions, fresh: Positions): Positions {
  const topics = Object.entries(fresh).map(([topic, { id, offsets }]) => {
    const before = at(old, topic);
    return [topic, { id, offsets: before?.id === id ? { ...before.offsets, ...offsets } : offsets }] as const;
  });
  return { ...old, ...Object.fromEntries(topics) };
}

/** Keeps positions of topics that are known; those in another topic of the same name aren't the job's. */
export function keep(kept: KeptPositions, fresh: Positions): KeptPositions {
  const topics = Object.entries(fresh).flatMap(([topic, { id, offsets }]) => {
    const known = at(kept, topic);
    return known?.id === id ? [[topic, withOffsets(known, offsets)] as const] : [];
  });
  return { ...kept, ...Object.fromEntries(topics) };
}

/** A name that means another topic than the one that is known. */
export interface Recreated {
  readonly topic: string;
  readonly was: string;
  readonly is: Standing;
}

/** Likewise from what topics are now. Those that were not known become so; of those that are others it is told. */
export function learn(
  kept: KeptPositions,
  standing: Readonly<Record<string, Standing>>,
): { readonly kept: KeptPositions; readonly recreated: readonly Recreated[] } {
  const learnt: Record<string, KeptTopic> = {};
  const recreated: Recreated[] = [];
  for (const [topic, is] of Object.entries(standing)) {
    const known = at(kept, topic);
    if (known === undefined) put(learnt, topic, begin(is, begunOf(is)));
    else if (known.id === is.id) put(learnt, topic, withOffsets({ ...known, partitions: most(known, is) }, is.offsets));
    else recreated.push({ topic, was: known.id, is });
  }
  return { kept: { ...kept, ...learnt }, recreated };
}

/** Another topic of the same name, read from its beginning. */
export function beginAnew(kept: KeptPositions, recreated: readonly Recreated[]): KeptPositions {
  const topics = recreated.map(({ topic, is }) => [topic, begin(is, 0)] as const);
  return { ...kept, ...Object.fromEntries(topics) };
}

/** As positions were set, of whichever topics there are. */
export function reset(kept: KeptPositions, set: KeptPositions): KeptPositions {
  const topics = Object.entries(set).map(([topic, to]) => {
    const known = at(kept, topic);
    if (known?.id !== to.id) return [topic, to] as const;
    return [topic, withOffsets({ ...known, begun: to.begun, partitions: most(known, to) }, to.offsets)] as const;
  });
  return { ...kept, ...Object.fromEntries(topics) };
}

const begin = ({ id, partitions, offsets }: Standing, begun: number): KeptTopic => ({ id, begun, partitions, offsets });

/** Kafka only adds partitions: who tells of fewer is behind. Where topics have no ids, one that was made again may have fewer. */
const most = (known: KeptTopic, is: Pick<KeptTopic, 'partitions'>): number =>
  known.id === '' ? is.partitions : Math.max(known.partitions, is.partitions);

const withOffsets = (known: KeptTopic, offsets: Positions[string]['offsets']): KeptTopic => ({
  ...known,
  offsets: { ...known.offsets, ...offsets },
});

/**
 * Of what topics have become since `before`, as much as a workflow has room for (contracts/position-bounds.ts). A topic that is read
 * and known stays with the partitions that were known, whatever else there is; then come topics that are new, partitions that were
 * added, and topics that are read no more, the latest of these first: each whole, or not at all.
 */
export function withinRoom(before: KeptPositions, after: KeptPositions, reads: readonly string[]): KeptPositions {
  const kept = new Map<string, KeptTopic>();
  let left = 1;
  const take = (topic: string, is: KeptTopic, anyway = false): void => {
    const had = kept.get(topic);
    const more = roomTaken(topic, is.partitions) - (had === undefined ? 0 : roomTaken(topic, had.partitions));
    if (!anyway && more > Math.max(0, left)) return;
    left -= more;
    kept.set(topic, is);
  };
  const all = new Set(reads);
  const read = Object.entries(after).flatMap(([topic, is]) => {
    return all.has(topic) ? [{ topic, is, known: asKnown(at(before, topic), is) }] : [];
  });
  for (const { topic, known } of read) if (known !== null) take(topic, known, true);
  for (const { topic, is, known } of read) if (known === null) take(topic, is);
  for (const { topic, is, known } of read) if (known !== null) take(topic, is);
  for (const [topic, is] of Object.entries(after).toReversed()) if (!all.has(topic)) take(topic, is);
  return Object.fromEntries(
    Object.keys(after).flatMap((topic) => {
      const is = kept.get(topic);
      return is === undefined ? [] : [[topic, is] as const];
    }),
  );
}

/** A topic without the partitions that it has gained; null for another one. */
function asKnown(known: KeptTopic | undefined, is: KeptTopic): KeptTopic | null {
  if (known?.id !== is.id) return null;
  if (is.partitions <= known.partitions) return is;
  const offsets = Object.entries(is.offsets).filter(([partition]) => Number(partition) < known.partitions);
  return { ...is, partitions: known.partitions, offsets: Object.fromEntries(offsets) };
}

/**
 * What task `index` of `tasks` is told of the topics of which it owns a partition, and of no others: all orders together must fit one
 * message (contracts/position-bounds.ts).
 */
export function keptOf(kept: KeptPositions, topics: readonly string[], index: number, tasks: number): KeptPositions {
  const own = topics.flatMap((topic) => {
    const known = at(kept, topic);
    if (known === undefined || known.partitions <= index) return [];
    const offsets = Object.entries(known.offsets).filter(([partition]) => Number(partition) % tasks === index);
    return [[topic, { ...known, offsets: Object.fromEntries(offsets) }] as const];
  });
  return Object.fromEntries(own);
}

/** Without what is of no matter to people. */
export const plainPositions = (kept: KeptPositions): Positions =>
  Object.fromEntries(
    Object.entries(kept)
      .filter(([, { offsets }]) => Object.keys(offsets).length > 0)
      .map(([topic, { id, offsets }]) => [topic, { id, offsets }]),
  );
