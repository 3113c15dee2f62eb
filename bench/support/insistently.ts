/** Asks the API again for as long as it says to ask later: what is measured are other things than its answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NotNow } from '../../examples/demo/rest.ts';

const againMs = 100;

export async function insistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      await sleep(againMs);
    }
  }
}
