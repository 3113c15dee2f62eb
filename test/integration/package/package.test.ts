/**
 * The package as its users get it: packed, installed into an empty project that knows nothing of this checkout, and used there: the
 * command, the whole system, and the client that a service imports.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import own from '../../../package.json' with { type: 'json' };
import { until } from '../../support/patience.ts';
import { isRunning } from '../../support/processes.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
const outputBytesMax = 64 * 1024 * 1024;

let project: string;

/** A command in the project, with this Node for whatever says `env node`, and nothing of npm's that runs this test. */
function env(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|MILLRACE_LAUNCHER)/.test(name));
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
}

async function inProject(command: string, args: readonly string[], cwd = project): Promise<string> {
  const ran = await run(command, args, { cwd, env: env(), maxBuffer: outputBytesMax }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`);
    },
  );
  return ran.stdout;
}

const millrace = (...args: readonly string[]): Promise<string> => inProject('node_modules/.bin/millrace', args);

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'millrace-project-'));
  await inProject('npm', ['pack', '--pack-destination', project, '--loglevel=error'], root);
  const { typescript, '@types/node': types } = own.devDependencies;
  await writeFile(join(project, 'package.json'), '{ "name": "fresh", "version": "1.0.0", "type": "module" }\n');
  const packages = [`./millrace-${own.version}.tgz`, `typescript@${typescript}`, `@types/node@${types}`];
  await inProject('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages]);
});
after(() => rm(project, { recursive: true, force: true }));

test('it is not private, and holds what runs and what is read, and none of the sources', async () => {
  const files = await readdir(join(project, 'node_modules', 'millrace'), { recursive: true });
  assert.ok(files.includes('LICENSE') && files.includes('README.md') && files.includes('docs/cli.md'));
  assert.ok(files.includes('examples/encryption/codec.mjs'), 'what docs/secured.md shows');
  assert.deepEqual(
    files.filter((f) => (f.endsWith('.ts') && !f.endsWith('.d.ts')) || f.startsWith('test') || f.startsWith('src')),
    [],
  );
  const installed = JSON.parse(await readFile(join(project, 'node_modules', 'millrace', 'package.json'), 'utf8'));
  assert.equal(installed.private, undefined);
});

test('the command runs: its version, and a query without any server', async () => {
  assert.equal(await millrace('--version'), `${own.version}\n`);
  const schema = join(project, 'order.avsc');
  await writeFile(schema, JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'amount', type: 'int' }] }));
  // One record: its length, and the Avro bytes of 21.
  await writeFile(join(project, 'orders.bin'), Buffer.from([0, 0, 0, 1, 42]));
  const sql = 'SELECT amount * 2 AS twice FROM orders';
  assert.equal(
    await millrace('query', '--schema', schema, '--input', 'orders.bin', '--sql', sql, '--format', 'json'),
    '{"twice":42}\n',
  );
  await assert.rejects(millrace('query', '--schema', schema, '--input', 'orders.bin', '--sql', 'SELECT nope FROM o'), {
    message: /nope/,
  });
});

/** What a service writes: every type comes of the package, and a mistake in a document is the compiler's to find. */
const service = `
import { type JobDocumentInput, type JobStatus, MillraceClient, MillraceError, type StreamDocumentInput } from 'millrace/client';

const stream: StreamDocumentInput = {
  apiVersion: 'millrace/v1',
  kind: 'Stream',
  metadata: { tenant: 'acme', name: 'orders' },
  spec: {
    topics: [{ topic: 'acme.orders', partitions: 2 }],
    schema: { avro: { type: 'record', name: 'Order', fields: [{ name: 'amount', type: 'int' }] } },
  },
};
const job: JobDocumentInput = {
  apiVersion: 'millrace/v1',
  kind: 'Job',
  metadata: { tenant: 'acme', name: 'twice' },
  spec: {
    sql: 'SELECT amount * 2 AS twice FROM orders',
    sink: { kafka: { topic: 'acme.twice' } },
    // @ts-expect-error: there is no such delivery
    delivery: 'twice',
  },
};
job.spec.delivery = 'exactly_once';

const client = new MillraceClient({ address: process.argv[2]! });
await client.applyStream(stream);
const { verdict } = await client.applyJob(job, { why: 'a service asks' });
const status: JobStatus = await client.waitForJob('acme', 'twice', (s) => s.state === 'running', { timeoutMs: 240_000 });
const code = await client.getJob('acme', 'nobody').catch((error: unknown) => {
  if (error instanceof MillraceError) return error.failure.code;
  throw error;
});
console.log(JSON.stringify({ verdict: verdict?.kind ?? null, revision: status.revision, code }));
await client.close();
`;

/** As `tsc --init` has them where it matters: without skipLibCheck TypeScript finds fault with Temporal's own declarations. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  strict: true,
  types: ['node'],
  skipLibCheck: true,
  noEmitOnError: true,
};

interface Addresses {
  readonly kafka: { readonly bootstrap: string; readonly pid: number };
  readonly temporal: { readonly address: string; readonly pid: number };
  readonly api: { readonly url: string; readonly pid: number };
  readonly worker: { readonly pid: number };
  readonly hosts: readonly { readonly pid: number }[];
}

async function startDev(): Promise<{ readonly dev: ChildProcess; readonly said: Addresses }> {
  const dev = spawn('node_modules/.bin/millrace', ['dev', '--json'], {
    cwd: project,
    env: env(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  dev.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: dev.stdout }).on('line', resolve);
    dev.once('exit', (code) => reject(new Error(`it ended with ${code}: ${errors}`)));
  });
  return { dev, said: JSON.parse(line) as Addresses };
}

test('the whole system runs; a service that TypeScript compiles makes a job there, whose rows come', async () => {
  await writeFile(join(project, 'service.ts'), service);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['service.ts'] }));
  await inProject('node_modules/.bin/tsc', []);

  const { dev, said } = await startDev();
  const ended = new Promise((resolve) => dev.once('exit', resolve));
  try {
    assert.deepEqual(JSON.parse(await inProject(process.execPath, ['service.js', said.temporal.address])), {
      verdict: null,
      revision: 1,
      code: 'not_found',
    });
    assert.equal((await fetch(`${said.api.url}/docs`)).status, 200);
    const { spec } = JSON.parse(
      await millrace('get', 'stream', 'orders', '-t', 'acme', '--temporal', said.temporal.address, '-o', 'json'),
    );
    await writeFile(join(project, 'order.avsc'), JSON.stringify(spec.schema.avro));
    await writeFile(join(project, 'order.jsonl'), '{"amount":21}\n');
    const produce = `node_modules/.bin/millrace produce acme.orders --schema order.avsc --kafka ${said.kafka.bootstrap}`;
    await inProject('/bin/sh', ['-c', `${produce} < order.jsonl`]);
    const tail = ['tail', 'acme.twice', '--from', 'earliest', '--limit', '1', '--kafka', said.kafka.bootstrap];
    assert.match(await millrace(...tail), /\{"twice":42\}/);
  } finally {
    dev.kill('SIGTERM');
  }
  assert.equal(await ended, 0);
  const pids = [said.kafka, said.temporal, said.api, said.worker, ...said.hosts].map((part) => part.pid);
  await until('every process is gone', () => !pids.some(isRunning));
});
