/** Temporary directories that are removed when their user is done, and by the watchdog when this process ends before that. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetDirectory, removeAtEnd } from './watchdog.ts';

/** A new directory under `parent`, the system's temporary one by default. */
export async function scratchDirectory(purpose: string, parent: string = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(parent, `millrace-${purpose}-`));
  await removeAtEnd(directory);
  return directory;
}

export async function removeScratch(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  forgetDirectory(directory);
}
