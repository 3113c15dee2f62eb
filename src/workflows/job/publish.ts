/** Writes down what a job is about to do, before it does: search attributes where they changed, details for operators. */
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../../contracts/names.ts';
import type { Next } from './decide.ts';
import { attributesOf, markdownOf } from './describe.ts';
import type { JobData } from './state.ts';

export class Publisher {
  /** JSON of what this run has upserted last, by attribute: each upsert is an event in the history. */
  readonly #known: Record<string, string> = {};

  publish(job: JobData, next: Next): void {
    const values = attributesOf(job);
    const changed = Object.entries(values).filter(([name, value]) => this.#known[name] !== JSON.stringify(value));
    for (const [name, value] of changed) this.#known[name] = JSON.stringify(value);
    const pairs = changed.map(([name, value]) => {
      return {
        key: defineSearchAttributeKey(name, searchAttributes[name as keyof typeof values]),
        value,
      } as SearchAttributeUpdatePair;
    });
    if (pairs.length > 0) upsertSearchAttributes(pairs);
    setCurrentDetails(markdownOf(job, next));
  }
}
