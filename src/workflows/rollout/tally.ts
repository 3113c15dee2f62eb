/** Counts what became of the jobs, and says when too many have failed. Pure functions of the rollout's data. */
import { type Failure, failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { type Counts, type JobOutcome, type JobOutcomeKind, jobOutcomes } from '../../contracts/rollout-status.ts';
import type { RolloutData } from './state.ts';

export const noCounts = Object.fromEntries(jobOutcomes.map((k) => [k, 0])) as Counts;

export const sum = (all: readonly Counts[]): Counts =>
  Object.fromEntries(jobOutcomes.map((k) => [k, all.reduce((n, c) => n + c[k], 0)])) as Counts;

/** Jobs that have an outcome. */
export const settled = (counts: Counts): number => jobOutcomes.reduce((n, k) => n + counts[k], 0);

export const isFailure = (kind: JobOutcomeKind): boolean => kind === 'failed' || kind === 'rolled_back';

/** Takes a job's outcome into the counts of a wave. `instead` of the one that it had before, where it had one. */
export function tally(rollout: RolloutData, wave: number, outcome: JobOutcome, instead?: JobOutcomeKind): void {
  rollout.waves = rollout.waves.map((w, i) => {
    if (i !== wave) return w;
    const counts = { ...w.counts, [outcome.outcome]: w.counts[outcome.outcome] + 1 };
    return { ...w, counts: instead === undefined ? counts : { ...counts, [instead]: counts[instead] - 1 } };
  });
  if (!isFailure(outcome.outcome)) return;
  rollout.counted = { all: rollout.counted.all + 1, wave: rollout.counted.wave + 1 };
  rollout.failures = [...rollout.failures, outcome].slice(-limits.rolloutFailuresKeptMax);
}

/** Why the rollout has to stop, or null. */
export function tooMany({ order, counted, wave, waves }: RolloutData): Failure | null {
  const { maxFailures } = order.strategy;
  if (wave === 0 && waves.length > 1) {
    return counted.wave === 0 ? null : halt(counted.wave, 'of the first wave', 0);
  }
  if (typeof maxFailures === 'number') {
    return counted.all <= maxFailures ? null : halt(counted.all, 'in all', maxFailures);
  }
  const size = waves[wave]?.size ?? 0;
  const allowed = Math.floor((Number(maxFailures.slice(0, -1)) * size) / 100);
  return counted.wave <= allowed ? null : halt(counted.wave, `of the ${size} of this wave`, allowed);
}

function halt(failed: number, of: string, allowed: number): Failure {
  const limit = allowed === 0 ? 'none is put up with' : `at most ${allowed} are put up with`;
  const message = `${failed} ${failed === 1 ? 'job' : 'jobs'} ${of} failed, and ${limit}: look at their causes, then resume the rollout or abort it.`;
  return failure('unhealthy', message, { retry: false });
}
