/** docs/settings.md and the published schema are printed from the table of settings, and the example of the page is one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { schemaText, settingsPage } from '../../../scripts/settings.ts';
import { allSettings } from '../../../src/config/settings.ts';
import { hostConfig } from '../../../src/config.ts';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('docs/settings.md is what the table says', () => {
  assert.equal(text('docs/settings.md'), settingsPage(), 'run node scripts/settings.ts');
});

test('docs/settings.schema.json is what the table says, and comes with the package', () => {
  assert.equal(text('docs/settings.schema.json'), schemaText(), 'run node scripts/settings.ts');
  const { files } = JSON.parse(text('package.json')) as { readonly files: readonly string[] };
  assert.ok(files.includes('docs'));
});

test('each setting has one name, one place and one row', () => {
  const twice = (names: readonly (string | null)[]): readonly (string | null)[] =>
    names.filter((name, i) => name !== null && names.indexOf(name) !== i);
  assert.deepEqual(twice(allSettings.map(({ variable }) => variable)), []);
  assert.deepEqual(twice(allSettings.map(({ at }) => at)), []);
});

test('the example of the page is taken', async () => {
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(settingsPage()) ?? [];
  const directory = await mkdtemp(join(tmpdir(), 'millrace-settings-'));
  try {
    await writeFile(join(directory, 'millrace.yaml'), example);
    const { slots, temporal, clusters } = hostConfig({ MILLRACE_CONFIG: join(directory, 'millrace.yaml') });
    assert.equal(slots, 200);
    assert.equal(temporal.tls?.key, 'file:/run/secrets/client.key');
    assert.equal(clusters['main']?.sasl?.mechanism, 'SCRAM-SHA-512');
  } finally {
    await rm(directory, { recursive: true });
  }
});
