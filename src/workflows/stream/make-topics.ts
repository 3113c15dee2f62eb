/** Makes the topics of a stream that says how they are made, before the stream is put: one whose topics can't be had isn't accepted. */
import { planningQueue } from '../../contracts/names.ts';
import { causeOf } from '../failure.ts';
import { shortActivities } from '../short.ts';
import type { MakeStreamTopics } from './messages.ts';

export async function makeTopicsWorkflow({ deployment, ...order }: MakeStreamTopics): Promise<void> {
  try {
    await shortActivities(planningQueue(deployment), "make the stream's topics").makeStreamTopics(order);
  } catch (error) {
    throw causeOf(error);
  }
}
