/**
 * Recorded lives of every release, replayed against the code as it is: a change that would make a running job's workflow lose
 * its place fails here first. record.ts writes them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/worker/bundle.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';
import { histories, isReleased } from './releases.ts';

test('every history of every release replays to the same commands', async () => {
  installQuietRuntime();
  const files = readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.json.gz'));
  assert.ok(files.length >= 9, `only ${files.length} histories are there`);
  const told = files.map((file) => {
    const history: unknown = JSON.parse(gunzipSync(readFileSync(new URL(file, histories))).toString('utf8'));
    return { workflowId: file, history };
  });
  const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, told);
  const wrong: string[] = [];
  for await (const { workflowId, error } of results)
    if (error !== undefined) wrong.push(`${workflowId}: ${error.message}`);
  assert.deepEqual(wrong, []);
});

test('the histories of a release are recorded until it is released, and never again', () => {
  const changelog = '# Changelog\n\n## 0.2.0 (unreleased)\n\n## 0.1.0\n';
  assert.equal(isReleased('0.2.0', changelog), false);
  assert.equal(isReleased('0.1.0', changelog), true);
  assert.equal(isReleased('0.0.9', changelog), true, 'one that is not told of is not ours to write');
});
