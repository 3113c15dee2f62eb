/** The embedded Temporal is a real one: it knows Millrace's search attributes, serves its UI, and keeps its database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Connection, WithStartWorkflowOperation, WorkflowClient } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { missingSearchAttributes, registerSearchAttributes } from '../../../src/client/search-attributes.ts';
import { searchAttributes } from '../../../src/contracts/names.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';

let temporal: EmbeddedTemporal;

before(async () => {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  temporal = await startTemporal();
});
after(() => temporal.close());

async function withClient<T>(use: (client: WorkflowClient, connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    return await use(new WorkflowClient({ connection, namespace: temporal.namespace }), connection);
  } finally {
    await connection.close();
  }
}

test('every search attribute is registered with its type', async () => {
  const kinds = { KEYWORD: 2, INT: 3, DATETIME: 6, KEYWORD_LIST: 7 };
  const { customAttributes } = await withClient((_, connection) =>
    connection.operatorService.listSearchAttributes({ namespace: temporal.namespace }),
  );
  for (const [name, type] of Object.entries(searchAttributes)) assert.equal(customAttributes[name], kinds[type], name);
});

test('registering attributes that are there already changes nothing', async () => {
  await registerSearchAttributes({ address: temporal.address, namespace: temporal.namespace });
  assert.deepEqual(await missingSearchAttributes({ address: temporal.address, namespace: temporal.namespace }), []);
});

test('the web UI answers', async () => {
  assert.equal((await fetch(temporal.uiUrl)).status, 200);
});

test('a workflow outlives the server, stopped in order and by SIGKILL', async () => {
  const start = { taskQueue: 'nobody', workflowId: 'outlives' };
  const { firstExecutionRunId } = await withClient((client) => client.start('anything', start));
  for (const end of [temporal.stop, temporal.kill]) {
    await end();
    await temporal.restart();
    const found = await withClient((client) => client.getHandle('outlives').describe());
    assert.equal(found.runId, firstExecutionRunId);
    assert.equal(found.status.name, 'RUNNING');
  }
});

test('one request starts a workflow and updates it', async () => {
  const connection = await NativeConnection.connect({ address: temporal.address });
  const workflowsPath = fileURLToPath(new URL('./fixtures/workflows.ts', import.meta.url));
  const worker = await Worker.create({ connection, taskQueue: 'fixtures', workflowsPath });
  await worker.runUntil(() =>
    withClient(async (client) => {
      const startWorkflowOperation = new WithStartWorkflowOperation('waitForGreeting', {
        workflowId: 'greeted',
        taskQueue: 'fixtures',
        workflowIdConflictPolicy: 'FAIL',
      });
      const answer = await client.executeUpdateWithStart('greet', { args: ['Ada'], startWorkflowOperation });
      assert.equal(answer, 'hello Ada');
      assert.equal(await client.getHandle('greeted').result(), 'Ada');
    }),
  );
  await connection.close();
});
