/** Rollouts in every state, for the tests of the pure parts. */
import { failure } from '../../../src/contracts/failure.ts';
import type { RolloutStrategy } from '../../../src/contracts/rollout.ts';
import type { JobOutcome, JobOutcomeKind, RolloutState } from '../../../src/contracts/rollout-status.ts';
import { createRollout, type Phase, type RolloutData } from '../../../src/workflows/rollout/state.ts';
import { noCounts } from '../../../src/workflows/rollout/tally.ts';

export const now = Date.parse('2026-01-01T00:00:00.000Z');
export const cause = failure('unhealthy', 'why');

const phases: Readonly<Record<RolloutState, Phase>> = {
  selecting: { state: 'selecting' },
  rolling: { state: 'rolling' },
  baking: { state: 'baking', until: now + 5_000 },
  draining: { state: 'draining', for: { kind: 'pause' } },
  paused: { state: 'paused' },
  halted: { state: 'halted', cause },
  closing: { state: 'closing' },
  aborted: { state: 'aborted', cause: null },
  finished: { state: 'finished' },
};

/** Of 1,000 jobs, in the second of two waves, with something in every field. */
export function rolloutIn(state: RolloutState, strategy: Partial<RolloutStrategy> = {}): RolloutData {
  const rollout = createRollout(
    {
      deployment: 'millrace',
      id: 'r',
      order: {
        action: { kind: 'restart' },
        selector: { tenant: 'acme', labels: { team: 'soc' } },
        strategy: { canary: [100], bakeMs: 5_000, concurrency: 10, maxFailures: 3, jobMsMax: 1_000, ...strategy },
      },
      asker: { requestId: 'r1', by: 'ann', why: 'a test' },
    },
    now,
  );
  rollout.phase = phases[state];
  rollout.trail = [];
  rollout.list = { list: 'l', offset: 7, total: 1_000, pages: 6, waves: [100, 900] };
  rollout.at = { page: 1, offset: 8, begun: 0 };
  rollout.wave = 1;
  rollout.waves = [
    { size: 100, counts: { ...noCounts, done: 100 } },
    { size: 900, counts: noCounts },
  ];
  return rollout;
}

export const outcome = (kind: JobOutcomeKind, name = 'j'): JobOutcome => {
  return { tenant: 'acme', name, outcome: kind, revision: 1, cause: null, at: new Date(now).toISOString() };
};
