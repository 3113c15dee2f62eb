/**
 * Which lines and branches of the compiler the tests reach: the test runner's own report over the emitter, the formats, Avro
 * and SQL. `npm run test:coverage`; nothing fails over a number.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const parts = ['kernel', 'formats', 'avro', 'sql'];
const tests = [...globSync('test/unit/pipeline/**/*.test.ts'), ...globSync('test/sql/*.test.ts')];
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-test-coverage',
    ...parts.map((part) => `--test-coverage-include=src/pipeline/${part}/**`),
    '--test-reporter=spec',
    '--test',
    ...tests,
  ],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
