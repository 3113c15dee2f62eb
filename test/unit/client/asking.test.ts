/** What a request says of itself where its caller says nothing. */
import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { asking } from '../../../src/client/asking.ts';

test('whoever says nothing asks as the user of the process, once, on whatever revision there is', () => {
  const { requestId, digest: _, ...rest } = asking('nothing', {});
  assert.deepEqual(rest, { expectedRevision: null, by: userInfo().username, why: null });
  assert.notEqual(requestId, asking('nothing', {}).requestId);
});

test('what is said is passed on', () => {
  const said = { requestId: 'r', expectedRevision: 0, by: 'ada', why: 'because' };
  const { digest: _, ...rest } = asking('nothing', said);
  assert.deepEqual(rest, said);
});

test('a digest names what is asked, whatever the order of its keys, and nothing of who asks', () => {
  const digest = (asked: unknown, by = 'ada'): string => asking(asked, { by }).digest;
  assert.equal(digest({ a: 1, b: { c: 2, d: 3 } }), digest({ b: { d: 3, c: 2 }, a: 1 }, 'bob'));
  assert.notEqual(digest({ stop: 'drain' }), digest({ stop: 'cancel' }));
});
