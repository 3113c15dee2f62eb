/** Reads one page of a rollout's outcomes, outside of the rollout's workflow: of one that has ended long ago too. */
import { ActivityFailure } from '@temporalio/workflow';
import type { OutcomePage, ReadOutcomes } from '../../contracts/rollout-status.ts';
import { reading } from './activities.ts';

export async function readOutcomesWorkflow(order: ReadOutcomes): Promise<OutcomePage> {
  try {
    return await reading(`outcomes of rollout ${order.id}`).readOutcomes(order);
  } catch (error) {
    // The caller wants the cause, not the story of the activity that met it.
    throw error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
  }
}
