/**
 * Prepares a generation: topics, positions to fall back on, then every task on some host, all or none. Nothing that runs is touched, so a failure
 * here leaves a running generation as it was.
 */
import { CancellationScope } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { limits } from '../../../contracts/limits.ts';
import type { PreparedTask, TaskIdentity } from '../../../contracts/task.ts';
import { failureOf } from '../../failure.ts';
import { admin, anyHost, clearing, orderOn } from '../activities.ts';
import { allIds } from '../fencing.ts';
import { settle } from '../requests.ts';
import { isoNow, type JobRun, now, phaseOf, unlessStopped } from '../run.ts';
import { type Generation, type JobData, move, recordFailure } from '../state.ts';
import { fail } from './fail.ts';
import { keepPositions } from './keep-positions.ts';

export async function prepare({ job }: JobRun): Promise<void> {
  const phase = phaseOf(job, 'deploying', 'updating', 'rolling_back');
  const outcome = await unlessStopped(job, () => prepareGeneration(job));
  if (outcome === null) return;
  if ('hosts' in outcome.value) {
    job.phase = { ...phase, prepared: outcome.value };
    return;
  }
  const cause = outcome.value;
  if (phase.state !== 'updating') return fail(job, cause);
  recordFailure(job, cause, isoNow());
  settle(job, phase.revision.requestId, 'failed', cause);
  const { revision, generation } = phase.previous;
  move(job, 'refused', { state: 'running', revision, generation, renewAfter: now() + limits.jobRetryMaxMs });
}

async function prepareGeneration(job: JobData): Promise<Generation | Failure> {
  const { plan, spec } = phaseOf(job, 'deploying', 'updating', 'rolling_back').revision;
  const tasks = spec.tasks.min;
  try {
    if (job.generation === 0) await fenceFormerLife(job);
    await shortenFenceList(job);
    job.generation += 1;
    const generation = job.generation;
    // Known before any of its ids is taken: whatever happens from here on, it will be fenced.
    job.unconfirmed.push({ generation, tasks });
    const topics = admin(`topics of plan ${plan.hash}`).ensureTopics({ plan });
    const [created] = await Promise.allSettled([topics, keepPositions(job)]);
    if (created.status === 'rejected') throw created.reason;
    const identities = Array.from({ length: tasks }, (_, index): TaskIdentity => {
      return { tenant: job.tenant, job: job.name, generation, index, tasks };
    });
    const hosts = await barrier(identities, (task) =>
      anyHost(`prepare task ${task.index} of generation ${generation}`).prepareTask({ task, plan }),
    );
    return { generation, tasks, hosts };
  } catch (error) {
    return failureOf(error, `generation ${job.generation} was prepared`);
  }
}

/** All of them, or the first failure; then those that did get ready give their slots back. */
async function barrier(
  tasks: readonly TaskIdentity[],
  start: (task: TaskIdentity) => Promise<PreparedTask>,
): Promise<PreparedTask[]> {
  const settled = await Promise.allSettled(tasks.map(start));
  const failed = settled.find((s) => s.status === 'rejected');
  if (failed === undefined) return settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
  const release = settled.map(async (s, i) => {
    const task = tasks[i];
    if (s.status === 'fulfilled' && task !== undefined) {
      await orderOn(s.value, `release task ${i}, which is not needed`).cancelTask({ task });
    }
  });
  // A host that can't be told drops the task by itself after limits.preparedMsMax.
  await CancellationScope.nonCancellable(() => Promise.allSettled(release));
  throw failed.reason;
}

/** A workflow's first generation knows of none before it; one that was terminated has left its tasks running all the same. */
async function fenceFormerLife(job: JobData): Promise<void> {
  const { cluster } = job.phase.revision.plan.sink.kafka;
  const order = { tenant: job.tenant, job: job.name, cluster };
  await clearing('fence what a former life of this job left').fenceFormerLife(order);
}

/** Each generation that was begun and not confirmed lengthens what later ones must fence; too many are fenced at once. */
async function shortenFenceList(job: JobData): Promise<void> {
  if (job.unconfirmed.length < limits.unconfirmedGenerationsMax) return;
  const { plan } = job.phase.revision;
  await admin('fence the generations that never became healthy').fenceTasks({
    plan,
    ids: allIds(job, job.unconfirmed),
  });
  job.unconfirmed = [];
}
