/**
 * The rollout's log on its way to the audit topic: what became of each job, and each transition, numbered and kept until
 * acknowledged. Pure functions of the rollout's data; scribe.ts sends them.
 */
import { limits } from '../../contracts/limits.ts';
import type { JobOutcome, NumberedEntry } from '../../contracts/rollout-status.ts';
import type { Note, Phase, RolloutData } from './state.ts';

export function addTransition(rollout: RolloutData, event: string, from: Phase | null, to: Phase, note: Note): void {
  const { now, asker, cause = null } = note;
  rollout.entries += 1;
  rollout.trail.push({
    kind: 'transition',
    rollout: rollout.id,
    seq: rollout.entries,
    at: new Date(now).toISOString(),
    by: asker.by,
    why: asker.why,
    requestId: asker.requestId === '' ? null : asker.requestId,
    event,
    from: from?.state ?? null,
    to: to.state,
    cause,
    order: from === null ? rollout.order : null,
  });
}

/** Outcomes share an entry as long as it waits and has room; one up to number `sealed` may be under way and stays as it is. */
export function addOutcomes(rollout: RolloutData, outcomes: readonly JobOutcome[], sealed: number): void {
  for (const outcome of outcomes) {
    const last = rollout.trail.at(-1);
    const open =
      last?.kind === 'outcomes' && last.seq > sealed && last.outcomes.length < limits.rolloutOutcomesBatchMax;
    if (last?.kind === 'outcomes' && open) {
      rollout.trail[rollout.trail.length - 1] = { ...last, outcomes: [...last.outcomes, outcome] };
    } else {
      rollout.entries += 1;
      rollout.trail.push({ kind: 'outcomes', rollout: rollout.id, seq: rollout.entries, outcomes: [outcome] });
    }
  }
}

/** Entries to be sent next: the oldest, as many as fit one message. */
export function nextEntries(rollout: RolloutData): readonly NumberedEntry[] {
  const batch: NumberedEntry[] = [];
  let bytes = 0;
  for (const entry of rollout.trail.slice(0, limits.historyBatchMax)) {
    bytes += JSON.stringify(entry).length;
    if (batch.length > 0 && bytes > limits.historyBatchBytesMax) break;
    batch.push(entry);
  }
  return batch;
}

/** Forgets the entries that were acknowledged, up to this number. */
export function acknowledge(rollout: RolloutData, upTo: number): void {
  rollout.trail = rollout.trail.filter((e) => e.seq > upTo);
}

/** Whether so much waits that no further job is begun before some of it is acknowledged: nothing is dropped. */
export function trailIsFull({ trail }: RolloutData): boolean {
  const waiting = trail.reduce((n, e) => n + (e.kind === 'outcomes' ? e.outcomes.length : 1), 0);
  return waiting >= limits.rolloutOutcomesWaitingMax;
}
