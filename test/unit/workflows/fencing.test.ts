/** Which ids a task fences: checked against the meaning, partition by partition, for every pair of task counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fenceList } from '../../../src/contracts/fencing.ts';
import { jsonBytes } from '../../../src/contracts/json-bytes.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { transactionalId } from '../../../src/contracts/names.ts';
import { allIds, formerOf, suspects } from '../../../src/workflows/job/fencing.ts';
import { jobIn } from './jobs.ts';

const { revision } = jobIn('running').phase;
const confirmed = (generation: number, tasks: number) => ({ generation, tasks, revision, vitals: [] });
const key = { deployment: 'millrace', tenant: 'acme', job: 'denied' };
const id = (generation: number, index: number): string => transactionalId({ ...key, generation, index });
const identity = (index: number, tasks: number) => ({ ...key, generation: 9, index, tasks });

test('a task fences exactly those with whom it shares a partition, whatever the number of partitions', () => {
  for (let n = 1; n <= 12; n++) {
    for (let m = 1; m <= 12; m++) {
      const job = jobIn('running');
      job.confirmed = confirmed(1, m);
      job.unconfirmed = [];
      for (let i = 0; i < n; i++) {
        const sharing = new Set<string>();
        for (let p = i; p < n * m; p += n) sharing.add(id(1, p % m));
        const fenced = fenceList(identity(i, n), formerOf(job, { generation: 2, tasks: n }));
        assert.deepEqual(fenced.toSorted(), [...sharing].sort(), `task ${i} of ${n} after ${m}`);
      }
    }
  }
});

test('unconfirmed generations are fenced beside the confirmed one, the own and later ones are not', () => {
  const job = jobIn('running');
  job.confirmed = confirmed(3, 1);
  job.unconfirmed = [4, 5, 6].map((generation) => ({ generation, tasks: 1 }));
  const former = formerOf(job, { generation: 5, tasks: 1 });
  assert.deepEqual(fenceList(identity(0, 1), former), [id(3, 0), id(4, 0)]);
});

test('what all tasks of a takeover are told of those before is short, whatever their numbers', () => {
  const job = jobIn('running');
  job.confirmed = confirmed(1, 256);
  job.unconfirmed = Array.from({ length: limits.unconfirmedGenerationsMax }, (_, i) => ({
    generation: 2 + i,
    tasks: 255,
  }));
  const bytes = 256 * jsonBytes(formerOf(job, { generation: 99, tasks: 256 }));
  assert.ok(bytes < 256 * 1024, `${bytes} bytes`);
});

test('the end of a life fences every id that may still be good', () => {
  const job = jobIn('failed');
  job.confirmed = confirmed(3, 2);
  job.unconfirmed = [{ generation: 4, tasks: 1 }];
  assert.deepEqual(allIds(job, suspects(job)), [id(3, 0), id(3, 1), id(4, 0)]);
});
