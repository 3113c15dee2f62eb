/**
 * The one test command: `verify` (format, lint, types, unit), a suite by name, or `all`.
 * Owns the order of the suites and the closing line `N passed, N failed`; the tests themselves are node:test files.
 * `node scripts/enter.mjs test/run.ts all|verify|unit|oracle|workflow|integration|chaos [FILE-PART …]`
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { prefetchServers } from '../src/dev/prefetch.ts';
import { prefetchOracles } from './oracle/prefetch.ts';
import { withoutPython } from './support/python.ts';
import { schemathesis } from './support/schemathesis.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

interface Suite {
  readonly name: string;
  readonly files: readonly string[];
  /** Whether its tests start servers. */
  readonly servers: boolean;
  /** Sources of which the whole suite's report tells the lines and branches that it reaches; nothing fails over a number. */
  readonly coverage?: readonly string[];
}

const suites: readonly Suite[] = [
  {
    name: 'unit',
    files: ['test/unit/**/*.test.ts', 'test/sql/**/*.test.ts'],
    servers: false,
    coverage: ['kernel', 'formats', 'avro', 'sql'].map((part) => `src/pipeline/${part}/**`),
  },
  { name: 'oracle', files: ['test/oracle/**/*.test.ts'], servers: false },
  { name: 'regressions', files: ['test/regressions/**/*.test.ts'], servers: true },
  {
    name: 'workflow',
    files: ['test/workflow/**/*.test.ts', 'test/replay/**/*.test.ts'],
    servers: true,
  },
  { name: 'integration', files: ['test/integration/**/*.test.ts'], servers: true },
  { name: 'chaos', files: ['test/chaos/**/*.test.ts'], servers: true },
];

/** Test files run at once: two cores, and each file has servers, ports and directories of its own. */
const filesAtOnce = 2;

/** A check that is a command of its own: it counts as one test. */
const checks: readonly { readonly name: string; readonly command: readonly [string, ...string[]] }[] = [
  { name: 'format and lint', command: ['node_modules/.bin/biome', 'check', '.'] },
  { name: 'types', command: ['node_modules/.bin/tsc', '--noEmit'] },
];

const tally = { passed: 0, failed: 0 };
/** What failed, of all suites: told together at the end, where a reader of a long log looks first. */
const failures: { readonly test: string; readonly why: Error }[] = [];
/** Characters of what is told at the end of one failure; its suite's report has all of it. */
const whyMax = 3_000;

function runChecks(): void {
  for (const check of checks) {
    const [file, ...args] = check.command;
    const ended = spawnSync(file, args, { stdio: 'inherit' });
    const passed = ended.status === 0;
    tally[passed ? 'passed' : 'failed']++;
    console.log(`${passed ? '✔' : '✖'} ${check.name}`);
  }
}

async function runSuite(suite: Suite, parts: readonly string[]): Promise<void> {
  const files = globSync([...suite.files]).filter((f) => parts.length === 0 || parts.some((p) => f.includes(p)));
  if (files.length === 0) return;
  console.log(`\n${suite.name}: ${files.length} files`);
  const coverage = parts.length === 0 && suite.coverage !== undefined;
  // Of what was compiled before, V8 knows less precisely which lines it reaches.
  if (coverage) process.env['NODE_DISABLE_COMPILE_CACHE'] = '1';
  else delete process.env['NODE_DISABLE_COMPILE_CACHE'];
  const stream = run({
    files: files.sort(),
    concurrency: filesAtOnce,
    execArgv: ['--import', './test/support/ends.ts'],
    coverage,
    coverageIncludeGlobs: coverage ? [...suite.coverage] : [],
  });
  stream.on('test:pass', (event) => {
    if (event.details.type !== 'suite') tally.passed++;
  });
  stream.on('test:fail', ({ name, file, line, details }) => {
    if (details.type === 'suite') return;
    tally.failed++;
    failures.push({
      test: `${name} (${file === undefined ? suite.name : relative(root, file)}:${line ?? 0})`,
      why: details.error,
    });
  });
  const report = stream.compose(spec());
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve, reject) => report.on('end', resolve).on('error', reject));
}

const [what = 'all', ...parts] = process.argv.slice(2);
const wanted = what === 'all' ? suites : suites.filter((s) => s.name === (what === 'verify' ? 'unit' : what));
if (wanted.length === 0) {
  console.error(`millrace: no suite ${what}; there are all, verify, ${suites.map((s) => s.name).join(', ')}`);
  process.exit(2);
}
if (!existsSync('node_modules')) throw new Error('run it by `npm test`, which installs what is missing');
if (what === 'all' || what === 'verify') runChecks();
if (wanted.some((s) => s.servers)) await prefetchServers();
// Fetched before the first test counts its time; where it can't be, its tests say why.
if (wanted.some((s) => s.name === 'integration')) await withoutPython(schemathesis);
if (wanted.some((s) => s.name === 'oracle')) await prefetchOracles();
for (const suite of wanted) await runSuite(suite, parts);

for (const { test, why } of failures) console.log(`\n✖ ${test}\n${inspect(why.cause ?? why).slice(0, whyMax)}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
