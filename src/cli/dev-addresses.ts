/**
 * Finds the `millrace dev` that runs on this machine, from the files that they keep in the cache directory (dev/announce.ts). Of several the
 * one that was started last is used, and that is said.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

export interface DevAddresses {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly temporal: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly kafka: string;
}

/** Those that run, the one started last first. What a process that is gone has left is removed. */
export async function runningDevs(env: World['env']): Promise<readonly DevAddresses[]> {
  const { cacheDirectory } = await import('../config.ts');
  const directory = join(cacheDirectory(env), 'dev');
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readAnnounced(join(directory, name))),
  );
  return found.filter((dev) => dev !== null).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

async function readAnnounced(file: string): Promise<DevAddresses | null> {
  try {
    const dev = JSON.parse(await readFile(file, 'utf8')) as DevAddresses;
    process.kill(dev.pid, 0);
    return dev;
  } catch {
    await rm(file, { force: true }).catch(() => {});
    return null;
  }
}

/** Those that have been told: once a command is enough. */
const told = new WeakSet<World>();

/** Null where none runs. On a terminal, and wherever there are several, stderr tells which one is used. */
export async function findDev(world: World): Promise<DevAddresses | null> {
  const [dev, ...others] = await runningDevs(world.env);
  if (dev === undefined || told.has(world)) return dev ?? null;
  told.add(world);
  const used = `using the \`millrace dev\` with pid ${dev.pid} (Temporal ${dev.temporal}, Kafka ${dev.kafka})`;
  if (others.length > 0) {
    const rest = others.map((o) => `pid ${o.pid}: --temporal ${o.temporal} --kafka ${o.kafka}`).join('; ');
    world.err(`millrace: ${others.length + 1} of them run here: ${used}, started last. The others: ${rest}.\n`);
  } else if (world.terminal !== null) world.err(`millrace: ${used}\n`);
  return dev;
}
