/** Progress of a wait: a line that is rewritten on a terminal, a line per change elsewhere. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { failure } from '../../../src/contracts/failure.ts';
import type { JobStatus } from '../../../src/contracts/status.ts';
import { type CliOptions, runWith } from '../../support/cli.ts';
import { jobCalled } from '../../support/documents.ts';
import { MemoryClient } from '../../support/memory-client.ts';

/** What stderr gets while a job goes through these. */
async function watched(changes: readonly Partial<JobStatus>[], options: CliOptions = {}): Promise<string> {
  const client = new MemoryClient();
  await runWith(client, ['apply', '-f', '-'], { stdin: jobCalled('a') });
  client.waitForJob = async (tenant, name, _until, wait) => {
    const status = client.jobs.get(`${tenant}/${name}`)!;
    for (const change of changes) wait?.onStatus?.({ ...status, ...change });
    return status;
  };
  const ran = await runWith(client, ['wait', 'job/a', '-t', 'acme', '--for', 'lag=0'], options);
  assert.equal(ran.out, 'job/a condition met: lag=0\n');
  return ran.err;
}

const healthy = (done: number) => ({ state: 'updating', progress: { doing: 'tasks healthy', done, of: 2 } }) as const;

test('where stderr is no terminal, every change of state or step is a line, and what is repeated is none', async () => {
  const changes = [healthy(0), healthy(0), healthy(1), { state: 'running' }, { state: 'running' }] as const;
  assert.equal(
    await watched(changes),
    'job acme/a: updating (generation 1, tasks healthy 0/2, lag 42)\njob acme/a: running (generation 1, 1/1 tasks, lag 42)\n',
  );
});

test('on a terminal one line is rewritten, with how far it is and for how long, and erased at the end', async () => {
  const err = await watched([healthy(0), healthy(1)], { columns: 200 });
  const lines = err.split('\r').map((l) => l.replace('\u001b[K', ''));
  assert.deepEqual(lines, [
    '',
    'job acme/a: updating (generation 1, tasks healthy 0/2, lag 42) 0s',
    'job acme/a: updating (generation 1, tasks healthy 1/2, lag 42) 0s',
    '',
  ]);
  assert.doesNotMatch(err, /\n/);
});

test('a line never grows beyond the terminal, where it could not be rewritten', async () => {
  const err = await watched([healthy(0)], { columns: 20 });
  const [, line = ''] = err.split('\r').map((l) => l.replace('\u001b[K', ''));
  assert.equal(line, 'job acme/a: updati…');
});

test('a failure is told where it is news, or explains the state', async () => {
  const failed = (message: string) => ({ ...failure('host_lost', message), at: message });
  const err = await watched([
    { lastFailure: failed('old') },
    { generation: 2, lastFailure: failed('new') },
    { state: 'paused', tasks: [], lastFailure: failed('old') },
    { state: 'failed', tasks: [], lastFailure: failed('old') },
  ]);
  assert.deepEqual(
    err.split('\n').map((line) => line.slice('job acme/a: '.length)),
    [
      'running (generation 1, 1/1 tasks, lag 42)',
      'running (generation 2, 1/1 tasks, lag 42): new',
      'paused (generation 1)',
      'failed (generation 1): old',
      '',
    ],
  );
});
