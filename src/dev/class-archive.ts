/**
 * A JVM's loaded classes as a file that its next starts map into memory: they take less than half of the time, which decides
 * on a busy machine whether a server is up before who started it gives up.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** Milliseconds that the one start without the file may take, and its end. */
const startMsMax = 60_000;
const endMsMax = 30_000;

export interface Archived {
  /** Where the file is to be; made where it isn't there. */
  readonly file: string;
  /** Arguments of `java` for a server that listens on a port. */
  readonly args: (port: number) => readonly string[];
}

/** Whatever goes wrong leaves no file: without it a start only takes longer. */
export async function classArchive({ file, args }: Archived): Promise<void> {
  if (await exists(file)) return;
  const port = await freePort();
  const draft = `${file}.${process.pid}`;
  const child = spawn('java', [`-XX:ArchiveClassesAtExit=${draft}`, ...args(port)], { stdio: 'ignore' });
  const ended = once(child, 'exit').catch(() => {});
  try {
    const deadline = Date.now() + startMsMax;
    while (!(await answers(port)) && child.exitCode === null && Date.now() < deadline) await sleep(50);
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(endMsMax, undefined, { ref: false })]);
    await rename(draft, file).catch(() => {});
  } finally {
    child.kill('SIGKILL');
    await rm(draft, { force: true });
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => {});
    socket.once('close', (hadError) => resolve(!hadError));
  });
}
