/** Writes down what a rollout is and is about to do, before it does: search attributes and memo where they changed, details for operators. */
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../../contracts/names.ts';
import type { Next } from './decide.ts';
import { attributesOf, markdownOf, memoOf } from './describe.ts';
import type { RolloutData } from './state.ts';

export class Publisher {
  /** What this run has written last: each writing is an event in the history. */
  #attributes = '';
  #memo = '';

  publish(rollout: RolloutData, next: Next, underWay: number): void {
    const values = attributesOf(rollout);
    if (JSON.stringify(values) !== this.#attributes) {
      this.#attributes = JSON.stringify(values);
      const pairs = Object.entries(values).map(([name, value]) => {
        return {
          key: defineSearchAttributeKey(name, searchAttributes[name as keyof typeof values]),
          value,
        } as SearchAttributeUpdatePair;
      });
      upsertSearchAttributes(pairs);
    }
    // The counts of a list are those of the last page: one event for each page, not for each job.
    const mark = `${rollout.phase.state} ${rollout.at.page}`;
    if (mark !== this.#memo) {
      this.#memo = mark;
      upsertMemo({ ...memoOf(rollout) });
    }
    setCurrentDetails(markdownOf(rollout, next, underWay));
  }
}
