/**
 * The jobs that this run of the workflow has begun to act on, and what it has read of their list. It owns what can't
 * travel to the next run, which begins only while no job is under way. It decides nothing.
 */
import type { ActOnJob } from '../../activities/act-on-job.ts';
import type { JobsPage } from '../../activities/rollout-log.ts';
import type { JobOutcome } from '../../contracts/rollout-status.ts';
import { failureOf } from '../failure.ts';
import { acting } from './activities.ts';

export class Live {
  page: JobsPage | null = null;
  /** Outcomes that the loop hasn't taken yet. */
  #settled: JobOutcome[] = [];
  #underWay = 0;

  begin(deployment: string, order: ActOnJob): void {
    const { job, msMax } = order;
    const name = `${job.tenant}/${job.name}`;
    this.#underWay += 1;
    acting(deployment, msMax, `${order.action.kind} ${name}`)
      .actOnJob(order)
      .then(
        (outcome) => this.#settle(outcome),
        (error: unknown) => {
          const cause = failureOf(error, `${name} was acted on`);
          this.#settle({ ...job, outcome: 'failed', revision: 0, cause, at: new Date().toISOString() });
        },
      );
  }

  #settle(outcome: JobOutcome): void {
    this.#settled.push(outcome);
    this.#underWay -= 1;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get hasSettled(): boolean {
    return this.#settled.length > 0;
  }

  /** Gives the outcomes that came since it was asked last. */
  take(): JobOutcome[] {
    return this.#settled.splice(0);
  }
}
