/**
 * Whether a new generation is as healthy as the one before it, from what both were like for a while. Its tasks have
 * committed and are up: that is known before anyone asks here. Pure.
 */
import { type Failure, failure } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { Vitals } from '../contracts/task.ts';

/**
 * Null: it is healthy. `before`: the tasks of the generation that it took over from; null where there was none, or where
 * it isn't known. Then only records that fail nearly all are told: how far behind a first generation is says nothing.
 */
export function judgeHealth(before: readonly Vitals[] | null, after: readonly Vitals[]): Failure | null {
  const [old, next] = [before === null ? null : sum(before), sum(after)];
  return judgeFailures(old, next) ?? (old === null ? null : judgeLag(old, next));
}

/** A generation as one: its tasks work side by side, so their time is that of the longest. */
function sum(tasks: readonly Vitals[]): Vitals {
  return tasks.reduce<Vitals>(
    (all, task) => ({
      ms: Math.max(all.ms, task.ms),
      recordsIn: all.recordsIn + task.recordsIn,
      recordsFailed: all.recordsFailed + task.recordsFailed,
      lagFirst: all.lagFirst + task.lagFirst,
      lagLast: all.lagLast + task.lagLast,
    }),
    { ms: 0, recordsIn: 0, recordsFailed: 0, lagFirst: 0, lagLast: 0 },
  );
}

const failedShare = (v: Vitals): number => v.recordsFailed / v.recordsIn;

function judgeFailures(before: Vitals | null, after: Vitals): Failure | null {
  if (after.recordsIn < limits.healthRecordsMin) return null;
  const comparable = before !== null && before.recordsIn >= limits.healthRecordsMin;
  const bound = comparable ? failedShare(before) + limits.healthFailedShareRise : limits.healthFailedShareMax;
  if (failedShare(after) <= bound) return null;
  const earlier = comparable ? `; before it was ${percent(before)}` : '';
  return failure(
    'error_rate',
    `Of the ${after.recordsIn} records that the new generation has read, ${after.recordsFailed} failed (${percent(after)})${earlier}. Look at what they say (the header millrace.cause of dead letters, or the same query in \`millrace query\`), correct the query, and apply it again.`,
  );
}

/** By how much the lag grows, and how much comes in, which is what is read and what is left. In records per millisecond. */
const growthOf = (v: Vitals): number => (v.lagLast - v.lagFirst) / v.ms;
const inputOf = (v: Vitals): number => Math.max(0, v.recordsIn / v.ms + growthOf(v));

function judgeLag(before: Vitals, after: Vitals): Failure | null {
  if (before.ms === 0 || after.ms === 0) return null;
  const [growth, input] = [growthOf(after), inputOf(after)];
  const tolerated = Math.max(0, growthOf(before)) + limits.healthLagGrowthShare * input;
  const lagMax = Math.max(limits.healthRecordsMin, limits.healthLagMs * input);
  if (growth <= tolerated || after.lagLast <= lagMax) return null;
  return failure(
    'lagging',
    `The new generation can't keep up: of ${perSecond(input)} records/s that come in it left ${perSecond(growth)} records/s unread (before it was ${perSecond(growthOf(before))}), and is ${after.lagLast} records behind. Give the job more tasks, or a query that does less, and apply it again.`,
  );
}

const percent = (v: Vitals): string => `${Math.round(failedShare(v) * 1_000) / 10} %`;
const perSecond = (perMs: number): number => Math.round(perMs * 1_000);
