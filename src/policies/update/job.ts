/** Rules for what a job is beside its query and its sink. */
import type { JobSpec } from '../../contracts/spec.ts';
import { type Change, type Found, shown, type UpdateRule } from './rule.ts';
import { same } from './same.ts';

type Field = Exclude<keyof JobSpec, 'sql' | 'sink'>;

/** What changed of a field whose values are shown as they are; null where they are the same. */
const changed =
  (field: Field, called: string) =>
  ({ from, to }: Change): Found | null =>
    found(`/spec/${field}`, called, from.spec[field], to.spec[field]);

const found = (path: string, called: string, from: unknown, to: unknown): Found | null =>
  same(from, to) ? null : { path, what: `${called} changes from ${shown(from)} to ${shown(to)}` };

/** A field that the spec gains must get a row here: the compiler sees to it. */
export const jobRules: { readonly [F in Field]: readonly UpdateRule[] } = {
  delivery: [
    {
      name: 'delivery',
      change: 'the delivery guarantee',
      kind: 'drain_replace',
      why: 'Offsets are committed in another way. What was read before is output and committed under the old guarantee, what comes after under the new one.',
      remedy: '',
      find: changed('delivery', 'the delivery'),
    },
  ],
  start: [
    {
      name: 'start',
      change: '`start`',
      kind: 'in_flight',
      why: 'The job goes on from its committed offsets: `start` is only for partitions that it has none of.',
      remedy: 'To read from an earlier or later place, rewind the job.',
      find: changed('start', 'the start'),
    },
  ],
  onRecreate: [
    {
      name: 'on recreate',
      change: '`onRecreate`',
      kind: 'in_flight',
      why: 'It says what becomes of the job when one of its topics is deleted and made again; nothing else changes.',
      remedy: '',
      find: changed('onRecreate', 'what a topic that is made again does'),
    },
  ],
  tasks: [
    {
      name: 'tasks',
      change: 'the number of tasks',
      kind: 'in_flight',
      why: 'The new tasks share the partitions anew; each partition has one task at any time.',
      remedy: '',
      find: changed('tasks', 'the number of tasks'),
    },
  ],
  errors: [
    {
      name: 'errors',
      change: 'the error policy',
      kind: 'in_flight',
      why: 'Records that fail from here on go by the new policy; what became of earlier ones stays so.',
      remedy: '',
      find: changed('errors', 'the error policy'),
    },
  ],
};

export const labelsRule: UpdateRule = {
  name: 'labels',
  change: 'labels',
  kind: 'in_flight',
  why: 'Lists and selectors find the job by its new labels.',
  remedy: '',
  find: ({ from, to }) => found('/metadata/labels', 'the set of labels', from.labels, to.labels),
};
