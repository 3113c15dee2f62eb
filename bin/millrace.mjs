#!/usr/bin/env node
// The `millrace` command. A checkout runs its sources through scripts/enter.mjs, by the Node that it brings; a published package
// runs dist/, by whichever Node there is.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
if (existsSync(source)) {
  process.argv.splice(2, 0, source);
  await import(new URL('../scripts/enter.mjs', import.meta.url).href);
} else {
  checkNode();
  await import(new URL('../dist/cli/main.js', import.meta.url).href);
}

/** An older Node would fail at whatever it lacks, in words that help nobody. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 22 && minor >= 22) || (major === 24 && minor >= 6) || major > 24) return;
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  console.error(
    `millrace: this is Node ${process.versions.node}, and Millrace needs ${engines.node}. Install one (https://nodejs.org), or \`npm install node@24\` in this project.`,
  );
  process.exit(1);
}
