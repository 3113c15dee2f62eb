/** Where a page of a history ends: what has been told isn't told again, and what isn't ours is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Cursor,
  cursorOf,
  isSeen,
  readCursor,
  type Seen,
  withSeen,
} from '../../../src/activities/history-cursor.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';

/** The numbers that are told of those that come, one page after another. */
function told(coming: readonly { readonly life: string; readonly seq: number }[], perPage: number): string[] {
  let seen: Seen = [];
  const all: string[] = [];
  for (const [i, place] of coming.entries()) {
    if (i % perPage === 0) seen = readCursor(cursorOf({ direction: 'older', offset: i, seen })).seen;
    if (isSeen(seen, place)) continue;
    seen = withSeen(seen, place);
    all.push(`${place.life} ${place.seq}`);
  }
  return all;
}

const down = (life: string, from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, i) => ({ life, seq: from - i }));

test('batches that were written twice are told once, wherever the pages part', () => {
  const coming = [...down('b', 8, 3), ...down('b', 5, 1), ...down('a', 4, 1), ...down('b', 2, 1), ...down('a', 9, 5)];
  const once = [...down('b', 8, 1), ...down('a', 4, 1), ...down('a', 9, 5)].map(({ life, seq }) => `${life} ${seq}`);
  for (let perPage = 1; perPage < coming.length; perPage++) assert.deepEqual(told(coming, perPage), once);
});

test('an entry that was never told is never taken for a repetition', () => {
  const places = fc.array(fc.record({ life: fc.constantFrom('a', 'b'), seq: fc.integer({ min: 1, max: 12 }) }));
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 5 }), (coming, perPage) => {
      const names = new Set(coming.map(({ life, seq }) => `${life} ${seq}`));
      assert.deepEqual(new Set(told(coming, perPage)), names);
    }),
  );
});

test('a cursor says what it was made of, and stays short however many lives there are', () => {
  const cursor: Cursor = { direction: 'newer', offset: 12, seen: [['life', 3, 9]] };
  assert.deepEqual(readCursor(cursorOf(cursor)), cursor);
  let seen: Seen = [];
  for (let n = 0; n < 1_000; n++) seen = withSeen(seen, { life: crypto.randomUUID(), seq: 1_000_000_000 + n });
  // The API takes 4,096 characters.
  assert.ok(cursorOf({ direction: 'older', offset: Number.MAX_SAFE_INTEGER, seen }).length < 4_096);
});

test("what is no cursor of a history is refused as the asker's mistake", () => {
  const made = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const wrong = ['', 'nonsense', made({}), made([]), made(['x', 1, []]), made(['o', -1, []]), made(['o', 1.5, []])];
  for (const text of [...wrong, made(['o', '1', []]), made(['n', 1, {}]), made(['n', 1, [['a', 1]]])]) {
    assert.throws(
      () => readCursor(text),
      (e) => e instanceof MillraceError && e.failure.code === 'invalid_spec' && !e.failure.retry,
      text,
    );
  }
});
