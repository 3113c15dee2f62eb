/**
 * The engine's free slots decide when a host asks for tasks: a poll is begun only while there is a slot for what it may bring. A full
 * host that went on asking won every match, since it had nothing else to do, and refused it.
 */
import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, TunerHolder } from '@temporalio/worker';
import type { EnginePort } from '../pipeline/runtime/port.ts';

type Free = Pick<EnginePort, 'free' | 'onFree'>;

export interface Offering {
  readonly tuner: TunerHolder;
  /** Runs a preparation, whose first step takes the slot. */
  preparing<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * One worker's. Two workers of a host may both ask for what its last slot could take, so that neither queue starves; the one that comes too
 * late is refused, and the retry finds another host. `atOnce`: polls and preparations of this worker, until it is `lost`.
 */
export function whileFree(engine: Free, atOnce: number, lost?: AbortSignal): Offering {
  const polls = new Set<SlotPermit>();
  const tasks = new Set<SlotPermit>();
  const waiting: ((permit: SlotPermit) => void)[] = [];
  let preparing = 0;

  const next = (): SlotPermit | null => {
    // A task that has come and isn't being prepared yet has no slot of the engine yet.
    const coming = polls.size + Math.max(0, tasks.size - preparing);
    if (coming >= engine.free() || polls.size + tasks.size >= atOnce) return null;
    const permit = {};
    polls.add(permit);
    return permit;
  };
  const wake = (): void => {
    while (waiting.length > 0) {
      const permit = next();
      if (permit === null) return;
      waiting.shift()?.(permit);
    }
  };
  engine.onFree(wake, lost);
  const supplier: CustomSlotSupplier<ActivitySlotInfo> = {
    type: 'custom',
    reserveSlot: (_, abort) => {
      const permit = waiting.length === 0 ? next() : null;
      if (permit !== null) return Promise.resolve(permit);
      if (abort.aborted) return Promise.reject(abort.reason);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.splice(waiting.indexOf(take), 1);
          reject(abort.reason);
        };
        const take = (given: SlotPermit): void => {
          abort.removeEventListener('abort', leave);
          resolve(given);
        };
        waiting.push(take);
        abort.addEventListener('abort', leave, { once: true });
      });
    },
    tryReserveSlot: () => next(),
    markSlotUsed: ({ permit }) => {
      polls.delete(permit);
      tasks.add(permit);
    },
    releaseSlot: ({ permit }) => {
      polls.delete(permit);
      tasks.delete(permit);
      wake();
    },
  };
  const none = { type: 'fixed-size', numSlots: 1 } as const;
  return {
    tuner: {
      workflowTaskSlotSupplier: none,
      activityTaskSlotSupplier: supplier,
      localActivityTaskSlotSupplier: none,
      nexusTaskSlotSupplier: none,
    },
    preparing: async (work) => {
      preparing += 1;
      try {
        return await work();
      } finally {
        preparing -= 1;
        wake();
      }
    },
  };
}
