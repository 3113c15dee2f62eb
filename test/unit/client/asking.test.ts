/** What a request says of itself where its caller says nothing. */
import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { asking } from '../../../src/client/asking.ts';

test('whoever says nothing asks as the user of the process, once, on whatever revision there is', () => {
  const { requestId, ...rest } = asking({});
  assert.deepEqual(rest, { expectedRevision: null, by: userInfo().username, why: null });
  assert.notEqual(requestId, asking({}).requestId);
});

test('what is said is passed on', () => {
  const said = { requestId: 'r', expectedRevision: 0, by: 'ada', why: 'because' };
  assert.deepEqual(asking(said), said);
});
