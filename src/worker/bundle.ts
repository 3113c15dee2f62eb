/**
 * The workflow bundle: made with the package (`npm run build`, and so with the image), where it lies beside the code; in a checkout made once
 * for what it is made of, then read from the cache. Webpack takes seconds, and a process that restarts in a hurry has none to
 * lose. The cache's key is the content of every source that can be in it.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import workerPackage from '@temporalio/worker/package.json' with { type: 'json' };
import { cacheDirectory } from '../config.ts';

/** `.ts` in a checkout, `.js` as published. */
const extension = extname(fileURLToPath(import.meta.url));
const source = fileURLToPath(new URL('..', import.meta.url));

/** Where `npm run build` puts them: the one for payloads as they are, and that for a codec. */
export const packaged = (encoded: boolean): string =>
  join(source, encoded ? 'workflow-bundle-encoded.cjs' : 'workflow-bundle.cjs');

const workflows = (name: string): string => join(source, 'workflows', `${name}${extension}`);

/** Of workers with a payload codec: failures are payloads too. */
export const failuresPath = workflows('encoded-failures');

/** Path of the bundle's code; built where it is neither packaged nor cached yet. `encoded`: its failures are payloads for a codec. */
export async function workflowBundle(
  encoded = false,
  cacheRoot: string = cacheDirectory(),
  beside: string = packaged(encoded),
): Promise<{ readonly codePath: string }> {
  if (existsSync(beside)) return { codePath: beside };
  const codePath = join(cacheRoot, 'workflows', `${await contentHash()}${encoded ? '-encoded' : ''}.cjs`);
  if (!existsSync(codePath)) await makeBundle(encoded, codePath);
  return { codePath };
}

/** Makes it for the code as it is now. */
export async function makeBundle(encoded = false, codePath: string = packaged(encoded)): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflows('index'),
    workflowInterceptorModules: [workflows('ahead-of-history')],
    ...(encoded ? { failureConverterPath: failuresPath } : {}),
    logger: quiet,
  });
  await mkdir(dirname(codePath), { recursive: true });
  // Renamed into its place whole: two processes may build at once.
  const draft = `${codePath}.${process.pid}`;
  await writeFile(draft, code);
  await rename(draft, codePath);
}

async function contentHash(): Promise<string> {
  const hash = createHash('sha256').update(workerPackage.version).update(source);
  const files = globSync(`{workflows,contracts,policies}/**/*${extension}`, { cwd: source }).sort();
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(source, file)));
  return hash.digest('hex').slice(0, 32);
}

/** Webpack's report is of no use to an operator; what fails is thrown. */
const nothing = (): void => {};
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
