/**
 * A query that has waited for a worker brings events for which no workflow task has begun. A workflow that runs on them, and is
 * kept, takes an update after them which a replay takes before them: nobody can read its history any more. Arranged as it
 * happened: the worker is killed, a query waits for it, a task ends, an update is sent, and another worker takes over.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { toMillraceError } from '../../src/client/errors.ts';
import { Temporal } from '../../src/client/temporal.ts';
import type { MillraceError } from '../../src/contracts/failure.ts';
import { aheadOfHistory } from '../../src/contracts/names.ts';
import { removeScratch, scratchDirectory } from '../../src/dev/scratch.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { installQuietRuntime, quietLogger } from '../support/quiet-runtime.ts';
import { askUpdate, smallJob, stepsQuery } from './ahead/workflow.ts';

/** Milliseconds that a query, and then a workflow task, wait for a worker that is gone. */
const stickyMs = 5_000;
/** Milliseconds from the query to the task's end: by so much the query comes first to the next worker. */
const endsAfterMs = 1_500;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
let directory: string;
let temporal: EmbeddedTemporal;
let connection: Connection;
let workflow: Client['workflow'];
let millrace: Temporal;

before(async () => {
  installQuietRuntime();
  directory = await scratchDirectory('ahead');
  temporal = await startTemporal({ dataDir: join(directory, 'temporal'), onProgress: () => {} });
  connection = await Connection.connect({ address: temporal.address });
  ({ workflow } = new Client({ connection }));
  millrace = new Temporal({ address: temporal.address });
});

after(async () => {
  await connection.close();
  await millrace.close();
  await temporal.close();
  await removeScratch(directory);
});

test('a workflow replays after a query has brought events ahead of it', async () => {
  const { query, replay } = await life([here('../../src/workflows/ahead-of-history.ts')]);
  assert.match(query, new RegExp(`^temporal_unavailable: .*${aheadOfHistory}`));
  assert.equal(replay, null);
});

test('the client asks such a query again, and is answered', async () => {
  const { query, replay } = await life([here('../../src/workflows/ahead-of-history.ts')], (workflowId) =>
    millrace.call('the small job', (client) => client.workflow.getHandle(workflowId).query(stepsQuery)),
  );
  assert.equal(query, 'answered');
  assert.equal(replay, null);
});

test('control: without the guard it does not', async () => {
  const { query, replay } = await life([]);
  assert.equal(query, 'answered');
  assert.match(replay ?? 'it replays', /Nondeterminism/);
});

/** What became of the query, and of a replay of the workflow's history. */
async function life(
  guards: string[],
  ask: (workflowId: string) => Promise<unknown> = (id) => workflow.getHandle(id).query(stepsQuery),
): Promise<{ query: string; replay: string | null }> {
  const taskQueue = `ahead-${randomUUID()}`;
  const workflowBundle = { codePath: join(directory, `${taskQueue}.cjs`) };
  const workflowsPath = here('./ahead/workflow.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules: guards, logger: quietLogger });
  await writeFile(workflowBundle.codePath, code);
  const started = Promise.withResolvers<void>();
  const ends = Promise.withResolvers<void>();
  const host = await openHost(`${taskQueue}-host`, async () => {
    started.resolve();
    await ends.promise;
  });
  const first = await openWorker(taskQueue, workflowBundle.codePath);
  const handle = await workflow.start(smallJob, { taskQueue, workflowId: taskQueue });
  await started.promise;
  const second = await openWorker(taskQueue, workflowBundle.codePath);
  await kill(first);

  const asked = ask(taskQueue).then(
    () => 'answered',
    (error) => describe(toMillraceError(error, 'the small job')),
  );
  await sleep(endsAfterMs);
  ends.resolve();
  await sleep(200);
  await handle.executeUpdate(askUpdate);
  await handle.result();
  const query = await asked;
  await kill(second);
  await host.close();
  const replay = await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory()).then(
    () => null,
    (error: Error) => error.message,
  );
  return { query, replay };
}

/** Its code, and in whose words it came: the client's own don't repeat Temporal's. */
function describe(error: MillraceError): string {
  const words: string[] = [];
  for (let at: unknown = error.cause; at instanceof Error; at = at.cause) words.push(at.message);
  return `${error.failure.code}: ${words.join(' ')}`;
}

async function openWorker(taskQueue: string, codePath: string): Promise<ChildProcess> {
  const args = [here('./ahead/worker.ts'), temporal.address, taskQueue, codePath, String(stickyMs)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Runs the small job's activities in this process. */
async function openHost(taskQueue: string, runTask: () => Promise<void>): Promise<{ close(): Promise<void> }> {
  const native = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    activities: { runTask, takeStep: async () => {} },
  });
  const running = worker.run();
  return {
    close: async () => {
      worker.shutdown();
      await running;
      await native.close();
    },
  };
}
