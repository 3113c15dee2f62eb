/**
 * Waiting for a job, with progress on stderr; and following an accepted request until it is known how it went. What can't
 * come true any more is an answer, not a conflict: exit code 1, where a timeout is 6.
 */
import type { MillraceClientPort } from '../client/port.ts';
import { MillraceError } from '../contracts/failure.ts';
import type { JobStatus, RequestOutcome } from '../contracts/status.ts';
import { settled } from './conditions.ts';
import { exit } from './exit.ts';
import { jobProgress, progressLine } from './progress.ts';
import { reportError } from './report.ts';
import { Exit, type World } from './world.ts';

export interface JobName {
  readonly tenant: string;
  readonly name: string;
}

export async function watch(
  world: World,
  client: MillraceClientPort,
  { tenant, name }: JobName,
  until: (status: JobStatus) => boolean,
  timeoutMs: number,
): Promise<JobStatus> {
  const progress = progressLine(world, jobProgress());
  try {
    return await client.waitForJob(tenant, name, until, { timeoutMs, onStatus: progress.show }).finally(progress.end);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.failure.code !== 'forbidden_state') throw error;
    reportError(world, error);
    throw new Exit(exit.differs);
  }
}

/** Until the request is settled; and the job stands as it asked, where the request went well. */
export async function follow(
  world: World,
  client: MillraceClientPort,
  job: JobName,
  accepted: RequestOutcome,
  timeoutMs: number,
): Promise<RequestOutcome> {
  const outcomeOf = (s: JobStatus): RequestOutcome | null =>
    accepted.outcome === 'pending' ? settled(s, accepted.requestId) : accepted;
  const until = (s: JobStatus): boolean => {
    const { outcome } = outcomeOf(s) ?? { outcome: 'pending' };
    if (outcome === 'deployed' || outcome === 'unchanged') return s.state === 'running' || s.state === 'paused';
    return outcome !== 'pending';
  };
  const status = await watch(world, client, job, until, timeoutMs);
  return outcomeOf(status) ?? accepted;
}

/** Whether it came about as asked; tells the cause where it didn't. */
export function wentWell(world: World, { tenant, name }: JobName, { outcome, cause }: RequestOutcome): boolean {
  if (cause !== undefined) world.err(`error: job ${tenant}/${name}: ${cause.message} [${cause.code}]\n`);
  return outcome !== 'failed' && outcome !== 'rolled_back' && outcome !== 'replaced';
}
