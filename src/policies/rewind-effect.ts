/** What a rewind does to the promise of delivery, in words for who asked for it. Pure. */

import { at } from '../contracts/by-name.ts';
import type { Positions } from '../contracts/positions.ts';
import type { JobSpec } from '../contracts/spec.ts';

/** Offsets of transactions' ends and of compacted records count too, so a number of records is a bound. */
interface Stretch {
  readonly records: bigint;
  readonly partitions: number;
}

/** `from`: what had been committed, or kept where the broker forgot it; `to`: what is committed now, of the partitions that were set. */
export function rewindEffect(from: Positions, to: Positions, delivery: JobSpec['delivery']): string {
  const moves = Object.entries(to).flatMap(([topic, set]) =>
    Object.entries(set.offsets).map(([partition, offset]) => {
      const known = at(from, topic);
      const before = known?.id === set.id ? known.offsets[Number(partition)] : undefined;
      return before === undefined ? null : BigInt(offset) - BigInt(before);
    }),
  );
  const again = stretch(moves.map((m) => (m === null ? 0n : -m)));
  const skipped = stretch(moves.map((m) => m ?? 0n));
  const fresh = moves.filter((m) => m === null).length;
  const sentences = [
    again === null ? '' : `Up to ${inWords(again)} output again: readers of the output see what comes of them twice.`,
    skipped === null ? '' : `Up to ${inWords(skipped)} skipped: what would come of them is never output.`,
    fresh === 0
      ? ''
      : `${counted(fresh, 'partition')} had no position yet: what lies before the new one is not output.`,
    again === null && skipped === null && fresh === 0 ? 'Nothing is output again, and nothing is skipped.' : '',
    `From there on each record is output ${delivery === 'exactly_once' ? 'exactly' : 'at least'} once.`,
  ];
  return sentences.filter((s) => s !== '').join(' ');
}

/** Those that are above zero, summed up; null where none is. */
function stretch(distances: readonly bigint[]): Stretch | null {
  const above = distances.filter((d) => d > 0n);
  return above.length === 0 ? null : { records: above.reduce((sum, d) => sum + d, 0n), partitions: above.length };
}

const inWords = ({ records, partitions }: Stretch): string =>
  `${counted(records, 'record')} in ${counted(partitions, 'partition')} ${records === 1n ? 'is' : 'are'}`;

/** 1234567 → 1,234,567 records */
const counted = (n: bigint | number, noun: string): string =>
  `${String(n).replace(/\B(?=(\d{3})+$)/g, ',')} ${noun}${n === 1n || n === 1 ? '' : 's'}`;
