/**
 * The import law of DESIGN.md as a failing test: which folder may import which, and what from outside.
 * ARCHITECTURE.md prints the same table; the last test compares the two.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import test from 'node:test';
import { type Import, importsOf } from '../../support/imports.ts';

/** What a folder under src/ may import: other folders (`folder` by value, `type folder` for types only), and packages by prefix. */
interface Law {
  readonly folders: readonly string[];
  readonly packages: readonly string[] | 'any';
}

const law: Readonly<Record<string, Law>> = {
  contracts: { folders: [], packages: ['zod'] },
  workflows: {
    folders: ['contracts', 'policies', 'type activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  policies: { folders: ['contracts'], packages: [] },
  pipeline: { folders: ['contracts', 'secrets', 'tls-refusal'], packages: ['node:', '@platformatic/kafka', 'avsc'] },
  'kafka-admin': { folders: ['contracts', 'pipeline'], packages: [] },
  activities: {
    folders: ['contracts', 'pipeline', 'kafka-admin', 'workflows/messages'],
    packages: ['node:', '@temporalio/activity', '@temporalio/common', '@temporalio/client'],
  },
  client: {
    folders: ['contracts', 'policies', 'secrets', 'tls-refusal', 'workflows/messages', 'type workflows'],
    packages: ['node:', '@temporalio/client', '@temporalio/common', 'yaml', 'zod'],
  },
  api: {
    folders: ['contracts', 'client', 'config'],
    packages: ['node:', 'fastify', 'fastify-type-provider-zod', '@fastify/', 'zod', 'pino', 'yaml'],
  },
  cli: {
    folders: ['contracts', 'client', 'config', 'pipeline', 'kafka-admin', 'dev', 'api', 'worker'],
    packages: ['node:', 'commander', 'yaml', 'avsc', 'pino'],
  },
  worker: {
    folders: ['contracts', 'config', 'pipeline', 'activities', 'workflows/messages', 'client'],
    packages: 'any',
  },
  dev: { folders: ['contracts', 'config', 'client', 'pipeline', 'worker', 'api'], packages: 'any' },
  config: { folders: ['contracts'], packages: ['node:', 'yaml', 'zod'] },
  secrets: { folders: [], packages: ['node:'] },
  'tls-refusal': { folders: [], packages: [] },
};

const folderOf = (file: string): string => {
  const [, first = '', ...rest] = file.split('/');
  if (rest.length === 0) return first.replace(/\.ts$/, '');
  return first === 'workflows' && rest.at(-1) === 'messages.ts' ? 'workflows/messages' : first;
};

/** The broken rule in words, or null. */
function verdict(file: string, imported: Import): string | null {
  const own = folderOf(file).replace('workflows/messages', 'workflows');
  const allowed = law[own];
  if (allowed === undefined) return `${file}: src/${own} stands in no row of the import law`;
  if (!imported.specifier.startsWith('.')) {
    if (
      imported.typeOnly ||
      allowed.packages === 'any' ||
      allowed.packages.some(
        (p) =>
          imported.specifier === p || imported.specifier.startsWith(p.endsWith(':') || p.endsWith('/') ? p : `${p}/`),
      )
    )
      return null;
    return `${file}: ${own} may not import the package ${imported.specifier}`;
  }
  const target = folderOf(posix.normalize(posix.join(posix.dirname(file), imported.specifier)));
  if (target.split('/')[0] === own || allowed.folders.includes(target)) return null;
  const folder = target.split('/')[0] ?? target;
  if (allowed.folders.includes(folder)) return null;
  if (imported.typeOnly && allowed.folders.includes(`type ${folder}`)) return null;
  return `${file}: ${own} may not import ${folder} (${imported.specifier})${allowed.folders.includes(`type ${folder}`) ? ' but by type' : ''}`;
}

test('every import in src obeys the law', () => {
  const files = globSync('src/**/*.ts');
  assert.ok(files.length > 5, 'the sources are found');
  const broken = files.flatMap((file) =>
    importsOf(readFileSync(file, 'utf8'))
      .map((i) => verdict(file, i))
      .filter((v) => v !== null),
  );
  assert.deepEqual(broken, []);
});

test('the checker turns red on what the law forbids', () => {
  const forbidden: readonly (readonly [file: string, code: string])[] = [
    ['src/pipeline/runtime/x.ts', `import { Worker } from '@temporalio/worker';`],
    ['src/workflows/job/x.ts', `import fs from 'node:fs';`],
    ['src/workflows/job/x.ts', `import { z } from 'zod';`],
    ['src/workflows/job/x.ts', `import { compileQuery } from '../../pipeline/compile.ts';`],
    ['src/workflows/job/x.ts', `import { createControlActivities } from '../../activities/index.ts';`],
    ['src/api/routes/x.ts', `import { compileQuery } from '../../pipeline/compile.ts';`],
    ['src/contracts/x.ts', `export { y } from '../client/port.ts';`],
    ['src/client/x.ts', `const w = await import('../workflows/job/workflow.ts');`],
    ['src/policies/x.ts', `import { formatSpec } from 'zod';`],
  ];
  for (const [file, code] of forbidden)
    assert.equal(
      importsOf(code)
        .map((i) => verdict(file, i))
        .filter((v) => v !== null).length,
      1,
      code,
    );
  assert.equal(verdict('src/workflows/job/x.ts', { specifier: '../../activities/index.ts', typeOnly: true }), null);
});

test('only kernel/function.ts makes functions of text', () => {
  const makers = globSync('src/**/*.ts').filter((f) =>
    /new Function\b|\beval\(/.test(readFileSync(f, 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')),
  );
  assert.deepEqual(
    makers.filter((f) => f !== 'src/pipeline/kernel/function.ts'),
    [],
  );
});

test('ARCHITECTURE.md prints this law', () => {
  const printed = readFileSync('ARCHITECTURE.md', 'utf8');
  for (const [folder, { folders }] of Object.entries(law)) {
    const row = `| \`${folder}\` | ${folders.length === 0 ? 'nothing' : folders.map((f) => `\`${f}\``).join(' ')} |`;
    assert.ok(printed.includes(row), `ARCHITECTURE.md lacks the row ${row}`);
  }
});

test('only the configuration reads the environment, and secrets.ts what configurations refer to', () => {
  const reads = (text: string): boolean => /process\.env\b|\benv\[/.test(text.replace(/^\s*(\*|\/\/).*$/gm, ''));
  const readers = globSync('src/**/*.ts').filter((file) => reads(readFileSync(file, 'utf8')));
  assert.deepEqual(readers.sort(), ['src/config.ts', 'src/config/read.ts', 'src/secrets.ts']);
  // The checker turns red on each way of reading.
  for (const code of ["process.env['X']", 'const { env } = process;\nenv["X"]', 'world.env[name]'])
    assert.ok(reads(code));
});
