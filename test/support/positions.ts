/** Positions as tests write them: topic → partition → offset, in topics of the ids that {@link idOf} gives. */
import type { KeptPositions, Positions, Standing } from '../../src/contracts/positions.ts';

export type PlainPositions = Readonly<Record<string, Readonly<Record<number, string>>>>;

export const idOf = (topic: string): string => `id-${topic}`;

export const at = (plain: PlainPositions): Positions =>
  Object.fromEntries(Object.entries(plain).map(([topic, offsets]) => [topic, { id: idOf(topic), offsets }]));

/** Of a job that began topics of four partitions. */
export const kept = (plain: PlainPositions, begun = 4): KeptPositions =>
  Object.fromEntries(
    Object.entries(plain).map(([topic, offsets]) => [topic, { id: idOf(topic), begun, partitions: 4, offsets }]),
  );

/** Topics of four partitions, as they are. */
export const standing = (plain: PlainPositions): Readonly<Record<string, Standing>> =>
  Object.fromEntries(
    Object.entries(plain).map(([topic, offsets]) => [topic, { id: idOf(topic), partitions: 4, noted: null, offsets }]),
  );

/** Without their topics' ids. */
export const plain = (positions: Positions | null): PlainPositions =>
  Object.fromEntries(Object.entries(positions ?? {}).map(([topic, { offsets }]) => [topic, offsets]));
