/**
 * Prepares a generation: topics, positions to fall back on, then every task on some host, all or none. Nothing that runs is touched, so a failure
 * here leaves a running generation as it was.
 */
import { CancellationScope } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { limits } from '../../../contracts/limits.ts';
import { homeOf, outputTopicsOf, taskPlan } from '../../../contracts/plan.ts';
import type { PreparedTask, TaskIdentity, Vitals } from '../../../contracts/task.ts';
import { failureOf } from '../../failure.ts';
import { admin, anyHost, clearing, glanceOn, hostOf, orderOn } from '../activities.ts';
import { allIds } from '../fencing.ts';
import { settle } from '../requests.ts';
import { counted, type JobRun, keyOf, now, phaseOf, unlessHalted } from '../run.ts';
import {
  confirmedOf,
  type Generation,
  type JobData,
  move,
  ourselves,
  type PhaseOf,
  type Revision,
  recordFailure,
} from '../state.ts';
import { changesToTakeUp } from '../topics.ts';
import { fail } from './fail.ts';
import { learnTopics } from './keep-positions.ts';

type Starting = PhaseOf<'deploying' | 'updating' | 'rolling_back'>;

export async function prepare(run: JobRun): Promise<void> {
  const { job } = run;
  const phase = phaseOf(job, 'deploying', 'updating', 'rolling_back');
  const looking = phase.state === 'updating' ? baselineOf(run, phase.previous) : null;
  const outcome = await unlessHalted(job, () => prepareGeneration(run, phase));
  if (outcome === null) return;
  if ('hosts' in outcome.value) {
    const prepared = outcome.value;
    job.phase = phase.state === 'updating' ? { ...phase, prepared, baseline: await looking } : { ...phase, prepared };
    return;
  }
  const cause = outcome.value;
  if (phase.state !== 'updating') return fail(job, cause);
  const note = { now: now(), asker: ourselves('the new generation could not be prepared'), cause };
  recordFailure(job, cause, note.now);
  settle(job, phase.revision.asker.requestId, 'failed', { cause });
  const { revision } = confirmedOf(job);
  const renewAfter = note.now + limits.jobRetryMaxMs;
  move(job, 'refused', { state: 'running', revision, generation: phase.previous, renewAfter }, note);
}

async function prepareGeneration(run: JobRun, { state, revision }: Starting): Promise<Generation | Failure> {
  const { job } = run;
  const { plan, spec, release } = revision;
  const tasks = spec.tasks.min;
  try {
    if (job.generation === 0) await fenceFormerLife(job);
    await shortenFenceList(job);
    job.generation += 1;
    const generation = job.generation;
    // Known before any of its ids is taken: whatever happens from here on, it will be fenced.
    job.unconfirmed.push({ generation, tasks, writes: outputTopicsOf(plan) });
    const followsTopics = changesToTakeUp(job).length > 0;
    const topics = hasRun(job, revision) ? null : admin(`topics of plan ${plan.hash}`).ensureTopics({ plan });
    const [created, learnt] = await Promise.allSettled([topics, learnTopics(job, revision, followsTopics)]);
    if (created.status === 'rejected') throw created.reason;
    if (learnt.status === 'rejected') throw learnt.reason;
    if (learnt.value !== null) return learnt.value;
    const identities = Array.from({ length: tasks }, (_, index): TaskIdentity => {
      return { ...keyOf(job), generation, index, tasks };
    });
    const sent = taskPlan(plan);
    const waitMs = hostWaitMs();
    const hosts = await barrier(run, identities, async (task) => {
      const summary = `prepare task ${task.index} of generation ${generation}`;
      if (release === null) return anyHost(job.deployment, waitMs, summary).prepareTask({ task, plan: sent });
      const preferred = hostOf(job.deployment, release, summary).prepareTask({ task, plan: sent });
      // A change asked for this release and gets it, or is refused; what only has to run takes any host there is.
      return state === 'updating'
        ? preferred
        : preferred.catch(() => anyHost(job.deployment, waitMs, summary).prepareTask({ task, plan: sent }));
    });
    return { generation, tasks, hosts };
  } catch (error) {
    const where = release === null ? '' : ` on release ${release}`;
    return failureOf(error, `generation ${job.generation} was prepared${where}`);
  }
}

/**
 * Whether this very plan has shown health since its owner asked for something last, and nothing has failed since: what goes on
 * by itself has its topics. Should one be gone, its tasks say so, and its owner is asked.
 */
function hasRun({ confirmed, attempts }: JobData, { plan, asker }: Revision): boolean {
  if (confirmed === null || attempts > 0) return false;
  const { revision } = confirmed;
  return revision.plan.hash === plan.hash && revision.asker.requestId === asker.requestId;
}

/**
 * How long a generation waits for slots, holding those that it has. Two that don't fit beside each other must not give up at the same
 * moment and begin again at the same moment for ever: whoever gives up first leaves its slots to the other.
 */
const hostWaitMs = (): number => Math.round(limits.hostWaitMsMax * (0.5 + Math.random() / 2));

/** All of them, or the first failure; then those that did get ready give their slots back. */
async function barrier(
  run: JobRun,
  tasks: readonly TaskIdentity[],
  start: (task: TaskIdentity) => Promise<PreparedTask>,
): Promise<PreparedTask[]> {
  const settled = await Promise.allSettled(counted(run, 'tasks prepared', tasks.map(start)));
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

/** What the tasks that run are like, before they are touched: the new ones are measured by it. Null where one can't be asked. */
async function baselineOf({ job }: JobRun, { generation, tasks, hosts }: Generation): Promise<Vitals[] | null> {
  try {
    const asked = hosts.map((host, index) => {
      const task = { ...keyOf(job), generation, index, tasks };
      return glanceOn(host, `vitals of task ${index} of generation ${generation}`).observeTask({ task });
    });
    const seen = await Promise.all(asked);
    return seen.some((v) => v === null) ? null : seen.flatMap((v) => (v === null ? [] : [v]));
  } catch {
    return null;
  }
}

/** A workflow's first generation knows of none before it; one that was terminated has left its tasks running all the same. */
async function fenceFormerLife(job: JobData): Promise<void> {
  const order = { ...keyOf(job), cluster: homeOf(job.phase.revision.plan) };
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
