/** What may be asked of a rollout, in which waves its jobs go, and what a patch makes of a document. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { mergePatch } from '../../../src/contracts/merge-patch.ts';
import { parseRollout, parseRolloutId, rolloutOrder } from '../../../src/contracts/rollout.ts';
import { mismatch, waveSizes } from '../../../src/contracts/rollout-jobs.ts';

const selector = { tenant: 'acme' };
const parse = (change: object) => rolloutOrder.safeParse({ action: { kind: 'restart' }, selector, ...change });
const accepts = (change: object): boolean => parse(change).success;

test('what is left out has its default', () => {
  assert.deepEqual(parse({}).data, {
    action: { kind: 'restart' },
    selector: { tenant: 'acme', labels: {} },
    strategy: {
      canary: [],
      bakeMs: 0,
      concurrency: limits.rolloutConcurrencyDefault,
      maxFailures: 0,
      jobMsMax: limits.rolloutJobMsDefault,
    },
  });
});

test('every action that many jobs can take, and no other', () => {
  const actions = [
    { kind: 'restart' },
    { kind: 'pause' },
    { kind: 'resume' },
    { kind: 'upgrade', release: '2.0' },
    { kind: 'rescale', tasks: 4 },
    { kind: 'patch', patch: { spec: { tasks: { min: 2 } } } },
    { kind: 'patch', patch: { metadata: { labels: { team: null } } } },
  ];
  for (const action of actions) assert.ok(accepts({ action }), action.kind);
  for (const action of [
    { kind: 'stop', mode: 'drain' },
    { kind: 'rewind', to: 'earliest' },
    { kind: 'upgrade' },
    { kind: 'patch' },
    { kind: 'patch', patch: {} },
    { kind: 'patch', patch: { spec: { sqll: 'x' } } },
    { kind: 'patch', patch: { metadata: { name: 'other' } } },
    { kind: 'patch', patch: { spec: { sql: 'x'.repeat(limits.rolloutPatchBytesMax) } } },
  ]) {
    assert.ok(!accepts({ action }), JSON.stringify(action).slice(0, 80));
  }
});

test('a selector names a tenant, every tenant, or jobs', () => {
  for (const selector of [
    { tenant: '*' },
    { tenant: 'acme', labels: { team: 'soc' }, state: 'failed', stream: 'firewall' },
    { jobs: [{ tenant: 'acme', name: 'denied' }] },
  ]) {
    assert.ok(accepts({ selector }), JSON.stringify(selector));
  }
  const tooMany = Array.from({ length: limits.rolloutNamedMax + 1 }, (_, i) => ({ tenant: 'acme', name: `j${i}` }));
  for (const selector of [
    {},
    { jobs: [] },
    { jobs: tooMany },
    { jobs: [{ tenant: 'acme', name: 'a' }], tenant: 'acme' },
    { labels: { team: 'soc' } },
    { tenant: '*', stream: 'firewall' },
    { tenant: 'acme', state: 'lost' },
  ]) {
    assert.ok(!accepts({ selector }), JSON.stringify(selector).slice(0, 80));
  }
});

/** Where a mistake is. */
function placeOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof MillraceError) return error.problems.map((p) => p.path).sort();
  }
  return [];
}

test('a mistake is told at its place, by the kind of selector that was meant', () => {
  const mistaken = (selector: unknown) => placeOf(() => parseRollout({ action: { kind: 'restart' }, selector }));
  assert.deepEqual(mistaken({}), ['/selector/tenant']);
  assert.deepEqual(mistaken({ labels: { a: 'b' } }), ['/selector/tenant']);
  assert.deepEqual(mistaken({ tenant: 'acme', lables: {} }), ['/selector/lables']);
  assert.deepEqual(mistaken({ jobs: [{ tenant: 'acme', name: 'Bad' }] }), ['/selector/jobs/0/name']);
  assert.deepEqual(mistaken({ jobs: [{ tenant: 'acme', name: 'a' }], state: 'failed' }), ['/selector/state']);
  assert.deepEqual(
    placeOf(() => parseRollout('restart')),
    [''],
  );
  for (const id of ['', 'Bad', 'a_b', '-a', 'x'.repeat(limits.rolloutIdCharsMax + 1), 7]) {
    assert.deepEqual(
      placeOf(() => parseRolloutId(id)),
      ['/id'],
      String(id),
    );
  }
  assert.equal(parseRolloutId('r-1'), 'r-1');
});

test('a share is a number or a percentage', () => {
  for (const share of [1, 500, '1%', '100%']) assert.ok(accepts({ strategy: { canary: [share] } }), String(share));
  for (const share of [0, -1, 1.5, '101%', '5', '%', '05%', '1.5%']) {
    assert.ok(!accepts({ strategy: { canary: [share] } }), String(share));
  }
  assert.ok(accepts({ strategy: { maxFailures: 0 } }));
  assert.ok(accepts({ strategy: { maxFailures: '0%' } }));
  assert.ok(!accepts({ strategy: { canary: Array(limits.rolloutWavesMax).fill(1) } }));
});

test('waves hold every job once, and none is empty', () => {
  assert.deepEqual(waveSizes(1_000, [5, '10%']), [5, 100, 895]);
  assert.deepEqual(waveSizes(3, ['10%']), [1, 2]);
  assert.deepEqual(waveSizes(3, [5]), [3]);
  assert.deepEqual(waveSizes(3, [2, 2, 2]), [2, 1]);
  assert.deepEqual(waveSizes(10, ['100%']), [10]);
  assert.deepEqual(waveSizes(7, []), [7]);
  assert.deepEqual(waveSizes(0, [5]), []);
});

test('a job that was listed is measured again by what selected it', () => {
  const job = { state: 'failed', labels: { team: 'soc' }, streams: ['firewall'] } as const;
  const all = { tenant: 'acme', labels: {} };
  assert.equal(mismatch(all, job), null);
  assert.equal(mismatch({ ...all, labels: { team: 'soc' }, state: 'failed', stream: 'firewall' }, job), null);
  assert.match(mismatch({ ...all, state: 'running' }, job) ?? '', /failed by now, not running/);
  assert.match(mismatch({ ...all, labels: { team: 'noc' } }, job) ?? '', /label team=noc/);
  assert.match(mismatch({ ...all, stream: 'proxy' }, job) ?? '', /stream proxy/);
});

/** The appendix of RFC 7396. */
const cases: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test('a merge patch does what RFC 7396 says, and changes neither side', () => {
  for (const [target, patch, result] of cases) {
    const before = structuredClone([target, patch]);
    assert.deepEqual(mergePatch(target, patch), result);
    assert.deepEqual([target, patch], before);
  }
});

test('a key that names a prototype is a key like any other', () => {
  const patch: unknown = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  );
  const merged = mergePatch({}, patch) as object;
  assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  assert.deepEqual(Object.keys(merged), ['__proto__', 'constructor']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});
