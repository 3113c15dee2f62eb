/** The check of histories turns red on what it is there for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEntry, TransitionEntry } from '../../src/contracts/history.ts';
import { findMistakes } from './story.ts';

type Told = Pick<TransitionEntry, 'event' | 'from' | 'to'> & { readonly ended?: object; readonly began?: object };

const entry = ({ ended, began, ...told }: Told, i: number): HistoryEntry => {
  const positions = (at: object | undefined) =>
    at === undefined ? null : { in: { id: 'one', offsets: at as Record<number, string> } };
  return {
    ...{ tenant: 't', job: 'j', life: 'one', seq: i + 1, at: '', by: 'millrace', why: null, requestId: null },
    ...{ revision: 1, generation: 1, plan: 'p', kind: 'transition', durationMs: 0, cause: null },
    ...told,
    ended: positions(ended),
    began: positions(began),
  };
};

const sound: readonly Told[] = [
  { event: 'created', from: null, to: 'deploying' },
  { event: 'confirmed', from: 'deploying', to: 'running', began: { 0: '0', 1: '0' } },
  { event: 'applied', from: 'running', to: 'updating' },
  { event: 'confirmed', from: 'updating', to: 'running', ended: { 0: '50', 1: '40' }, began: { 0: '50', 1: '40' } },
  { event: 'lost', from: 'running', to: 'deploying' },
  { event: 'confirmed', from: 'deploying', to: 'running', began: { 0: '70', 1: '40' } },
  { event: 'pause_asked', from: 'running', to: 'draining' },
  { event: 'paused', from: 'draining', to: 'paused', ended: { 0: '90', 1: '99' } },
  { event: 'resumed', from: 'paused', to: 'deploying' },
  { event: 'confirmed', from: 'deploying', to: 'running', began: { 0: '90', 1: '99' } },
  { event: 'stop_asked', from: 'running', to: 'draining' },
  { event: 'ended', from: 'draining', to: 'stopped', ended: { 0: '120', 1: '120' } },
];

const mistakesOf = (told: readonly Told[]): string[] => findMistakes(told.map(entry), 'in');
const changed = (at: number, change: Partial<Told>): Told[] =>
  sound.map((t, i) => (i === at ? { ...t, ...change } : t));

test('a sound history has no mistakes', () => {
  assert.deepEqual(mistakesOf(sound), []);
});

test('an entry that is missing, or there twice, is seen', () => {
  const entries = sound.map(entry);
  assert.match(findMistakes(entries.toSpliced(4, 1), 'in').join(), /numbers are 1 2 3 4 6/);
  assert.match(findMistakes(entries.toSpliced(4, 0, entries[3]!), 'in').join(), /numbers are 1 2 3 4 4 5/);
});

test('a transition from another state than the job was in is seen, and a life without an end', () => {
  assert.match(mistakesOf(changed(4, { from: 'updating' })).join(), /leads from updating, and the job was running/);
  assert.match(mistakesOf(sound.slice(0, -1)).join(), /ends in draining/);
});

test('a gap or an overlap between where one ended and the next began is seen', () => {
  assert.match(
    mistakesOf(changed(3, { began: { 0: '51', 1: '40' } })).join(),
    /began at 0\/51, and the job was at 0\/50/,
  );
  assert.match(
    mistakesOf(changed(9, { began: { 0: '90', 1: '98' } })).join(),
    /began at 1\/98, and the job was at 1\/99/,
  );
  assert.match(mistakesOf(changed(11, { ended: { 0: '120', 1: '80' } })).join(), /ended at 1\/80/);
});
