/**
 * Every operation asked in every state, on the real workflow code: taken, found done already, or refused by the name of the
 * state; what was asked comes about, and nothing stays pending. Once more with the workflow going on in new runs meanwhile.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { FailureCode } from '../../src/contracts/failure.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import type { JobState, RequestOutcome } from '../../src/contracts/status.ts';
import { type Asked, admissions } from '../../src/workflows/job/operations.ts';
import type { HandOver } from '../../src/workflows/job/state.ts';
import { until } from '../support/patience.ts';
import { fail, outcomeOf, refusalOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const changed = { sql: 'SELECT b FROM s' };
const operations: Readonly<Record<Exclude<Asked, 'apply'>, Operation>> = {
  pause: { kind: 'pause' },
  resume: { kind: 'resume' },
  restart: { kind: 'restart' },
  upgrade: { kind: 'upgrade', release: '2.0' },
  rescale: { kind: 'rescale', tasks: 3 },
  rewind: { kind: 'rewind', to: 'earliest' },
  stop: { kind: 'stop', mode: 'drain' },
};

/** A gate that what is scripted waits at until it is opened. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  const { promise: passed, resolve: open } = Promise.withResolvers<void>();
  return { open, passed };
}

/** Fails before anything runs, and would not fail again. */
async function failFirst(name: string, code: FailureCode): Promise<void> {
  let broken = true;
  world.script(name).prepare = () => {
    if (broken) throw fail(code);
  };
  await world.apply(name);
  await world.until(name, 'failed');
  broken = false;
}

/** A state; of `failed`, one that waits for its owner and one that waits to be tried again. */
type Situation = Exclude<JobState, 'stopped'> | 'failed_for_now';
const stateOf = (situation: Situation): JobState => (situation === 'failed_for_now' ? 'failed' : situation);

/** Brings a job into a state, in which it stays until the gate is opened. */
const reach: Readonly<Record<Situation, (name: string, opened: Promise<void>) => Promise<void>>> = {
  deploying: async (name, opened) => {
    world.script(name).confirm = () => opened;
    await world.apply(name);
    await world.until(name, () => world.script(name).running().length === 1);
  },
  running: async (name) => {
    await world.apply(name);
    await world.until(name, 'running');
  },
  updating: async (name, opened) => {
    await reach.running(name, opened);
    world.script(name).confirm = () => opened;
    await world.apply(name, changed);
    await world.until(name, () => world.script(name).runs.length === 2);
  },
  rolling_back: async (name, opened) => {
    await reach.running(name, opened);
    world.script(name).confirm = async ({ generation }) => {
      if (generation === 2) throw fail('bad_record');
      if (generation === 3) await opened;
    };
    await world.apply(name, changed);
    await world.until(name, () => world.script(name).runs.length === 3);
  },
  failed: (name) => failFirst(name, 'topic_missing'),
  failed_for_now: (name, opened) => {
    // Its time comes soon, and it stays what it is until it may begin.
    world.script(name).admit = () => opened;
    return failFirst(name, 'kafka_unavailable');
  },
  draining: async (name, opened) => {
    await reach.running(name, opened);
    const script = world.script(name);
    const { drained } = script;
    script.drained = null;
    await world.stop(name, 'drain', 'going');
    await world.until(name, 'draining');
    void opened.then(() => {
      script.drained = drained;
      if (drained !== null) script.end(1, drained);
    });
  },
  paused: async (name) => {
    await world.apply(name, {}, { paused: true });
    await world.until(name, 'paused');
  },
};

function ask(name: string, asked: Asked) {
  if (asked === 'apply') return world.apply(name, { sql: 'SELECT c FROM s' }, { requestId: 'it' });
  return world.operate(name, operations[asked], { requestId: 'it' });
}

/** Where a job is once what was asked has come about. */
function endsAs(state: JobState, asked: Asked): JobState {
  if (asked === 'stop') return 'stopped';
  if (asked === 'pause') return 'paused';
  return state === 'paused' && asked !== 'resume' ? 'paused' : 'running';
}

/** Where a job comes to by itself, whatever it was refused meanwhile. */
const rests = (situation: Situation): JobState => {
  if (situation === 'draining') return 'stopped';
  return situation === 'failed' || situation === 'paused' ? situation : 'running';
};

/** Where no task begins there is no takeover to hand over at: such a job goes on in a new run wherever it waits. */
const inNewRuns = (state: JobState, asked: Asked): HandOver => {
  const begins = typeof admissions[asked][state] !== 'object' && endsAs(state, asked) === 'running';
  const idle = (state === 'paused' || state === 'failed') && !begins;
  // A new run has five events before anything is asked of it.
  return { atTakeover: 1, whileRunning: idle ? 8 : 1_000_000 };
};
const ways = { 'in one run': null, 'in new runs': inNewRuns };

for (const [how, handOver] of Object.entries(ways)) {
  for (const situation of Object.keys(reach) as Situation[]) {
    for (const asked of Object.keys(admissions) as Asked[]) {
      const state = stateOf(situation);
      const admission = admissions[asked][state];
      const word = typeof admission === 'string' ? admission : 'refused';
      test(`${asked} while ${situation}, ${how}: ${word}`, async () => {
        const name = `${asked}-${situation.replaceAll('_', '-')}${handOver === null ? '' : '-c'}`;
        const { open, passed } = gate();
        if (handOver !== null) await world.begin(name, handOver(state, asked));
        const firstRun = handOver === null ? null : await world.runOf(name);
        await reach[situation](name, passed);
        assert.equal((await world.status(name)).state, state);
        if (typeof admission === 'object') {
          await assert.rejects(ask(name, asked), (error) => {
            assert.equal(refusalOf(error)?.code, 'forbidden_state');
            assert.ok(refusalOf(error)?.message.includes(admission.refused));
            return true;
          });
          open();
          await world.until(name, rests(situation));
        } else {
          const answer = await ask(name, asked);
          // Asked again on the way, as a slow server makes its client do, it is answered by how it has gone since.
          const answers = admission === 'already' ? ['unchanged'] : ['pending', 'deployed', 'paused', 'stopped'];
          assert.ok(answers.includes(answer.outcome), answer.outcome);
          const again = await ask(name, asked).catch(gone);
          if (again !== null) assert.equal(again.revision, answer.revision, 'the same id gets the same answer');
          assert.equal((await world.status(name)).requests.filter((r) => r.requestId === 'it').length, 1);
          open();
          const wanted = admission === 'already' ? rests(situation) : endsAs(state, asked);
          const done = await world.until(name, (s) => outcomeOf(s, 'it')?.outcome !== 'pending');
          await world.until(name, wanted);
          assert.ok(['deployed', 'paused', 'stopped', 'unchanged'].includes(outcomeOf(done, 'it')?.outcome ?? ''));
        }
        if (handOver !== null) {
          await until('it goes on in a new run', async () => (await world.runOf(name)) !== firstRun);
        }
        await end(name);
      });
    }
  }
}

for (const asked of Object.keys(admissions) as Asked[]) {
  test(`${asked} when it has stopped: ${asked === 'apply' ? 'a new life' : 'there is no such job'}`, async () => {
    const name = `${asked}-stopped`;
    await reach.running(name, Promise.resolve());
    await end(name);
    if (asked !== 'apply') {
      await assert.rejects(ask(name, asked), WorkflowNotFoundError);
      return;
    }
    await ask(name, asked);
    assert.equal((await world.until(name, 'running')).revision, 1);
    await world.stop(name, 'cancel');
    await world.handle(name).result();
  });
}

/** A job that has stopped meanwhile isn't there to be asked. */
function gone(error: unknown): null {
  if (error instanceof WorkflowNotFoundError) return null;
  throw error;
}

/** Of a job at rest: no step of it is cut short while it ends, which the time-skipping server can't take (answered.ts). */
async function end(name: string): Promise<void> {
  const { state } = await world.status(name);
  if (state !== 'stopped' && state !== 'draining') await world.stop(name, 'cancel').catch(gone);
  const last = await world.handle(name).result();
  assert.deepEqual(world.script(name).running(), []);
  assert.deepEqual(
    last?.requests.filter((r: RequestOutcome) => r.outcome === 'pending'),
    [],
  );
  tellsItsLife(name);
}

/** The history is whole: numbered without a gap, each transition from where the one before led. */
function tellsItsLife(name: string): void {
  const bySeq = new Map(world.script(name).history.map((e) => [e.seq, e]));
  const entries = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  assert.deepEqual(
    entries.map((e) => e.seq),
    entries.map((_, i) => i + 1),
  );
  let state: JobState | null = null;
  for (const e of entries) {
    if (e.kind !== 'transition') continue;
    assert.equal(e.from, state, `${e.event} comes from ${state}`);
    state = e.to;
  }
  assert.equal(state, 'stopped');
}
