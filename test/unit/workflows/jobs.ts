/** Jobs in every state, for the tests of the pure parts. */

import { failure } from '../../../src/contracts/failure.ts';
import { devTuning, limits } from '../../../src/contracts/limits.ts';
import type { JobState } from '../../../src/contracts/status.ts';
import type { ApplyRequest } from '../../../src/workflows/job/messages.ts';
import {
  type Asker,
  createJob,
  type Generation,
  type JobData,
  type Phase,
  type Revision,
} from '../../../src/workflows/job/state.ts';
import { kept } from '../../support/positions.ts';

export function request(change: Partial<ApplyRequest> = {}, sql = 'SELECT a FROM s'): ApplyRequest {
  const sink = { kafka: { cluster: 'main', topic: 'out', partitions: 1, format: 'json' as const } };
  const common = {
    sql,
    sink,
    delivery: 'exactly_once' as const,
    errors: { policy: 'fail' as const },
    start: 'earliest' as const,
  };
  return {
    requestId: 'r1',
    digest: '',
    by: 'ann',
    why: null,
    paused: false,
    inFlightOnly: false,
    tasksMax: limits.tasksMax,
    spec: { ...common, onRecreate: 'fail', tasks: { min: 1, max: 1 } },
    labels: {},
    plan: {
      ...common,
      hash: sql,
      sources: [{ stream: 's', topics: [{ cluster: 'main', topic: 'in' }], writerSchema: '"string"' }],
      readColumns: [],
      output: [],
      outputSchema: '{"type":"record","name":"Row","namespace":"millrace","fields":[]}',
      keyed: false,
    },
    expectedRevision: null,
    ...change,
  };
}

export function generation(number: number, tasks = 1): Generation {
  const producer = { producerId: '1', producerEpoch: 0 };
  const host = { hostId: 'h', release: '1.0', queue: 'q', producer, tuning: devTuning };
  return { generation: number, tasks, hosts: Array.from({ length: tasks }, () => host) };
}

export function phases(revision: Revision): Readonly<Record<JobState, Phase>> {
  const cause = failure('bad_record', 'why');
  return {
    deploying: { state: 'deploying', revision, prepared: null },
    running: { state: 'running', revision, generation: generation(1), renewAfter: 0 },
    updating: {
      state: 'updating',
      revision,
      how: 'in_flight',
      asItWas: false,
      prepared: generation(2),
      previous: generation(1),
      baseline: null,
      ended: null,
    },
    rolling_back: { state: 'rolling_back', revision, prepared: null, undone: { asker: asker('r0'), cause } },
    failed: { state: 'failed', revision, positions: 'kept', retryAt: 5_000 },
    draining: { state: 'draining', revision, purpose: { kind: 'stop', mode: 'drain', askers: [asker('r9')] } },
    paused: { state: 'paused', revision, rewind: null },
    stopped: { state: 'stopped', revision },
  };
}

export const asker = (requestId: string): Asker => ({ requestId, by: 'ann', why: null });

/** The moment at which everything happens in these tests: epoch milliseconds. */
export const now = Date.parse('2026-01-01T00:00:00.000Z');

/** A job in a state, with something in every field. */
export function jobIn(state: JobState): JobData {
  const job = createJob({ deployment: 'millrace', tenant: 'acme', name: 'denied' }, request(), 'life', now);
  job.phase = phases(job.phase.revision)[state];
  job.generation = 2;
  job.confirmed = { generation: 1, tasks: 1, revision: job.phase.revision, vitals: [] };
  job.unconfirmed = [{ generation: 2, tasks: 1 }];
  job.positions = kept({ in: { 0: '42' } });
  job.failures = [{ ...failure('host_lost', 'gone'), at: '2026-01-01T00:00:00.000Z' }];
  job.requests = [{ requestId: 'r1', asked: 'apply', revision: 1, outcome: 'pending' }];
  return job;
}
