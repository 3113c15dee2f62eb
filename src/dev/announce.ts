/** The file `dev.json` in the cache directory, by which the command line finds the system that runs on this machine. The last one started wins. */
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, deploymentName } from '../config.ts';

const file = () => join(cacheDirectory(), 'dev.json');

export async function announceDev(running: {
  readonly kafka: { readonly bootstrap: string };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly api?: { readonly url: string };
}): Promise<void> {
  await mkdir(cacheDirectory(), { recursive: true });
  const draft = `${file()}.${process.pid}`;
  const { kafka, temporal, api } = running;
  const content = {
    pid: process.pid,
    kafka: kafka.bootstrap,
    temporal: temporal.address,
    namespace: temporal.namespace,
    deployment: deploymentName(),
    ...(api && { api: api.url }),
  };
  await writeFile(draft, `${JSON.stringify(content)}\n`);
  await rename(draft, file());
}

/** Removes it where it is this process's. */
export async function withdrawDev(): Promise<void> {
  try {
    const { pid } = JSON.parse(await readFile(file(), 'utf8')) as { readonly pid?: unknown };
    if (pid === process.pid) await unlink(file());
  } catch {
    // There is none, or it is another's that was just replaced.
  }
}
