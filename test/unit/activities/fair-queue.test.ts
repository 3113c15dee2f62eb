/** Turns by tenant: in what order work begins, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from '../../../src/activities/fair-queue.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';

const bounds = { atOnce: 1, perKey: 1, waitingPerKey: 100, waitMsMax: 60_000 };

/** Work that is under way until it is told to end. */
class Works {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  start(queue: FairQueue, key: string, name = key): Promise<string> {
    return queue.run(key, async () => {
      this.begun.push(name);
      await new Promise<void>((end) => this.#ends.push(end));
      return name;
    });
  }

  async endNext(): Promise<void> {
    this.#ends.shift()?.();
    await new Promise((done) => setImmediate(done));
  }
}

const tooMany = (e: unknown): boolean =>
  e instanceof MillraceError && e.failure.code === 'too_many_requests' && e.failure.retry && /acme/.test(e.message);

test('whoever asks for one thing has the next turn, however much another has asked for before', async () => {
  const works = new Works();
  const queue = new FairQueue(bounds);
  const all = Array.from({ length: 50 }, (_, i) => works.start(queue, 'flood', `flood-${i}`));
  all.push(works.start(queue, 'calm'), works.start(queue, 'other'));
  await new Promise((done) => setImmediate(done));
  for (let n = 0; n < all.length; n++) await works.endNext();
  await Promise.all(all);
  assert.ok(works.begun.indexOf('calm') <= 3, works.begun.join());
  assert.ok(works.begun.indexOf('other') <= 3, works.begun.join());
  assert.deepEqual(
    works.begun.filter((name) => name.startsWith('flood')),
    Array.from({ length: 50 }, (_, i) => `flood-${i}`),
  );
});

test('one key never holds every place', async () => {
  const works = new Works();
  const queue = new FairQueue({ ...bounds, atOnce: 3, perKey: 2 });
  const all = [1, 2, 3, 4].map((n) => works.start(queue, 'flood', `flood-${n}`));
  all.push(works.start(queue, 'calm'));
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(works.begun, ['flood-1', 'flood-2', 'calm']);
  for (let n = 0; n < all.length; n++) await works.endNext();
  await Promise.all(all);
});

test('what is beyond its share, or waits for too long, is refused to be tried again; others are not', async () => {
  const works = new Works();
  const queue = new FairQueue({ ...bounds, waitingPerKey: 1, waitMsMax: 20 });
  const first = works.start(queue, 'acme');
  const second = works.start(queue, 'acme');
  second.catch(() => {});
  await new Promise((done) => setImmediate(done));
  await assert.rejects(works.start(queue, 'acme'), tooMany);
  const other = works.start(queue, 'globex');
  other.catch(() => {});
  await assert.rejects(second, tooMany);
  await assert.rejects(other);
  await works.endNext();
  assert.equal(await first, 'acme');
  const again = works.start(queue, 'acme');
  await new Promise((done) => setImmediate(done));
  await works.endNext();
  assert.equal(await again, 'acme');
});

test('work that fails gives its place back', async () => {
  const queue = new FairQueue(bounds);
  await assert.rejects(
    queue.run('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await queue.run('a', async () => 1), 1);
});
