/** schemathesis: asks an API all that its OpenAPI document allows and much that it doesn't, and compares every answer with the document. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeScratch, scratchDirectory } from '../../src/dev/scratch.ts';
import { interpreter, type PythonPackages } from './python.ts';

export const schemathesis: PythonPackages = {
  name: 'schemathesis-4.32.5',
  packages: [
    'schemathesis==4.32.5',
    ...['anyio==4.16.0', 'certifi==2026.10.19.post1', 'charset_normalizer==3.5.3', 'click==8.5.1'],
    ...['graphql_core==3.3.2', 'harfile==0.6.0', 'hypothesis==6.170.17', 'hypothesis_graphql==0.13.5', 'idna==3.20'],
    ...['iniconfig==2.3.1', 'jsonschema_rs==0.60.3', 'markdown_it_py==4.3.0', 'markupsafe==3.0.4', 'mdurl==0.1.2'],
    ...['packaging==26.4', 'pluggy==1.7.0', 'pygments==2.21.0', 'pyrate_limiter==4.5.1', 'pytest==9.2.0'],
    ...['pyyaml==6.0.4', 'requests==2.34.2', 'rich==15.0.0', 'sortedcontainers==2.4.0', 'typing_extensions==4.16.0'],
    ...['urllib3==2.8.0', 'werkzeug==3.1.9'],
  ],
};

/** What an answer must be: none of the server's own errors, and as the document has it in every part. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** Seconds that it may take beside asking, on a machine that is busy with other things. */
const startSeconds = 90;

export interface Asked {
  /** Of the API. */
  readonly url: string;
  /** Seconds of asking. */
  readonly seconds: number;
  /** Always the same case by case. */
  readonly seed: number;
  /** Path parameters that aren't made up, so that what is asked for exists: name → value. */
  readonly paths?: Readonly<Record<string, string>>;
  /** Only this route is asked. */
  readonly route?: string;
}

/** What it found to be wrong, as text; null where that is nothing. Throws where it could not ask. */
export async function wrongAnswers({ url, seconds, seed, paths = {}, route }: Asked): Promise<string | null> {
  const python = await interpreter(schemathesis);
  const directory = await scratchDirectory('schemathesis');
  const lines = Object.entries(paths).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
  await writeFile(join(directory, 'schemathesis.toml'), ['[parameters]', ...lines, ''].join('\n'));
  const options = [
    ...['--phases', 'examples,coverage,fuzzing', '--checks', checks.join(','), '--max-time', String(seconds)],
    ...['--seed', String(seed), '--max-examples', '20', '--no-shrink', '--warnings', 'off', '--no-color'],
    ...['--generation-database', 'none', '--request-timeout', '60'],
    ...(route === undefined ? [] : ['--include-path', route]),
  ];
  try {
    const run = ['-I', '-m', 'schemathesis.cli', '--config-file', 'schemathesis.toml', 'run', `${url}/openapi.json`];
    await promisify(execFile)(python, [...run, ...options], {
      cwd: directory,
      timeout: (seconds + startSeconds) * 1_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
    return null;
  } catch (error) {
    const { stdout = '', code } = error as { readonly stdout?: string; readonly code?: unknown };
    if (code === 1 && stdout.includes('Failures:')) return stdout.slice(Math.max(0, stdout.indexOf('= FAILURES =')));
    throw error;
  } finally {
    await removeScratch(directory);
  }
}
