#!/usr/bin/env node
// The `millrace` command. A checkout runs its sources through scripts/enter.mjs; a published package runs dist/.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
if (existsSync(source)) {
  process.argv.splice(2, 0, source);
  await import(new URL('../scripts/enter.mjs', import.meta.url).href);
} else {
  await import(new URL('../dist/cli/main.js', import.meta.url).href);
}
