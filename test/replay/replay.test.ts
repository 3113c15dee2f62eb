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
import * as workflows from '../../src/workflows/index.ts';
import { installQuietRuntime } from '../support/quiet-runtime.ts';
import { histories, isReleased } from './releases.ts';

const workflowSources = new URL('../../src/workflows/', import.meta.url);

interface Told {
  readonly workflowId: string;
  readonly history: { readonly events: readonly RecordedEvent[] };
}
/** As far as it is looked at here; the rest is for the replay. */
interface RecordedEvent {
  readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { readonly name: string } };
  readonly markerRecordedEventAttributes?: {
    readonly details: Readonly<Record<string, { payloads: { data: string }[] }>>;
  };
}

const files = readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.json.gz'));
const told: readonly Told[] = files.map((file) => {
  const history: Told['history'] = JSON.parse(gunzipSync(readFileSync(new URL(file, histories))).toString('utf8'));
  return { workflowId: file, history };
});

test('every history of every release replays to the same commands', async () => {
  installQuietRuntime();
  const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, told);
  const wrong: string[] = [];
  for await (const { workflowId, error } of results)
    if (error !== undefined) wrong.push(`${workflowId}: ${error.message}`);
  assert.deepEqual(wrong, []);
});

test('there is a history of every workflow', () => {
  const types = told.map(({ history: { events } }) => events[0]?.workflowExecutionStartedEventAttributes?.workflowType);
  assert.deepEqual([...new Set(types.map((type) => type?.name))].sort(), Object.keys(workflows).sort());
});

test('there are histories on either side of every patch', () => {
  const sources = readdirSync(workflowSources, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  const patches = sources.flatMap((file) => {
    const calls = readFileSync(new URL(file, workflowSources), 'utf8').matchAll(/\bpatched\(\s*'([^']+)'/g);
    return [...calls].map(([, name]) => name!);
  });
  for (const patch of patches) {
    const marked = told.filter(({ history }) => marksOf(history).includes(patch)).map((t) => t.workflowId);
    const before = told.map((t) => t.workflowId).filter((file) => file.startsWith(`before-${patch}/`));
    assert.ok(marked.length > 0, `no history has the mark ${patch}`);
    assert.ok(before.length > 0, `there is no history of before ${patch}`);
    assert.deepEqual(
      before.filter((file) => marked.includes(file)),
      [],
    );
  }
});

/** Names of the patches that a run has marked in its history. */
function marksOf({ events }: Told['history']): string[] {
  return events.flatMap(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.details['patch-data']?.payloads[0]?.data;
    if (data === undefined) return [];
    return [(JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as { id: string }).id];
  });
}

test('the histories of a release are recorded until it is released, and never again', () => {
  const changelog = '# Changelog\n\n## 0.2.0 (unreleased)\n\n## 0.1.0\n';
  assert.equal(isReleased('0.2.0', changelog), false);
  assert.equal(isReleased('0.1.0', changelog), true);
  assert.equal(isReleased('0.0.9', changelog), true, 'one that is not told of is not ours to write');
});
