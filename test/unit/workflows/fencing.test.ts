/** Which ids a task fences: checked against the meaning, partition by partition, for every pair of task counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transactionalId } from '../../../src/contracts/names.ts';
import { allIds, fenceList, suspects } from '../../../src/workflows/job/fencing.ts';
import { jobIn } from './jobs.ts';

const { revision } = jobIn('running').phase;
const confirmed = (generation: number, tasks: number) => ({ generation, tasks, revision, vitals: [] });
const id = (g: number, i: number): string => transactionalId('acme', 'denied', g, i);

test('a task fences exactly those with whom it shares a partition, whatever the number of partitions', () => {
  for (let n = 1; n <= 12; n++) {
    for (let m = 1; m <= 12; m++) {
      const job = jobIn('running');
      job.confirmed = confirmed(1, m);
      job.unconfirmed = [];
      for (let i = 0; i < n; i++) {
        const sharing = new Set<string>();
        for (let p = i; p < n * m; p += n) sharing.add(id(1, p % m));
        const fenced = fenceList(job, { generation: 2, tasks: n }, i);
        assert.deepEqual(fenced.toSorted(), [...sharing].sort(), `task ${i} of ${n} after ${m}`);
      }
    }
  }
});

test('unconfirmed generations are fenced beside the confirmed one, the own and later ones are not', () => {
  const job = jobIn('running');
  job.confirmed = confirmed(3, 1);
  job.unconfirmed = [4, 5, 6].map((generation) => ({ generation, tasks: 1 }));
  assert.deepEqual(fenceList(job, { generation: 5, tasks: 1 }, 0), [id(3, 0), id(4, 0)]);
});

test('the end of a life fences every id that may still be good', () => {
  const job = jobIn('failed');
  job.confirmed = confirmed(3, 2);
  job.unconfirmed = [{ generation: 4, tasks: 1 }];
  assert.deepEqual(allIds(job, suspects(job)), [id(3, 0), id(3, 1), id(4, 0)]);
});
