/** The checker turns red on everything that it is there for, and on nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generationsBegun } from './bystander.ts';
import { type Evidence, findDifferences, type Row } from './checker.ts';
import { apart, type Former } from './former.ts';

/** Two input partitions of 20 records, offsets with gaps as transactions leave them, all output to one topic with two partitions. */
function sound(): { -readonly [K in keyof Evidence]: Evidence[K] } & { rows: Row[] } {
  const offset = (i: number): number => i + Math.floor(i / 5);
  const inputs = [0, 1].map((p) =>
    Array.from({ length: 20 }, (_, i) => ({ offset: offset(i), seq: i, key: `k${(i + p) % 3}` })),
  );
  const rows = inputs.flatMap((records, p) =>
    records.map(({ offset: o, seq, key }) => {
      return { topic: 'out', partition: seq % 2, p, o, seq, key, revision: seq < 10 ? 1 : 2 };
    }),
  );
  return { inputs, rows, committed: [24, 24] };
}

const kinds = (evidence: Evidence): string[] => findDifferences(evidence).map((d) => d.slice(0, d.indexOf(' (')));

test('a sound output has no differences, one that ends at the committed positions neither', () => {
  assert.deepEqual(findDifferences(sound()), []);
  const early = sound();
  early.committed = [12, 6];
  early.rows = early.rows.filter((r) => r.o < early.committed[r.p]!);
  assert.deepEqual(findDifferences(early), []);
});

test('a row that is missing is lost', () => {
  const e = sound();
  e.rows.splice(7, 1);
  assert.deepEqual(findDifferences(e), ['lost (1): input 0/8 is not output (committed: 24)']);
});

test('a row twice is repeated and out of order', () => {
  const e = sound();
  e.rows.push(e.rows[25]!);
  assert.deepEqual(kinds(e), ['repeated', 'out of order']);
});

test('two rows of one input partition that changed places are out of order', () => {
  const e = sound();
  [e.rows[4], e.rows[6]] = [e.rows[6]!, e.rows[4]!];
  assert.deepEqual(kinds(e), ['out of order']);
});

test('a row of another content than its input is changed, one of no input is from nowhere', () => {
  const e = sound();
  e.rows[3] = { ...e.rows[3]!, seq: 99 };
  assert.deepEqual(kinds(e), ['changed']);
  const f = sound();
  f.rows.push({ topic: 'out', partition: 0, p: 1, o: 500, seq: 0, key: 'k', revision: 2 });
  assert.deepEqual(kinds(f), ['from nowhere']);
});

test('a row behind the committed positions is ahead of them', () => {
  const e = sound();
  e.committed = [24, 20];
  assert.deepEqual(kinds(e), ['ahead']);
});

test('plans that go back and forth are seen', () => {
  const e = sound();
  e.rows = e.rows.map((r) => ({ ...r, revision: (r.seq >> 2) % 2 }));
  assert.deepEqual(kinds(e), ['back and forth']);
});

test('a generation that a bystander has begun is seen', () => {
  assert.deepEqual(generationsBegun('other', 3, 3), []);
  assert.match(generationsBegun('other', 3, 4).join(), /other, to whom nothing happened, .* from generation 3 to 4/);
});

/** The same topic made again after 20 records of each partition: numbers go on, offsets begin anew. */
function madeAgain(): { former: Former; present: ReturnType<typeof sound> } {
  const old = sound();
  const present = sound();
  const on = <T extends { readonly seq: number }>(record: T): T => ({ ...record, seq: record.seq + 20 });
  present.inputs = present.inputs.map((records) => records.map(on));
  present.rows = [...old.rows, ...present.rows.map(on)];
  return { former: { inputs: old.inputs, committed: [24, 6], end: [20, 20], newId: 'new' }, present };
}

test('the output of a topic and of the one that took its name is sound, though both have the same offsets', () => {
  const { former, present } = madeAgain();
  assert.deepEqual(apart(former, present), []);
});

test('of the former topic only what comes last may lack, and of the new one nothing', () => {
  const { former, present } = madeAgain();
  present.rows = present.rows.filter((r) => r.seq !== 19);
  assert.deepEqual(apart(former, present), ['of the former topic: lost (1): input 0/22 is not output (committed: 24)']);
  present.rows = present.rows.filter((r) => r.p !== 1 || r.seq !== 20);
  assert.equal(apart(former, present).at(-1), 'lost (1): input 1/0 is not output (committed: 24)');
});

test('a row of the former topic after one of the new one is out of order, one that is repeated is seen', () => {
  const late = madeAgain();
  late.present.rows.push(late.present.rows.shift()!);
  assert.deepEqual(
    apart(late.former, late.present).map((d) => d.slice(0, d.indexOf(' ('))),
    ['of the former topic: out of order', 'out of order'],
  );
  const twice = madeAgain();
  twice.present.rows.push(twice.present.rows.at(-1)!);
  assert.deepEqual(
    apart(twice.former, twice.present).map((d) => d.slice(0, d.indexOf(' ('))),
    ['repeated', 'out of order', 'out of order'],
  );
});
