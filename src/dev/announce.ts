/**
 * Which `millrace dev` run on this machine: a file for each in the directory `dev` of the cache, by which the command line finds it. Read in
 * cli/dev-addresses.ts, which says what is done where there are several.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, deploymentName } from '../config.ts';

const directory = (): string => join(cacheDirectory(), 'dev');
const file = (): string => join(directory(), `${process.pid}.json`);

export async function announceDev(running: {
  readonly kafka: { readonly bootstrap: string };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly api?: { readonly url: string };
}): Promise<void> {
  await mkdir(directory(), { recursive: true });
  const { kafka, temporal, api } = running;
  const content = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    kafka: kafka.bootstrap,
    temporal: temporal.address,
    namespace: temporal.namespace,
    deployment: deploymentName(),
    ...(api && { api: api.url }),
  };
  const draft = `${file()}.draft`;
  await writeFile(draft, `${JSON.stringify(content)}\n`);
  await rename(draft, file());
}

export async function withdrawDev(): Promise<void> {
  await rm(file(), { force: true });
}
