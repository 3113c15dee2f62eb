/** Reads one page of a rollout's outcomes, outside of the rollout's workflow: of one that has ended long ago too. */
import type { OutcomePage, ReadOutcomes } from '../../contracts/rollout-status.ts';
import { causeOf } from '../failure.ts';
import { reading } from './activities.ts';

export async function readOutcomesWorkflow(order: ReadOutcomes): Promise<OutcomePage> {
  try {
    return await reading(order.deployment, `outcomes of rollout ${order.id}`).readOutcomes(order);
  } catch (error) {
    throw causeOf(error);
  }
}
