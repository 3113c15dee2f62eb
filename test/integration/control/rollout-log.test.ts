/** A rollout's log on a real broker: the list of its jobs is whole and stays, outcomes are told once, page by page. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { rolloutRequestId } from '../../../src/activities/act-on-job.ts';
import { findRegressed } from '../../../src/activities/find-regressed.ts';
import { appendToLog, readJobs, readOutcomes } from '../../../src/activities/rollout-log.ts';
import { type JobList, type SelectJobs, selectJobs } from '../../../src/activities/select-jobs.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import type { JobRef } from '../../../src/contracts/rollout.ts';
import type { JobOutcome, NumberedEntry, ReadOutcomes } from '../../../src/contracts/rollout-status.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { TopicAppender } from '../../../src/pipeline/kafka/index.ts';
import { jobStatus, ManyJobs } from '../../support/rollout-jobs.ts';
import { uniqueName } from '../../support/servers.ts';

let kafka: EmbeddedKafka;
let audit: TopicAppender;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
  audit = new TopicAppender({ bootstrap: kafka.bootstrap }, uniqueName('audit'));
});
after(async () => {
  await audit.close();
  await kafka.close();
});

/** As the activity's retries do: a broker that has just started needs a moment. */
async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await new MockActivityEnvironment().run(work);
    } catch (e) {
      if (!(e instanceof MillraceError && e.failure.retry && attempt < 100)) throw e;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

function jobs(count: number, tenants: readonly string[] = ['acme']): ManyJobs {
  const many = new ManyJobs();
  many.all = Array.from({ length: count }, (_, i) => jobStatus(tenants[i % tenants.length]!, `job-${i}`));
  return many;
}

const keys = (refs: readonly JobRef[]): string[] => refs.map((j) => `${j.tenant}/${j.name}`);

const select = (many: ManyJobs, order: Partial<SelectJobs> & { id: string }): Promise<JobList> =>
  surely(() => selectJobs(many, audit, { selector: { tenant: '*', labels: {} }, canary: [], ...order }));

/** The whole list as a rollout reads it. */
async function pagesOf(id: string, { list, pages, offset }: JobList) {
  const read = [];
  let next = offset;
  for (let page = 0; page < pages; page++) {
    const from = next;
    const found = await surely(() => readJobs(audit, { id, list, page, offset: from }));
    next = found.next;
    read.push(found);
  }
  return read;
}

test('every job is listed once, in pages that hold jobs of one wave, spread over the tenants', async () => {
  const many = jobs(2_500, ['acme', 'globex', 'initech']);
  const list = await select(many, { id: 'spread', canary: [30, '10%'] });
  assert.deepEqual([list.total, list.waves], [2_500, [30, 250, 2_220]]);
  const pages = await pagesOf('spread', list);
  assert.deepEqual(keys(pages.flatMap((p) => p.jobs)).sort(), keys(many.all).sort());
  const ends = pages.filter((p) => p.ends).map((p) => p.wave);
  assert.deepEqual(ends, [0, 1, 2]);
  for (const [wave, size] of list.waves.entries()) {
    assert.equal(
      pages.filter((p) => p.wave === wave).reduce((n, p) => n + p.jobs.length, 0),
      size,
    );
  }
  assert.ok(pages.every((p) => p.jobs.length <= limits.rolloutPageJobs));
  const canary = pages[0]!.jobs;
  assert.equal(new Set(canary.map((j) => j.tenant)).size, 3, 'the canary is of every tenant');
  assert.notDeepEqual(keys(canary), keys(many.all.slice(0, 30)));
});

test('jobs that go on in a new run while the others are listed are not passed over', async () => {
  const many = jobs(1_500);
  // After the first page the last job moves to the front, as visibility has it: before what is listed next.
  many.between = () => {
    many.between = () => {};
    const moved = many.all.pop()!;
    many.all.unshift({ ...moved, startedAt: new Date().toISOString() });
  };
  const list = await select(many, { id: 'moving' });
  assert.equal(list.total, 1_500);
  assert.ok(many.lists.some((l) => l.startedAfter !== undefined));
});

test('named jobs keep their order, and each is there once', async () => {
  const named = ['c', 'a', 'b', 'a'].map((name) => ({ tenant: 'acme', name }));
  const many = jobs(0);
  const list = await select(many, { id: 'named', selector: { jobs: named }, canary: [1] });
  assert.deepEqual(list.waves, [1, 2]);
  const pages = await pagesOf('named', list);
  assert.deepEqual(
    pages.flatMap((p) => p.jobs).map((j) => j.name),
    ['c', 'a', 'b'],
  );
  assert.deepEqual(many.lists, []);
});

test('a selector is asked of visibility as it is', async () => {
  const many = jobs(3);
  await select(many, { id: 'asked', selector: { tenant: 'acme', labels: { a: 'b' }, state: 'running', stream: 's' } });
  const { startedAfter: _, limit: __, ...asked } = many.lists[0]!;
  assert.deepEqual(asked, { tenant: 'acme', state: 'running', stream: 's', labels: ['a=b'] });
});

test('a list that was written again has another name, and the first stays readable', async () => {
  const many = jobs(300);
  const first = await select(many, { id: 'again' });
  many.all = many.all.slice(0, 50);
  const second = await select(many, { id: 'again' });
  assert.equal((await pagesOf('again', first)).flatMap((p) => p.jobs).length, 300);
  assert.equal((await pagesOf('again', second)).flatMap((p) => p.jobs).length, 50);
  await assert.rejects(
    surely(() => readJobs(audit, { id: 'again', list: 'other', page: 0, offset: first.offset })),
    (e) => e instanceof MillraceError && e.failure.code === 'offset_out_of_range',
  );
});

const outcome = (name: string, kind: JobOutcome['outcome'] = 'done'): JobOutcome => {
  return { tenant: 'acme', name, outcome: kind, revision: 1, cause: null, at: '2026-01-01T00:00:00.000Z' };
};
const outcomes = (
  rollout: string,
  seq: number,
  names: readonly string[],
  kind?: JobOutcome['outcome'],
): NumberedEntry => {
  return { kind: 'outcomes', rollout, seq, outcomes: names.map((n) => outcome(n, kind)) };
};
const end = (rollout: string, seq: number): NumberedEntry => {
  const common = {
    by: 'millrace',
    why: null,
    requestId: null,
    cause: null,
    order: null,
    at: '2026-01-01T00:00:00.000Z',
  };
  return { kind: 'transition', rollout, seq, event: 'all_done', from: 'rolling', to: 'finished', ...common };
};

async function told(id: string, change: Partial<ReadOutcomes> = {}): Promise<{ names: string[]; pages: number }> {
  const names: string[] = [];
  let pages = 0;
  for (let cursor: string | null = null; pages === 0 || cursor !== null; pages++) {
    const at: string | null = cursor;
    const common = { deployment: 'millrace', id, logOffset: 0, limit: 10, only: null };
    const order: ReadOutcomes = { ...common, cursor: at, ...change };
    const page = await surely(() => readOutcomes(audit, order));
    assert.ok(page.items.length <= order.limit, `${page.items.length} of ${order.limit}`);
    names.push(...page.items.map((o) => o.name));
    cursor = page.next;
  }
  return { names, pages };
}

test('outcomes are told once, in order, whatever the pages: entries that were written twice, among those of others', async () => {
  const many = (n: number, from: number) => Array.from({ length: n }, (_, i) => `o${from + i}`);
  const log = [
    outcomes('twice', 1, many(7, 0)),
    outcomes('twice', 2, many(50, 7)),
    outcomes('twice', 3, many(1, 57), 'failed'),
  ];
  await surely(() => appendToLog(audit, log.slice(0, 2)));
  await surely(() => appendToLog(audit, [outcomes('other', 1, ['x', 'y'])]));
  // An activity that was tried again.
  await surely(() => appendToLog(audit, log));
  await surely(() => appendToLog(audit, log.slice(1)));
  await surely(() => appendToLog(audit, [outcomes('twice', 4, many(3, 58))]));
  for (const limit of [3, 49, 50, 51, 1_000]) {
    const { names, pages } = await told('twice', { limit });
    assert.deepEqual(names, many(61, 0), `pages of ${limit}`);
    assert.ok(pages >= Math.ceil(61 / limit));
  }
  assert.deepEqual((await told('twice', { only: 'failed' })).names, ['o57']);
  assert.deepEqual((await told('other')).names, ['x', 'y']);
  assert.deepEqual((await told('nobody')).names, []);
});

test('reading ends with the end of the rollout, however much others have written since', async () => {
  await surely(() => appendToLog(audit, [outcomes('ended', 1, ['a']), end('ended', 2)]));
  await surely(() => appendToLog(audit, [outcomes('ended', 1, ['not', 'of', 'this', 'life'])]));
  assert.deepEqual((await told('ended')).names, ['a']);
});

test('a cursor that is none of ours is refused', async () => {
  const order = { deployment: 'millrace', id: 'twice', logOffset: 0, limit: 10, only: null };
  for (const cursor of [
    'x',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('[1,-2,0]').toString('base64url'),
  ]) {
    await assert.rejects(
      surely(() => readOutcomes(audit, { ...order, cursor })),
      (e) => e instanceof MillraceError && e.failure.code === 'invalid_spec',
    );
  }
});

test('after a bake time, those of the wave that were done and are failed now are found, and no others', async () => {
  const many = jobs(40);
  const id = 'baked';
  const list = await select(many, { id, canary: [20] });
  const [wave = []] = (await pagesOf(id, list)).map((p) => p.jobs);
  const asked = (outcome: 'deployed' | 'failed', requestId: string) =>
    [{ requestId, asked: 'restart', revision: 2, outcome }] as const;
  const set = (ref: JobRef, change: Partial<(typeof many.all)[number]>): void => {
    many.all = many.all.map((j) => (j.name === ref.name ? { ...j, ...change } : j));
  };
  const [well, failed, before, foreign, earlier] = wave as [JobRef, JobRef, JobRef, JobRef, JobRef];
  const outside = many.all.find((j) => !wave.some((w) => w.name === j.name))!;
  set(well, { requests: asked('deployed', rolloutRequestId(id)) });
  set(failed, { state: 'failed', requests: asked('deployed', rolloutRequestId(id)) });
  set(before, { state: 'failed', requests: asked('failed', rolloutRequestId(id)) });
  set(foreign, { state: 'failed', requests: asked('deployed', 'of its owner') });
  // As the release before asked, under which this rollout was begun.
  const hash = createHash('sha256').update(`${earlier.tenant}/${earlier.name}`).digest('hex').slice(0, 16);
  set(earlier, { state: 'failed', requests: asked('deployed', `${id}-${hash}`) });
  set(outside, { state: 'failed', requests: asked('deployed', rolloutRequestId(id)) });
  const find = (action: 'restart' | 'pause') => surely(() => findRegressed(many, audit, { id, list, wave: 0, action }));
  assert.deepEqual(
    (await find('restart')).map((o) => [o.name, o.outcome]),
    [failed, earlier].map((job) => [job.name, 'failed']),
  );
  assert.deepEqual(await find('pause'), []);
});
