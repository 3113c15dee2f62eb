/**
 * `npm run build`: the sources as JavaScript with declarations in dist/, and the workflow bundle beside them, for publishing.
 * A checkout needs none of it: Node runs the sources as they are.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
rmSync('dist', { recursive: true, force: true });
const tsc = spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
for (const asset of globSync('src/**/*.{xml,json,html,css,svg,avsc}'))
  cpSync(asset, join('dist', asset.slice('src/'.length)));
const { makeBundle } = (await import(new URL('../dist/worker/bundle.js', import.meta.url).href)) as {
  makeBundle: (encoded: boolean) => Promise<void>;
};
await makeBundle(false);
await makeBundle(true);
console.log('built dist/');
