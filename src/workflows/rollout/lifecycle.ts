/**
 * The life of a rollout as a table: from-states, event, to-state. Pure.
 * It owns which edges are legal and nothing else: when an edge is taken is decide.ts's and take.ts's business.
 * The table in docs/rollouts.md is printed from this one, and a test holds the two together.
 */
import type { RolloutState } from '../../contracts/rollout-status.ts';

export const rolloutEvents = [
  'selected',
  'refused',
  'wave_ended',
  'baked',
  'halt_needed',
  'pause_asked',
  'paused',
  'halted',
  'resumed',
  'abort_asked',
  'drained',
  'closed',
  'all_done',
] as const;

export type RolloutEvent = (typeof rolloutEvents)[number];

export interface Transition {
  readonly from: readonly RolloutState[];
  readonly event: RolloutEvent;
  readonly to: RolloutState;
  /** When it is taken, for the diagram's reader. */
  readonly when: string;
}

export const transitions: readonly Transition[] = [
  { from: ['selecting'], event: 'selected', to: 'rolling', when: 'its jobs are listed in the audit topic' },
  {
    from: ['selecting'],
    event: 'refused',
    to: 'aborted',
    when: 'they can not be listed, and trying again will not help',
  },
  { from: ['selecting'], event: 'abort_asked', to: 'aborted', when: 'its owner asked to abort before a job was begun' },
  {
    from: ['rolling'],
    event: 'wave_ended',
    to: 'baking',
    when: 'every job of a wave has its outcome, others follow, and there is a bake time',
  },
  { from: ['baking'], event: 'baked', to: 'rolling', when: 'the bake time is over and its jobs are still well' },
  {
    from: ['baking'],
    event: 'halt_needed',
    to: 'halted',
    when: 'the bake time is over and more jobs have failed since than is put up with',
  },
  {
    from: ['rolling'],
    event: 'halt_needed',
    to: 'draining',
    when: 'more jobs have failed than is put up with, or its list can not be read: no further one is begun',
  },
  {
    from: ['rolling'],
    event: 'pause_asked',
    to: 'draining',
    when: 'its owner asked to pause: no further job is begun',
  },
  { from: ['baking'], event: 'pause_asked', to: 'paused', when: 'its owner asked to pause; the bake time goes on' },
  { from: ['draining'], event: 'paused', to: 'paused', when: 'every job that was begun has its outcome' },
  { from: ['draining'], event: 'halted', to: 'halted', when: 'likewise, and something is wrong: see its cause' },
  { from: ['draining'], event: 'drained', to: 'closing', when: 'likewise, and its owner asked to abort' },
  {
    from: ['draining', 'paused', 'halted'],
    event: 'resumed',
    to: 'rolling',
    when: 'its owner asked to go on; failures so far are put up with',
  },
  {
    from: ['rolling', 'draining'],
    event: 'abort_asked',
    to: 'draining',
    when: 'its owner asked to abort: jobs that were begun are waited for',
  },
  { from: ['baking', 'paused', 'halted'], event: 'abort_asked', to: 'closing', when: 'its owner asked to abort' },
  { from: ['closing'], event: 'closed', to: 'aborted', when: 'every job that was not begun has that as its outcome' },
  { from: ['rolling'], event: 'all_done', to: 'finished', when: 'every job has its outcome' },
];

/** The state that an event leads to, or null where the table has no such edge. */
export function target(from: RolloutState, event: RolloutEvent): RolloutState | null {
  return transitions.find((t) => t.event === event && t.from.includes(from))?.to ?? null;
}

/** The table as a mermaid diagram. */
export function diagram(): string {
  const edges = transitions.flatMap((t) => t.from.map((from) => `  ${from} --> ${t.to}: ${t.event}`));
  return ['stateDiagram-v2', '  [*] --> selecting', ...edges, '  aborted --> [*]', '  finished --> [*]'].join('\n');
}
