/**
 * Whether the workflows of a run can be replayed: a worker that takes one over, or that has let it go from its memory, reads its
 * history again and must come to the same commands. Owns keeping a history that can't be, for whoever looks for the cause.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/worker/bundle.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';

interface Told {
  readonly workflowId: string;
  readonly history: History;
}

/** Throws where a workflow of this tenant, ended or not, doesn't replay; it says where its history is kept. */
export async function checkReplays(temporal: string, tenant: string): Promise<void> {
  installQuietRuntime();
  const told = await historiesOf(temporal, tenant);
  const wrong: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: await workflowBundle() },
    told,
  )) {
    if (error === undefined) continue;
    const kept = await keep(told.find((t) => t.workflowId === workflowId)!);
    wrong.push(`${workflowId} does not replay: ${error.message} (its history is kept: ${kept})`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

async function historiesOf(address: string, tenant: string): Promise<Told[]> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const told: Told[] = [];
    for await (const { workflowId, runId } of workflow.list()) {
      if (!workflowId.includes(`/${tenant}/`)) continue;
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      told.push({ workflowId: `${workflowId}@${runId}`, history });
    }
    if (told.length === 0) throw new Error(`Temporal lists no workflow of ${tenant}`);
    return told;
  } finally {
    await connection.close();
  }
}

async function keep({ workflowId, history }: Told): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'millrace-history-')), `${workflowId.replaceAll('/', '-')}.json`);
  await writeFile(file, historyToJSON(history as never));
  return file;
}
