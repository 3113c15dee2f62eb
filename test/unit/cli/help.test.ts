/** Every command's help: it has examples, and docs/cli.md tells of the command. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

const help = async (...args: string[]): Promise<string> => {
  const ran = await runWith(new MemoryClient(), [...args, '--help']);
  assert.deepEqual([ran.code, ran.err], [0, '']);
  return ran.out;
};

test('every command has help with an example, and is in docs/cli.md', async () => {
  const listed = (await help()).matchAll(/^ {2}([a-z]+)(?: \[options\]| {2,}\S)/gm);
  const commands = [...listed].map(([, name]) => name ?? '');
  for (const some of ['dev', 'apply', 'pause', 'rollback', 'host']) assert.ok(commands.includes(some), some);
  const documented = readFileSync('docs/cli.md', 'utf8');
  for (const command of commands) {
    assert.match(await help(command), new RegExp(`Examples?:\\n.*millrace ${command}`, 's'));
    assert.ok(documented.includes(`millrace ${command}`), `docs/cli.md tells of ${command}`);
  }
});
