/**
 * Which operation is allowed in which state, as a table: pure. An operation that can't be taken up at once (a change is
 * under way) waits in the queue, and is judged by the state that the requests before it lead to.
 * docs/operations.md is printed from this table, and a test holds the two together.
 */
import type { OperationKind } from '../../contracts/operation.ts';
import type { JobState } from '../../contracts/status.ts';

/** taken: by the loop, at once or when the change under way has ended. already: it is so, nothing is done. Else why not. */
export type Admission = 'taken' | 'already' | { readonly refused: string };

/** How a request reads as the name of a row. */
export type Asked = OperationKind | 'apply';

const stopping = { refused: 'it is being stopped: what is asked of it now would be lost.' };
const ended = { refused: 'it has stopped: apply its spec to make it anew.' };
const over = { draining: stopping, stopped: ended } as const;

const active = ['deploying', 'running', 'updating', 'rolling_back'] as const;
const whileActive = <A extends Admission>(admission: A) =>
  Object.fromEntries(active.map((s) => [s, admission])) as Record<(typeof active)[number], A>;

/** `draining` stands for a job that drains to stop; one that drains to pause or to rewind is judged as what it will be. */
export const admissions: Readonly<Record<Asked, Readonly<Record<JobState, Admission>>>> = {
  apply: { ...whileActive('taken'), failed: 'taken', paused: 'taken', ...over },
  pause: { ...whileActive('taken'), failed: 'taken', paused: 'already', ...over },
  resume: {
    ...whileActive('already'),
    failed: { refused: 'it has failed, and is not paused: restart it, or apply a corrected spec.' },
    paused: 'taken',
    ...over,
  },
  restart: {
    ...whileActive('taken'),
    failed: 'taken',
    paused: { refused: 'it is paused: resume it, which starts its tasks anew.' },
    ...over,
  },
  upgrade: {
    ...whileActive('taken'),
    failed: 'taken',
    paused: { refused: 'it is paused and has no tasks: resume it, then upgrade it.' },
    ...over,
  },
  rescale: { ...whileActive('taken'), failed: 'taken', paused: 'taken', ...over },
  rewind: { ...whileActive('taken'), failed: 'taken', paused: 'taken', ...over },
  stop: {
    ...whileActive('taken'),
    failed: 'taken',
    paused: 'taken',
    draining: 'taken',
    stopped: { refused: 'it has stopped already.' },
  },
};
