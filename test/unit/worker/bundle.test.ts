/** Where a process takes the workflow bundle from. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { workflowBundle } from '../../../src/worker/bundle.ts';

test('what was packaged is used as it is; without it the bundle is made once, into the cache', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bundle-'));
  t.after(() => rm(directory, { recursive: true }));
  const beside = join(directory, 'workflow-bundle.cjs');
  const { codePath } = await workflowBundle(false, directory, beside);
  assert.ok(codePath.startsWith(join(directory, 'workflows')));
  await writeFile(codePath, 'as it was made');
  assert.equal((await workflowBundle(false, directory, beside)).codePath, codePath);
  assert.equal(await readFile(codePath, 'utf8'), 'as it was made');
  await rm(join(directory, 'workflows'), { recursive: true });
  await writeFile(beside, '');
  assert.equal((await workflowBundle(false, directory, beside)).codePath, beside);
  assert.equal(existsSync(join(directory, 'workflows')), false);
});
