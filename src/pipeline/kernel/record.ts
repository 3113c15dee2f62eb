/** Emits the walk along one record (walk.ts), and tells after each step that every record takes what may now be done. */
import type { Reading } from '../avro/resolve.ts';
import type { Columns } from './columns.ts';
import { mismatch } from './decode.ts';
import type { AvroReader } from './read.ts';
import type { Walk } from './walk.ts';

export interface WalkHooks {
  /** Emits what waited for the columns that are there by now. */
  advance(): void;
  /** Whether the column that comes next was written straight from `p`, which is then behind it. */
  writes(key: string, reading: Reading): boolean;
}

/** `sometimes`: the code stands in a branch that not every record takes. */
export function walkRecord(r: AvroReader, columns: Columns, walk: Walk, hooks: WalkHooks, sometimes = false): void {
  const step = (next: Walk, skipped = sometimes): void => walkRecord(r, columns, next, hooks, skipped);
  switch (walk.kind) {
    case 'skip':
      r.skip(walk.schema);
      return;
    case 'column':
      if (!sometimes && hooks.writes(walk.key, walk.reading)) columns.pass(walk.key);
      else columns.meet(walk.key, walk.reading);
      return;
    case 'around':
      columns.around(walk.key, walk.reading, () => step(walk.inside));
      return;
    case 'record':
      for (const field of walk.fields) {
        step(field);
        if (!sometimes) hooks.advance();
      }
      return;
    case 'union':
      r.union(walk.branches, (_, i) => step(walk.steps[i]!, true));
      return;
    case 'default':
      columns.put(walk.key, walk.value);
      return;
    case 'mismatch':
      mismatch(r, walk.message);
      return;
  }
}
