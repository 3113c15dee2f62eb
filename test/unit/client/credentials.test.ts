/** What is shown to Temporal: read by its references, again when they have changed, and never repeated in an error. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeptCredentials } from '../../../src/client/credentials.ts';
import { loadPayloadCodec } from '../../../src/client/payload-codec.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-credentials-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const at = { address: '127.0.0.1:7233', namespace: 'default' };

test('they are the same as long as the files are, and others when a file has changed', () =>
  inDirectory(async (directory) => {
    const path = join(directory, 'key');
    await writeFile(path, 'first\n');
    const kept = new KeptCredentials({ ...at, apiKey: `file:${path}`, tls: { ca: `file:${path}` } }, 0);
    const first = await kept.now();
    assert.equal(first.apiKey, 'first');
    assert.equal(first.tls?.serverRootCACertificate?.toString(), 'first');
    assert.equal(await kept.now(), first);
    await writeFile(path, 'second\n');
    assert.equal((await kept.now()).apiKey, 'second');
  }));

test('what can not be read is named', async () => {
  const kept = new KeptCredentials({ ...at, apiKey: 'file:/nowhere' });
  await assert.rejects(
    kept.now(),
    (e) =>
      e instanceof MillraceError &&
      /127\.0\.0\.1:7233 .*: the file \/nowhere can't be read \(ENOENT\)\.$/.test(e.message),
  );
});

test('a module without a codec is refused by its path', () =>
  inDirectory(async (directory) => {
    assert.equal(await loadPayloadCodec(undefined), undefined);
    for (const [name, content, said] of [
      ['none.mjs', 'export const codec = {};', /none\.mjs, .* exports no PayloadCodec as its default/],
      ['half.mjs', 'export default { encode() {} };', /half\.mjs, .* exports no PayloadCodec as its default/],
      ['throws.mjs', "throw new Error('no key');", /throws\.mjs, .* can't be loaded: no key/],
    ] as const) {
      const path = join(directory, name);
      await writeFile(path, content);
      await assert.rejects(loadPayloadCodec(path), (e) => e instanceof MillraceError && said.test(e.message));
    }
    await assert.rejects(loadPayloadCodec(join(directory, 'gone.mjs')), /gone\.mjs, .* can't be loaded/);
  }));
