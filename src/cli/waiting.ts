/** What can't come true any more is an answer, not a conflict: exit code 1, where a timeout is 6. */
import { MillraceError } from '../contracts/failure.ts';
import { exit } from './exit.ts';
import { reportError } from './report.ts';
import { Exit, type World } from './world.ts';

export async function waitOrDiffer<T>(world: World, waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    if (!(error instanceof MillraceError) || error.failure.code !== 'forbidden_state') throw error;
    reportError(world, error);
    throw new Exit(exit.differs);
  }
}
