/** The positions that a workflow keeps: what replaces what, of which topic, and who is told of which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginAnew, keep, keptOf, learn, mergePositions, reset } from '../../../src/workflows/job/positions.ts';
import { at, kept, plain, standing } from '../../support/positions.ts';

const other = (offsets: Record<number, string>) => ({ id: 'another', offsets });

test('a newer position replaces the older one of its partition and of no other', () => {
  const old = at({ a: { 0: '5', 1: '6' }, b: { 0: '7' } });
  assert.deepEqual(
    mergePositions(old, at({ a: { 1: '9' }, c: { 3: '1' } })),
    at({ a: { 0: '5', 1: '9' }, b: { 0: '7' }, c: { 3: '1' } }),
  );
  assert.deepEqual(mergePositions(old, {}), old);
});

test('positions in another topic of the same name never mix with those in the former', () => {
  const old = at({ a: { 0: '5', 1: '6' } });
  assert.deepEqual(mergePositions(old, { a: other({ 0: '1' }) }), { a: other({ 0: '1' }) });
  const known = kept({ a: { 0: '5', 1: '6' } });
  assert.deepEqual(keep(known, { a: other({ 0: '1' }), b: other({ 0: '1' }) }), known);
  assert.deepEqual(keep(known, at({ a: { 0: '8' } })), kept({ a: { 0: '8', 1: '6' } }));
});

test('topics become known as they are; of one that was made anew it is told, and nothing of it is taken', () => {
  const known = kept({ a: { 0: '5' } }, 2);
  const is = { id: 'another', partitions: 1, noted: null, offsets: { 0: '3' } };
  const { kept: learnt, recreated } = learn(known, { a: is, ...standing({ b: { 1: '7' }, c: {} }) });
  assert.deepEqual(recreated, [{ topic: 'a', was: 'id-a', is }]);
  assert.deepEqual(learnt, {
    ...known,
    b: { id: 'id-b', begun: 0, partitions: 4, offsets: { 1: '7' } },
    c: { id: 'id-c', begun: 4, partitions: 4, offsets: {} },
  });
  assert.deepEqual(beginAnew(learnt, recreated)['a'], { id: 'another', begun: 0, partitions: 1, offsets: { 0: '3' } });
});

test('with how many partitions a topic was begun stays as it was, however many there are now', () => {
  const known = kept({ a: { 0: '5' } }, 2);
  assert.deepEqual(learn(known, standing({ a: { 0: '6', 3: '1' } })).kept, kept({ a: { 0: '6', 3: '1' } }, 2));
});

test('how many of its partitions are read becomes what there are; a broker that is behind takes none away', () => {
  const known = kept({ a: { 0: '5' } });
  const is = (partitions: number) => ({ a: { id: 'id-a', partitions, noted: null, offsets: {} } });
  assert.equal(learn(known, is(6)).kept['a']?.partitions, 6);
  assert.equal(learn(known, is(2)).kept['a']?.partitions, 4);
  const nameless = { a: { ...known['a']!, id: '' } };
  const fewer = { a: { ...is(2).a, id: '' } };
  assert.equal(learn(nameless, fewer).kept['a']?.partitions, 2, 'without ids it may be another topic');
});

test('positions that are set replace those of their partitions; in another topic, all', () => {
  const known = kept({ a: { 0: '5', 1: '6' } }, 2);
  assert.deepEqual(reset(known, kept({ a: { 0: '0' } }, 2)), kept({ a: { 0: '0', 1: '6' } }, 2));
  const set = { a: { ...other({ 0: '0' }), begun: 1, partitions: 4 } };
  assert.deepEqual(reset(known, set), set);
});

test('a task is told the positions of its own partitions, and of their topics which they are and how they were begun', () => {
  const known = kept({ in: { 0: '1', 1: '2', 2: '3', 10: '4', 11: '5' }, former: { 0: '1' } });
  assert.deepEqual(plain(keptOf(known, ['in'], 0, 2)), { in: { 0: '1', 2: '3', 10: '4' } });
  assert.deepEqual(plain(keptOf(known, ['in'], 1, 2)), { in: { 1: '2', 11: '5' } });
  assert.deepEqual(keptOf(known, ['in', 'unknown'], 3, 12), {
    in: { id: 'id-in', begun: 4, partitions: 4, offsets: {} },
  });
  assert.deepEqual(keptOf(known, ['in'], 4, 12), {}, 'of four partitions it owns none');
});
