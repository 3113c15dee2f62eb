/**
 * Recorded lives, replayed against the code as it is: a change that would make a running job's workflow lose its place
 * fails here first. record.ts writes them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/worker/bundle.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';

const folder = new URL('./histories/', import.meta.url);

test('every recorded history replays to the same commands', async () => {
  installQuietRuntime();
  const files = readdirSync(folder).filter((f) => f.endsWith('.json.gz'));
  assert.ok(files.length >= 9, `only ${files.length} histories are there`);
  const histories = files.map((file) => {
    const history: unknown = JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString('utf8'));
    return { workflowId: file, history };
  });
  const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, histories);
  const wrong: string[] = [];
  for await (const { workflowId, error } of results)
    if (error !== undefined) wrong.push(`${workflowId}: ${error.message}`);
  assert.deepEqual(wrong, []);
});
