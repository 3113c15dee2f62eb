/** What the engine and its threads say to each other. Plain data. */
import type { Failure, Problem } from '../../contracts/failure.ts';
import type { Positions } from '../../contracts/positions.ts';
import type {
  PrepareTask,
  ProducerIdentity,
  RunTask,
  TaskCounters,
  TaskEnd,
  TaskIdentity,
  TaskReport,
} from '../../contracts/task.ts';
import type { ProducerStanding } from '../kafka/transaction.ts';
import type { RefusedRecord } from './refused-records.ts';

/** How a task goes on whose thread has ended. */
export interface Resumption {
  /** Of its transactions; null: they had not begun. */
  readonly producer: ProducerStanding | null;
  readonly counters: TaskCounters;
  /** Where it had begun. */
  readonly began: Positions;
  readonly refused: readonly RefusedRecord[];
}

/** What a thread is asked to do; `id` names the answer. */
export type ThreadCall =
  | { readonly call: 'ready'; readonly id: number }
  | { readonly call: 'prepare'; readonly id: number; readonly order: PrepareTask; readonly cold: boolean }
  | {
      readonly call: 'run';
      readonly id: number;
      readonly order: RunTask;
      /** A {@link ProducerMark}'s memory. */
      readonly mark: SharedArrayBuffer;
      readonly resumed: Resumption | null;
    }
  | { readonly call: 'report'; readonly id: number; readonly task: TaskIdentity }
  | { readonly call: 'prove'; readonly id: number; readonly task: TaskIdentity }
  | { readonly call: 'forget'; readonly id: number; readonly task: TaskIdentity }
  | { readonly call: 'drain'; readonly id: number; readonly task: TaskIdentity; readonly by: 'order' | 'host_shutdown' }
  | {
      readonly call: 'cancel';
      readonly id: number;
      readonly task: TaskIdentity;
      readonly as: 'cancelled' | 'superseded';
    }
  | { readonly call: 'close'; readonly id: number };

export type ThreadAnswer =
  | { readonly kind: 'done'; readonly id: number; readonly value: ProducerIdentity | TaskEnd | null }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: Failure; readonly problems: readonly Problem[] }
  | { readonly kind: 'report'; readonly key: string; readonly report: TaskReport }
  | { readonly kind: 'began'; readonly key: string; readonly positions: Positions };
