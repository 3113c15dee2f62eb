/**
 * Records the histories that replay.test.ts replays: several lives of a job, of a rollout and of a topic, a stream's, a plan's and a
 * reading's, on a real server with scripted activities. Run it when the workflows change on purpose, and commit what it writes beside the
 * change: `node test/replay/record.ts`. It writes into the folder of package.json's version, and refuses one that is released: a job
 * that began under a release must go on under the next (docs/upgrade.md).
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { controlQueue, defaultDeployment as deployment, topicWorkflowId } from '../../src/contracts/names.ts';
import { noCounters } from '../../src/contracts/task.ts';
import { type ClaimTopic, claimed } from '../../src/contracts/topic-claims.ts';
import { startTemporal } from '../../src/dev/temporal.ts';
import { topicsChangedSignal } from '../../src/workflows/job/messages.ts';
import { claimTopicUpdate, topicWorkflowType } from '../../src/workflows/topic/messages.ts';
import { topicSteps } from '../../src/workflows/topic/upgrade-steps.ts';
import { versionAfter } from '../../src/workflows/upgrade.ts';
import { at } from '../support/positions.ts';
import { ScriptedRollouts } from '../workflow/rollout-scripted.ts';
import { fail, failedEnd, outcomeOf, Scripted, spec } from '../workflow/scripted.ts';
import { folderToRecord } from './releases.ts';
import { liveRollouts } from './rollout-lives.ts';

const folder = await folderToRecord();
const changed = { sql: 'SELECT b FROM s' };

async function updated(world: Scripted, name: string): Promise<void> {
  await world.until(name, 'running');
  await world.apply(name, changed, { requestId: 'r2' });
  await world.until(name, (s) => s.state === 'running' && outcomeOf(s, 'r2')?.outcome !== 'pending');
}

async function over(world: Scripted, name: string, mode: 'drain' | 'cancel'): Promise<void> {
  await world.stop(name, mode);
  await world.handle(name).result();
}

/** A life by its name, which is the job's too. */
const lives: Readonly<Record<string, (world: Scripted, name: string) => Promise<void>>> = {
  'update-and-drain': async (world, name) => {
    await world.apply(name, { tasks: { min: 2, max: 2 } });
    await updated(world, name);
    await over(world, name, 'drain');
  },
  rollback: async (world, name) => {
    world.script(name).confirm = async ({ generation }) => {
      if (generation === 2) throw fail('bad_record');
    };
    await world.apply(name);
    await updated(world, name);
    await over(world, name, 'cancel');
  },
  'refused-change': async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    world.script(name).prepare = () => {
      throw fail('topic_missing');
    };
    await updated(world, name);
    await over(world, name, 'drain');
  },
  recovery: async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    let left = 2;
    world.script(name).prepare = () => {
      if (left-- > 0) throw fail('kafka_unavailable');
    };
    world.script(name).end(1, failedEnd('kafka_unavailable'));
    await world.until(name, (s) => s.state === 'running' && s.generation === 4);
    world.script(name).end(4, failedEnd('bad_record'));
    await world.until(name, 'failed');
    await over(world, name, 'drain');
  },
  followed: async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    const changes = [{ topic: 'in', use: 'read', fact: 'partitions', from: 2, to: 4 }] as const;
    await world.handle(name).signal(topicsChangedSignal, { generation: 1, changes });
    await world.until(name, (s) => s.state === 'running' && s.generation === 2);
    await over(world, name, 'drain');
  },
  'across-runs': async (world, name) => {
    await world.begin(name, { atTakeover: 1, whileRunning: 1_000_000 });
    await world.apply(name);
    await updated(world, name);
    await over(world, name, 'drain');
  },
  'pause-and-resume': async (world, name) => {
    await world.apply(name, {}, { paused: true });
    await world.operate(name, { kind: 'resume' });
    await world.until(name, 'running');
    await world.operate(name, { kind: 'pause' });
    await world.until(name, 'paused');
    await world.apply(name, changed);
    await world.operate(name, { kind: 'resume' });
    await world.until(name, 'running');
    await over(world, name, 'drain');
  },
  'drain-and-replace': async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    const sink = { kafka: { cluster: 'main', topic: name, partitions: 1, format: 'avro' as const } };
    await world.apply(name, { sink }, { requestId: 'r2' });
    await world.until(name, (s) => s.state === 'running' && outcomeOf(s, 'r2')?.outcome === 'deployed');
    await over(world, name, 'drain');
  },
  operations: async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    const all = [
      { kind: 'rescale', tasks: 2 },
      { kind: 'restart' },
      { kind: 'upgrade', release: '2.0' },
      { kind: 'rewind', to: 'earliest' },
    ] as const;
    for (const operation of all) {
      const requestId = operation.kind;
      await world.operate(name, operation, { requestId });
      await world.until(name, (s) => s.state === 'running' && outcomeOf(s, requestId)?.outcome === 'deployed');
    }
    world.script(name).end(5, {
      kind: 'drained',
      by: 'host_shutdown',
      positions: at({ in: { 0: '9' } }),
      counters: noCounters,
    });
    await world.until(name, (s) => s.state === 'running' && s.generation === 6);
    await over(world, name, 'drain');
  },
  cancelled: async (world, name) => {
    await world.apply(name);
    await world.until(name, 'running');
    await world.handle(name).cancel();
    await world.handle(name).result();
  },
};

async function others(world: Scripted): Promise<void> {
  const { workflow } = world.env.client;
  const order = { deployment, tenant: 'acme', name: 'denied', spec: spec() };
  await workflow.execute('planJobWorkflow', {
    workflowId: 'plan/acme/denied/1',
    taskQueue: controlQueue(deployment),
    args: [order],
  });
  const page = { deployment, tenant: 'acme', job: 'denied', cursor: null, limit: 10 };
  await workflow.execute('readHistoryWorkflow', {
    workflowId: 'history/acme/denied/1',
    taskQueue: controlQueue(deployment),
    args: [page],
  });
  await workflow.execute('makeTopicsWorkflow', {
    workflowId: 'make-topics/acme/s/1',
    taskQueue: controlQueue(deployment),
    args: [{ deployment, tenant: 'acme', name: 's', topics: [{ cluster: 'main', topic: 'a', partitions: 2 }] }],
  });
  const args = [{ deployment, tenant: 'acme', name: 's' }];
  const stream = await workflow.start('streamWorkflow', {
    workflowId: 'stream/acme/s',
    taskQueue: controlQueue(deployment),
    args,
  });
  const asked = { labels: {}, expectedRevision: null };
  for (const topic of ['a', 'b']) {
    const streamSpec = { topics: [{ cluster: 'main', topic }], schema: { avro: '"string"' }, ordering: 'key' };
    await stream.executeUpdate('putStream', { args: [{ requestId: topic, spec: streamSpec, ...asked }] });
  }
  await stream.executeUpdate('deleteStream', { args: [{ requestId: 'bye', expectedRevision: 2 }] });
  await stream.result();
  await topics(world);
}

/** Who writes a topic: one that changes hands, from its first claim; and one whose run begins with what the run before knew. */
async function topics({ env }: Scripted): Promise<void> {
  const start = (topic: string, known: object) =>
    env.client.workflow.start(topicWorkflowType, {
      workflowId: topicWorkflowId(deployment, 'main', topic),
      taskQueue: controlQueue(deployment),
      args: [{ deployment, cluster: 'main', topic, ...known }],
    });
  const claim = (tenant: string, job: string, version: number): ClaimTopic => {
    return { requestId: `${job} ${version}`, tenant, job, version };
  };
  const first = await start('changes-hands', {});
  for (const asked of [claim('acme', 'a', 0), claim('acme', 'b', 1), claim('other', 'c', 2)]) {
    await first.executeUpdate(claimTopicUpdate, { args: [asked] });
  }
  const known = { stateVersion: versionAfter(topicSteps), claims: claimed(null, claim('acme', 'a', 0), Date.now()) };
  const next = await start('in-a-new-run', known);
  await next.executeUpdate(claimTopicUpdate, { args: [claim('acme', 'b', 1)] });
}

async function save(client: Client): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const counts = new Map<string, number>();
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list()) runs.push(run);
  for (const run of runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
    const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
    const life = run.workflowId.replace('job/acme/', '').replaceAll('/', '-');
    const number = (counts.get(life) ?? 0) + 1;
    counts.set(life, number);
    const file = new URL(`${life}-${number}.json.gz`, folder);
    await writeFile(file, gzipSync(withoutPlace(historyToJSON(history)), { level: 9 }));
    console.log(`${file.pathname.split('/').at(-1)}: ${history.events?.length} events`);
  }
}

/** Where it was recorded is nobody's business: paths in stack traces, names of machines. */
function withoutPlace(json: string): string {
  const history: unknown = JSON.parse(json, (key, value: unknown) => {
    if (key === 'stackTrace') return '';
    return key === 'identity' || key === 'workerInstanceKey' ? 'recorder' : value;
  });
  return JSON.stringify(history);
}

const server = await startTemporal();
const open = () => TestWorkflowEnvironment.createFromExistingServer({ address: server.address });
try {
  const jobs = await Scripted.start(open);
  try {
    for (const [name, live] of Object.entries(lives)) await live(jobs, name);
    await others(jobs);
  } finally {
    await jobs.close();
  }
  const rollouts = await ScriptedRollouts.start(open);
  try {
    await liveRollouts(rollouts);
    await new Promise((done) => setTimeout(done, 1_000));
    await save(rollouts.env.client);
  } finally {
    await rollouts.close();
  }
} finally {
  await server.close();
}
