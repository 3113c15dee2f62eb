/**
 * The cache of what is fetched or built once per machine: Kafka's jars, the Temporal binary, the time-skipping test server.
 * An entry appears whole or not at all: it is made in a directory beside its place and renamed into it. The lock only
 * saves double work; two processes that both believe to hold it still leave one whole entry.
 */
import { access, mkdir, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDirectory } from '../config.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';

/** Milliseconds between signs of life of a lock's holder, and after which a silent holder counts as dead. */
const lockTouchMs = 1_000;
const lockStaleMs = 10_000;
const lockPollMs = 200;

/**
 * The directory of the entry `name`, which must hold the version in its name. `make` fills the directory that it is given,
 * only where the entry doesn't exist yet; what it throws goes through, and leaves nothing.
 */
export async function cached(
  name: string,
  make: (directory: string) => Promise<void>,
  root: string = cacheDirectory(),
): Promise<string> {
  const place = join(root, name);
  if (await exists(place)) return place;
  await mkdir(root, { recursive: true });
  const unlock = await lock(join(root, `${name}.lock`));
  try {
    if (await exists(place)) return place;
    const directory = await scratchDirectory('fetch', root);
    try {
      await make(directory);
      await rename(directory, place);
    } catch (error) {
      if (!(await exists(place))) throw error;
    } finally {
      await removeScratch(directory);
    }
    return place;
  } finally {
    await unlock();
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Takes the lock file, waiting for another holder as long as that one shows life. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await (await open(file, 'wx')).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const seen = await stat(file).catch(() => null);
    if (seen !== null && Date.now() - seen.mtimeMs > lockStaleMs) await unlink(file).catch(() => {});
    else await sleep(lockPollMs);
  }
  const touch = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), lockTouchMs);
  return async () => {
    clearInterval(touch);
    await unlink(file).catch(() => {});
  };
}
