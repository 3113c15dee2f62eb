/**
 * `npm run chaos -- --runs N [--seed S] [--only operation/fault] [--verbose]`: runs of the matrix, one after another, on servers that they
 * share. Consecutive seeds go through all cells; `--only` names one instead, so that `--seed S --only cell` replays a run.
 * `--verbose` tells what happened in runs that pass, too.
 */
import { parseArgs } from 'node:util';
import { prefetchServers } from '../../src/dev/prefetch.ts';
import { runMatrix } from './matrix.ts';
import { summary } from './report.ts';
import { cellName, cells } from './scenario.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const only = values.only === undefined ? undefined : cells.find((c) => cellName(c) === values.only);
if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(seed) || (values.only !== undefined && only === undefined)) {
  console.error(
    `usage: npm run chaos -- --runs N [--seed S] [--only operation/fault] [--verbose]\ncells: ${cells.map(cellName).join(' ')}`,
  );
  process.exit(2);
}
console.log(`chaos: seed ${seed}, ${runs} ${runs === 1 ? 'run' : 'runs'}`);
await prefetchServers();
const results = await runMatrix({
  scenarios: Array.from({ length: runs }, (_, i) => ({ seed: seed + i, cell: only })),
  verbose: values.verbose,
  onResult: (text) => console.log(text),
});
console.log(`\n${summary(results)}`);
process.exitCode = results.every((r) => r.failure === null) ? 0 : 1;
