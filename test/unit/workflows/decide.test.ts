/** What a job does next, for everything that it can be and see: a table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailureCode, failure } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import type { JobState } from '../../../src/contracts/status.ts';
import { noCounters, type TaskEnd } from '../../../src/contracts/task.ts';
import { decide, nextAttempt, type Observed } from '../../../src/workflows/job/decide.ts';
import type { JobData, Phase } from '../../../src/workflows/job/state.ts';
import { asker, generation, jobIn } from './jobs.ts';

const quiet: Observed = {
  now: 1_000,
  ends: [],
  living: 0,
  acted: true,
  historyEvents: 10,
  historyBytes: 1_000,
  continueSuggested: false,
};
const long = { historyEvents: limits.historyEventsMax };
const veryLong = { historyEvents: 2 * limits.historyEventsMax };
const endless = { historyEvents: limits.historyEventsBound };
const huge = { historyBytes: limits.historyBytesBound };
const failed = (code: FailureCode): TaskEnd => ({ kind: 'failed', failure: failure(code, code), counters: noCounters });

function withPhase(state: Phase['state'], change: object): JobData {
  const job = jobIn(state);
  job.phase = { ...job.phase, ...change } as Phase;
  return job;
}

/** Running, by a spec that says that its topics may be made again. */
function recreates(): JobData {
  const job = jobIn('running');
  const { revision } = job.phase;
  return withPhase('running', { revision: { ...revision, spec: { ...revision.spec, onRecreate: 'earliest' } } });
}

const told = (of: number): JobData['topics'] => {
  return { generation: of, changes: [{ topic: 'in', use: 'read', fact: 'partitions', from: 2, to: 4 }] };
};

/** A running job whose topic has grown. */
const changed = (renewAfter: number): JobData => ({ ...withPhase('running', { renewAfter }), topics: told(1) });

const leftHost: TaskEnd = { kind: 'drained', by: 'host_shutdown', positions: {}, counters: noCounters };

/** A job with as much unwritten history as it may have. */
function talkative(state: JobState): JobData {
  const job = jobIn(state);
  const [entry] = job.trail;
  assert.ok(entry !== undefined, 'a job begins with an entry');
  job.trail = Array.from({ length: limits.historyWaitingMax }, () => entry);
  return job;
}

const rows: readonly [name: string, job: JobData, seen: Partial<Observed>, wanted: string][] = [
  ['deploying begins by preparing', jobIn('deploying'), {}, 'prepare'],
  ['what is prepared takes over', jobIn('updating'), {}, 'take_over'],
  ['a long history is left behind before a takeover', jobIn('updating'), long, 'continue_as_new'],
  ['the server may suggest it', jobIn('updating'), { continueSuggested: true }, 'continue_as_new'],
  ['a run that has done nothing does not hand over', jobIn('updating'), { ...long, acted: false }, 'take_over'],
  ['rolling back begins by preparing', jobIn('rolling_back'), long, 'prepare'],
  ['a prepared rollback takes over', withPhase('rolling_back', { prepared: generation(3) }), {}, 'take_over'],
  ['a steady job waits', jobIn('running'), { living: 1 }, 'wait null'],
  ['a history that is only long enough for a takeover does not end a steady run', jobIn('running'), long, 'wait null'],
  ['a very long one does', jobIn('running'), veryLong, 'renew'],
  ['but not soon after that was refused', withPhase('running', { renewAfter: 9_000 }), veryLong, 'wait 9000'],
  ['topics that have changed are taken up', changed(0), {}, 'follow'],
  ['before a long history is handed over, which that does too', changed(0), veryLong, 'follow'],
  ['a task that was lost goes first', changed(0), { ends: [failed('host_lost')] }, 'recover host_lost'],
  ['not soon after that was refused', changed(9_000), {}, 'wait 9000'],
  ['then again', changed(9_000), { now: 9_000 }, 'follow'],
  ['what a generation before has told is over', { ...changed(0), topics: told(0) }, {}, 'wait null'],
  [
    'one that no new run takes over is recovered, which needs no consent',
    withPhase('running', { renewAfter: 9_000 }),
    endless,
    'recover unhealthy',
  ],
  ['in bytes as well', withPhase('running', { renewAfter: 9_000 }), huge, 'recover unhealthy'],
  ['a lost task is recovered', jobIn('running'), { ends: [failed('host_lost')] }, 'recover host_lost'],
  [
    'an internal failure is worth another attempt',
    jobIn('running'),
    { ends: [failed('internal')] },
    'recover internal',
  ],
  ['a bad record waits for its owner', jobIn('running'), { ends: [failed('bad_record')] }, 'give_up bad_record'],
  [
    "the owner's failure decides",
    jobIn('running'),
    { ends: [failed('host_lost'), failed('bad_record')] },
    'give_up bad_record',
  ],
  [
    'a topic that is gone waits for its owner',
    jobIn('running'),
    { ends: [failed('topic_missing')] },
    'give_up topic_missing',
  ],
  ['and another one of its name', jobIn('running'), { ends: [failed('topic_recreated')] }, 'give_up topic_recreated'],
  [
    'or is waited for, where the spec says so',
    recreates(),
    { ends: [failed('topic_missing')] },
    'recover topic_missing',
  ],
  ['and the new one begun', recreates(), { ends: [failed('topic_recreated')] }, 'recover topic_recreated'],
  [
    'a bad record waits for its owner there as well',
    recreates(),
    { ends: [failed('bad_record')] },
    'give_up bad_record',
  ],
  ['a host that shuts down is left', jobIn('running'), { ends: [leftHost] }, 'move_on'],
  [
    'a host that shuts down while another is lost is a loss',
    jobIn('running'),
    { ends: [leftHost, failed('host_lost')] },
    'recover host_lost',
  ],
  [
    'a task that was fenced is recovered',
    jobIn('running'),
    { ends: [{ kind: 'superseded', counters: noCounters }] },
    'recover superseded',
  ],
  ['a failed job waits for its time', jobIn('failed'), { living: 1 }, 'wait 5000'],
  ['and is tried again then', jobIn('failed'), { now: 5_000 }, 'retry'],
  ['one that waits for its owner lets its tasks finish', withPhase('failed', { retryAt: null }), { living: 2 }, 'halt'],
  [
    'before it waits for its owner, its positions are kept, when no task moves them any more',
    withPhase('failed', { retryAt: null, positions: 'unread' }),
    {},
    'keep_positions',
  ],
  ['not while tasks still finish', withPhase('failed', { retryAt: null, positions: 'unread' }), { living: 1 }, 'halt'],
  [
    'before it waits for its time as well',
    withPhase('failed', { positions: 'unread' }),
    { living: 1 },
    'keep_positions',
  ],
  ['even where the time has come', withPhase('failed', { positions: 'unread' }), { now: 5_000 }, 'keep_positions'],
  ['then waits', withPhase('failed', { retryAt: null }), {}, 'wait null'],
  ['a failed job with a long history goes on in a new run', jobIn('failed'), veryLong, 'continue_as_new'],
  ['unless tasks of it still run', jobIn('failed'), { ...veryLong, living: 1 }, 'wait 5000'],
  ['but not without end', jobIn('failed'), { ...endless, living: 1 }, 'continue_as_new'],
  ['tasks that are to end are waited for', withPhase('failed', { retryAt: null }), { living: 1 }, 'halt'],
  ['but not without end either', withPhase('failed', { retryAt: null }), { ...endless, living: 1 }, 'continue_as_new'],
  ['in events, nor in bytes', jobIn('failed'), { ...huge, living: 1 }, 'continue_as_new'],
  ['its positions are kept before that', withPhase('failed', { positions: 'unread' }), endless, 'keep_positions'],
  ['and a run that has done nothing stays', jobIn('failed'), { ...endless, acted: false, living: 1 }, 'wait 5000'],
  ['draining to stop', jobIn('draining'), { ...veryLong, living: 1 }, 'stop'],
  ['draining to pause', withPhase('draining', { purpose: { kind: 'pause', asker: asker('p') } }), {}, 'pause'],
  [
    'draining to rewind',
    withPhase('draining', { purpose: { kind: 'rewind', to: 'earliest', asker: asker('w') } }),
    {},
    'rewind',
  ],
  ['a paused job waits', jobIn('paused'), {}, 'wait null'],
  ['a paused job with a long history goes on in a new run', jobIn('paused'), veryLong, 'continue_as_new'],
  [
    'a paused job that is rewound sets its positions first',
    withPhase('paused', { rewind: { kind: 'rewind', to: 'latest', asker: asker('w') } }),
    veryLong,
    'rewind',
  ],
  [
    'to drain and replace, what runs is drained once the new generation is prepared',
    withPhase('updating', { how: 'drain_replace' }),
    long,
    'drain_previous',
  ],
  ['and not before', withPhase('updating', { how: 'drain_replace', prepared: null }), {}, 'prepare'],
  ['and then the new one takes over', withPhase('updating', { how: 'drain_replace', ended: {} }), {}, 'take_over'],
  [
    'a history that nobody takes stops no recovery',
    talkative('running'),
    { ends: [failed('host_lost')] },
    'recover host_lost',
  ],
  ['nor the end of a job', talkative('stopped'), {}, 'finish'],
  ['stopped is over', jobIn('stopped'), veryLong, 'finish'],
];

for (const [name, job, seen, wanted] of rows) {
  test(name, () => {
    const before = structuredClone(job);
    const next = decide(job, { ...quiet, ...seen });
    const more = next.do === 'wait' ? ` ${next.until}` : 'failure' in next ? ` ${next.failure.code}` : '';
    assert.equal(next.do + more, wanted);
    assert.deepEqual(job, before, 'deciding changes nothing');
  });
}

test('the wait between attempts doubles up to its bound, and half of it is chance', () => {
  const waits = (chance: number): number[] => [1, 2, 3, 4, 50].map((attempts) => nextAttempt(0, attempts, chance));
  const first = limits.jobRetryFirstMs;
  const longest = [first, 2 * first, 4 * first, 8 * first, limits.jobRetryMaxMs];
  assert.deepEqual(waits(1), longest);
  assert.deepEqual(
    waits(0),
    longest.map((ms) => ms / 2),
  );
});
