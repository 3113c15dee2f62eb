/** What the engine and its threads say to each other. Plain data. */
import type { Failure, Problem } from '../../contracts/failure.ts';
import type {
  Positions,
  PrepareTask,
  ProducerIdentity,
  RunTask,
  TaskEnd,
  TaskIdentity,
  TaskReport,
} from '../../contracts/task.ts';

/** What a thread is asked to do; `id` names the answer. */
export type ThreadCall =
  | { readonly call: 'ready'; readonly id: number }
  | { readonly call: 'prepare'; readonly id: number; readonly order: PrepareTask }
  | { readonly call: 'run'; readonly id: number; readonly order: RunTask }
  | { readonly call: 'report'; readonly id: number; readonly task: TaskIdentity }
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
