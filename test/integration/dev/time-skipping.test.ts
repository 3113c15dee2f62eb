/** The time-skipping server for workflow tests: long timers pass at once, and Millrace's search attributes are known. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { startTimeSkipping } from '../../../src/dev/time-skipping.ts';

let environment: TestWorkflowEnvironment;

before(async () => {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  environment = await startTimeSkipping();
});
after(() => environment.teardown());

test('a workflow that sleeps for 30 days ends now, with its search attributes', async () => {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'fixtures',
    workflowsPath: fileURLToPath(new URL('./fixtures/workflows.ts', import.meta.url)),
  });
  const began = await environment.currentTimeMs();
  const attributes = await worker.runUntil(
    environment.client.workflow.execute('sleepThirtyDays', { taskQueue: 'fixtures', workflowId: 'sleeper' }),
  );
  assert.deepEqual(attributes, {
    MillraceTenant: ['acme'],
    MillraceStreams: ['firewall', 'dns'],
    MillraceRevision: [3],
  });
  assert.ok((await environment.currentTimeMs()) - began >= 30 * 24 * 3600 * 1000);
});
