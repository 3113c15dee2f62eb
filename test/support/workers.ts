/** Millrace's worker processes on the servers of a test, each as production starts it; and a client. They end together. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../src/client/client.ts';
import { sharedServers } from './servers.ts';

export interface Workers {
  readonly client: MillraceClient;
  readonly bootstrap: string;
  /** Resolves when it polls. What it logs is passed on. */
  start(kind: 'control' | 'host', env?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  close(): Promise<void>;
}

export async function openWorkers(): Promise<Workers> {
  const { kafka, temporal } = await sharedServers();
  const { bootstrap } = kafka;
  const { address } = temporal;
  const client = new MillraceClient({ address });
  const children: ChildProcess[] = [];
  return {
    client,
    bootstrap,
    start: async (kind, env = {}) => {
      const entry = fileURLToPath(new URL(`../../src/worker/${kind}-main.ts`, import.meta.url));
      const common = { MILLRACE_TUNING: 'dev', MILLRACE_LOG: 'error', MILLRACE_THREADS: '1' };
      const child = spawn(process.execPath, [entry], {
        env: { ...process.env, KAFKA_BOOTSTRAP: bootstrap, TEMPORAL_ADDRESS: address, ...common, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stderr?.pipe(process.stderr);
      children.push(child);
      await new Promise((ready) => child.stdout?.once('data', ready));
      return child;
    },
    close: async () => {
      for (const child of children) child.kill('SIGTERM');
      await client.close();
      await Promise.all(children.map((c) => c.exitCode ?? c.signalCode ?? new Promise((done) => c.once('exit', done))));
    },
  };
}

export interface Part {
  readonly process: ChildProcess;
  /** All that it has logged. */
  said(): string;
  close(): Promise<void>;
}

/** A worker process by nothing but this environment. Resolves when it polls; rejects, with what it has said, where it ends before. */
export async function openPart(kind: 'control' | 'host', env: Readonly<Record<string, string>>): Promise<Part> {
  const entry = fileURLToPath(new URL(`../../src/worker/${kind}-main.ts`, import.meta.url));
  const { PATH, HOME, MILLRACE_CACHE_DIR, PAYLOAD_KEYS } = process.env;
  const own = { PATH, HOME, MILLRACE_CACHE_DIR, PAYLOAD_KEYS, ...env };
  const child = spawn(process.execPath, [entry], { env: own, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += String(text);
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await Promise.race([
    new Promise<void>((ready) => child.stdout?.once('data', () => ready())),
    ended.then(() => Promise.reject(new Error(`The ${kind} process ended: ${said}`))),
  ]);
  return {
    process: child,
    said: () => said,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
