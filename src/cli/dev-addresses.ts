/** Finds the `millrace dev` that runs on this machine, from the file that it keeps in its cache directory. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface DevAddresses {
  readonly temporal?: string;
  readonly kafka?: string;
}

/** Null where none runs: no file, or one whose process is gone. */
export async function findDev(env: Readonly<Record<string, string | undefined>>): Promise<DevAddresses | null> {
  const cache = env['MILLRACE_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
  try {
    const { pid, temporal, kafka } = JSON.parse(await readFile(join(cache, 'dev.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof pid !== 'number') return null;
    process.kill(pid, 0);
    return {
      ...(typeof temporal === 'string' ? { temporal } : {}),
      ...(typeof kafka === 'string' ? { kafka } : {}),
    };
  } catch {
    return null;
  }
}
