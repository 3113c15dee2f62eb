/**
 * A sample of the matrix, on servers that its runs share: each operation and each fault once, by fixed seeds, and a run of a
 * fresh seed, which is printed. The whole matrix is `npm run chaos`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runMatrix } from './matrix.ts';
import { type Cell, cellName, cellOf, faults, operations } from './scenario.ts';

/** Operation i with fault i, round and round until both have been through. */
const sample: readonly Cell[] = Array.from({ length: Math.max(operations.length, faults.length) }, (_, i) => ({
  operation: operations[i % operations.length]!,
  fault: faults[i % faults.length]!,
}));

/** Milliseconds after which no further run is begun: the suite has its bound on a slow machine too. */
const enoughMs = 180_000;

test('whatever fails, every input is output exactly once and in order', async (t) => {
  const fresh = Date.now() % 2 ** 31;
  t.diagnostic(`fresh seed ${fresh}: ${cellName(cellOf(fresh))}`);
  const scenarios = [{ seed: fresh }, ...sample.map((cell, i) => ({ seed: i + 1, cell }))];
  const results = await runMatrix({ scenarios, enoughMs, onResult: (text) => t.diagnostic(text) });
  assert.deepEqual(
    results.filter((r) => r.failure !== null).map((r) => `seed ${r.scenario.seed} ${cellName(r.scenario)}: ${r.why}`),
    [],
  );
});
