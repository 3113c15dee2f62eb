/** Finds the `millrace dev` that runs on this machine, from the file that it keeps in its cache directory (dev/announce.ts). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface DevAddresses {
  readonly temporal?: string;
  readonly namespace?: string;
  readonly deployment?: string;
  readonly kafka?: string;
}

/** Null where none runs: no file, or one whose process is gone. */
export async function findDev(env: Readonly<Record<string, string | undefined>>): Promise<DevAddresses | null> {
  const { cacheDirectory } = await import('../config.ts');
  try {
    const text = await readFile(join(cacheDirectory(env), 'dev.json'), 'utf8');
    const { pid, ...found } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== 'number') return null;
    process.kill(pid, 0);
    return {
      ...(typeof found['temporal'] === 'string' ? { temporal: found['temporal'] } : {}),
      ...(typeof found['namespace'] === 'string' ? { namespace: found['namespace'] } : {}),
      ...(typeof found['deployment'] === 'string' ? { deployment: found['deployment'] } : {}),
      ...(typeof found['kafka'] === 'string' ? { kafka: found['kafka'] } : {}),
    };
  } catch {
    return null;
  }
}
