/**
 * What the outside says to a rollout's workflow and asks it. The client imports this file by value, the workflow too:
 * definitions and shapes only.
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Asker } from '../../contracts/asking.ts';
import type { RolloutOrder } from '../../contracts/rollout.ts';
import type {
  OutcomePage,
  ReadOutcomes,
  RolloutOperation,
  RolloutRequest,
  RolloutStatus,
} from '../../contracts/rollout-status.ts';

/** The workflows' names at the server. */
export const rolloutWorkflowType = 'rolloutWorkflow';
export const readOutcomesWorkflowType = 'readOutcomesWorkflow';

/** Argument of the first start; the state of the whole rollout on continue-as-new (see state.ts). */
export interface RolloutStart {
  /** Stands in every name that it is known by outside. */
  readonly deployment: string;
  readonly id: string;
  readonly order: RolloutOrder;
  readonly asker: Asker;
  /** Events of one run after which it goes on in a new one; left out, as limits.ts says. */
  readonly handOver?: number;
}

export interface OperateRollout extends Asker {
  readonly operation: RolloutOperation;
}

/** Accepts or refuses at once. */
export const operateRolloutUpdate = defineUpdate<RolloutRequest, [OperateRollout]>('operateRollout');
export const rolloutQuery = defineQuery<RolloutStatus>('rollout');

/** What a rollout's memo holds for lists, which ask no workflow. */
export type RolloutMemo = Pick<RolloutStatus, 'action' | 'by' | 'why' | 'startedAt'> & {
  readonly requestId: string;
  /** Names the order that was given under this id. */
  readonly digest?: string;
  readonly progress?: Pick<RolloutStatus, 'total' | 'counts'>;
};

export type ReadOutcomesWorkflow = (order: ReadOutcomes) => Promise<OutcomePage>;
