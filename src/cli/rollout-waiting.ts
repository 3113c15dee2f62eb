/** Waiting for a rollout, with progress on stderr. */
import type { MillraceClientPort } from '../client/port.ts';
import type { RolloutStatus } from '../contracts/rollout-status.ts';
import { type DataFormat, printData } from './data.ts';
import { exit } from './exit.ts';
import { progressLine } from './progress.ts';
import { rolloutProgress, rolloutText } from './rollout-text.ts';
import { Exit, type World } from './world.ts';

/** Prints how it stands when it can't go on by itself, and ends with `differs` where it hasn't finished. */
export async function waitForEnd(
  world: World,
  client: MillraceClientPort,
  id: string,
  { timeout, output }: { readonly timeout: number; readonly output: 'text' | DataFormat },
): Promise<void> {
  const progress = progressLine(world, rolloutProgress);
  const ended = (s: RolloutStatus): boolean => ['finished', 'aborted', 'halted'].includes(s.state);
  const wait = { timeoutMs: timeout, onStatus: progress.show };
  const status = await client.rollouts.wait(id, ended, wait).finally(progress.end);
  if (output === 'text') world.out(rolloutText(status));
  else await printData(world, status, output);
  if (status.state !== 'finished') throw new Exit(exit.differs);
}
