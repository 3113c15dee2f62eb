/** What the owner of a job that is made anew is told of its earlier life. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earlierLifeNote } from '../../../src/contracts/earlier-life.ts';
import type { JobSpec } from '../../../src/contracts/spec.ts';
import { standing } from '../../support/positions.ts';

const note = (start: JobSpec['start'], of: Parameters<typeof standing>[0]): string | null =>
  earlierLifeNote({ tenant: 'acme', name: 'denied', spec: { start } }, 'millrace.acme.denied', standing(of));

test('nothing of a first life, nor where nothing was committed', () => {
  assert.equal(note('earliest', {}), null);
  assert.equal(note('earliest', { in: {} }), null);
});

test('which topics, and how to begin where the spec says', () => {
  const timestamp = '2026-01-31T12:00:00Z';
  for (const [start, to] of [
    ['earliest', 'earliest'],
    ['latest', 'latest'],
    [{ timestamp }, timestamp],
  ] as const) {
    const told = note(start, { in: { 0: '7' }, other: {} });
    assert.match(told ?? '', /the group millrace\.acme\.denied has offsets of in\./);
    assert.ok(told?.includes(`millrace rewind job denied --to ${to}`), told ?? '');
  }
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`t${i}`, { 0: '1' }]));
  assert.match(note('latest', many) ?? '', /offsets of t0, t1, t2 and 61 more\./);
});
