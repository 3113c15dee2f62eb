/**
 * Programs of the tests in Python that answer questions: their packages from PyPI in an environment of their own in the cache,
 * made once. What they are asked is the oracles'.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../../src/dev/cache.ts';
import { onPath, progressOnStderr, runTool } from '../../src/dev/fetch.ts';
import { AskedProcess } from './asked-process.ts';

export interface PythonPackages {
  /** Of the cache entry. */
  readonly name: string;
  /** With their versions, as pip takes them; what they need of others is named, too. */
  readonly packages: readonly string[];
}

export interface PythonProgram extends PythonPackages {
  readonly source: URL;
}

const instead = 'leave it out: the tests then skip what they ask of it';
/** Milliseconds that fetching may take. */
const fetchMsMax = 300_000;

/** Why programs can't run here, or undefined where they can. */
export async function withoutPython(program: PythonPackages): Promise<string | undefined> {
  if ((await onPath('python3')) === null) return 'there is no python3 on the PATH';
  return interpreter(program).then(
    () => undefined,
    (cause: unknown) => `${program.name} could not be fetched: ${(cause as Error).message}`,
  );
}

/** The Python of the packages' environment, which is made where the cache doesn't hold it. */
export async function interpreter({ name, packages }: PythonPackages): Promise<string> {
  const hash = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 8);
  const place = await cached(`${name}-${hash}`, async (directory) => {
    const options = { instead, cwd: directory, timeoutMs: fetchMsMax, onProgress: progressOnStderr };
    await runTool('python3', ['-m', 'venv', 'env'], { ...options, doing: `making ${name}`, quiet: true });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...packages];
    await runTool(join(directory, 'env', 'bin', 'python'), pip, {
      ...options,
      doing: `fetching ${packages[0]} and what it needs`,
    });
  });
  return join(place, 'env', 'bin', 'python');
}

export async function startPython(program: PythonProgram): Promise<AskedProcess> {
  return AskedProcess.start(program.name, await interpreter(program), ['-I', fileURLToPath(program.source)]);
}
