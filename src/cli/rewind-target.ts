/** `--to` and `--offsets` of `rewind` → the positions as an operation has them. */

import { InvalidArgumentError } from 'commander';
import { at, put } from '../contracts/by-name.ts';
import { nearest } from '../contracts/nearest.ts';
import type { RewindTarget } from '../contracts/operation.ts';
import { UsageError } from './world.ts';

type Offsets = Record<string, Record<string, string>>;

export function parseRewind(text: string): RewindTarget {
  if (text === 'earliest' || text === 'latest') return text;
  if (/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return { timestamp: text };
  const meant = nearest(text, ['earliest', 'latest']);
  const hint = meant === null ? '' : ` Did you mean ${meant}?`;
  throw new InvalidArgumentError(
    `Write earliest, latest, or a time with its offset, such as 2026-01-31T12:00:00Z.${hint}`,
  );
}

/** `topic:partition=offset`, several with commas between them; gathers what was given before. */
export function parseOffsets(text: string, before: Offsets = {}): Offsets {
  const offsets = structuredClone(before);
  for (const one of text.split(',')) {
    const [, topic, partition, offset] = /^([a-zA-Z0-9._-]+):(\d+)=(\d+)$/.exec(one) ?? [];
    if (topic === undefined || partition === undefined || offset === undefined) {
      throw new InvalidArgumentError(`"${one}" is none: write topic:partition=offset, such as acme.firewall:0=1200.`);
    }
    const there = at(offsets, topic) ?? {};
    if (there[partition] !== undefined) {
      throw new InvalidArgumentError(`Partition ${partition} of ${topic} is there twice: keep one.`);
    }
    there[partition] = offset;
    put(offsets, topic, there);
  }
  return offsets;
}

/** Throws UsageError where both or neither are given. */
export function rewindTargetOf(to: RewindTarget | undefined, offsets: Offsets | undefined): RewindTarget {
  if ((to === undefined) === (offsets === undefined)) throw new UsageError('Give either --to or --offsets.');
  return to ?? { offsets: offsets ?? {} };
}
