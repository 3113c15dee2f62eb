/** Waiting for a job: it is asked again and again, patiently, also while its server restarts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, MillraceError } from '../contracts/failure.ts';
import type { JobStatus } from '../contracts/status.ts';
import { jobTitle } from './asking.ts';
import { nullIfUnavailable } from './errors.ts';
import { readJob } from './jobs.ts';
import type { WaitOptions } from './port.ts';
import type { Temporal } from './temporal.ts';

/** Milliseconds of a wait where the caller names none. */
const waitMsDefault = 120_000;
/** Milliseconds between two looks: first, and at most. */
const pauseMsFirst = 100;
const pauseMsMax = 500;

export async function waitForJob(
  temporal: Temporal,
  tenant: string,
  name: string,
  until: (status: JobStatus) => boolean,
  { timeoutMs = waitMsDefault, onStatus }: WaitOptions,
): Promise<JobStatus> {
  const deadline = Date.now() + timeoutMs;
  const title = jobTitle(tenant, name);
  let last = 'Temporal gave no answer';
  for (let pauseMs = pauseMsFirst; ; pauseMs = Math.min(pauseMsMax, pauseMs * 1.5)) {
    const read = await readJob(temporal, tenant, name).catch(nullIfUnavailable);
    if (read !== null) {
      const { status, running } = read;
      onStatus?.(status);
      // One that has stopped is over when its workflow has ended: until then its name isn't free for another.
      const ending = running && status.state === 'stopped';
      if (!ending && until(status)) return status;
      if (!running) {
        const message = `The ${title} has ended (${status.state}): what is waited for can't come any more.`;
        throw new MillraceError(failure('forbidden_state', message));
      }
      last = `it is ${status.state}: ${status.lastFailure?.message ?? status.next}`;
    }
    if (Date.now() + pauseMs > deadline) {
      const message = `The ${title} did not get there in ${timeoutMs} ms; ${last}`;
      throw new MillraceError(failure('unhealthy', message));
    }
    await sleep(pauseMs);
  }
}
