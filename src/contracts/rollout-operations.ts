/**
 * Which operation is allowed in which state of a rollout, as a table: pure. docs/rollouts.md is printed from it, and a
 * test holds the two together. `draining` stands for a rollout that drains to pause or to halt; one that drains to abort is
 * judged as closing.
 */
import type { RolloutOperation, RolloutState } from './rollout-status.ts';

/** taken: by the loop. already: it is so, nothing is done. Else why not. */
export type Admission = 'taken' | 'already' | { readonly refused: string };

const aborting = { refused: 'it is being aborted: start another for the jobs that were not begun.' };
const aborted = { refused: 'it was aborted: start another for the jobs that were not begun.' };
const finished = { refused: 'it has finished: every job has its outcome.' };

export const admissions: Readonly<Record<RolloutOperation, Readonly<Record<RolloutState, Admission>>>> = {
  pause: {
    selecting: 'taken',
    rolling: 'taken',
    baking: 'taken',
    draining: 'already',
    paused: 'already',
    halted: 'already',
    closing: aborting,
    aborted,
    finished,
  },
  resume: {
    selecting: 'already',
    rolling: 'already',
    baking: 'already',
    draining: 'taken',
    paused: 'taken',
    halted: 'taken',
    closing: aborting,
    aborted,
    finished,
  },
  abort: {
    selecting: 'taken',
    rolling: 'taken',
    baking: 'taken',
    draining: 'taken',
    paused: 'taken',
    halted: 'taken',
    closing: 'already',
    aborted: 'already',
    finished,
  },
};
