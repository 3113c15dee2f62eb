/** Who is to blame for a thread that has ended, and what follows: nobody for another's record, nobody on a suspicion alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import { Blame, Suspects, ThreadEnded } from '../../../../src/pipeline/runtime/blame.ts';
import { ProducerMark } from '../../../../src/pipeline/runtime/producer-mark.ts';
import { RefusedRecords } from '../../../../src/pipeline/runtime/refused-records.ts';

const at = (offset: number, stuck = false): ThreadEnded =>
  new ThreadEnded(
    'by hand',
    { plan: 'p', task: 't', record: { topic: 'in', partition: 3, offset: String(offset) } },
    stuck,
  );

test('a task whose neighbour ended the thread goes on among the others', () => {
  const blame = new Blame();
  assert.equal(blame.judge(at(7), false, 'fail'), null);
  assert.equal(blame.judge(new ThreadEnded('between steps', null, false), false, 'fail'), null);
  assert.deepEqual([blame.apart, blame.refused], [false, []]);
});

test('a record at which memory ran out is tried again apart, and is to blame when that ends too', () => {
  const blame = new Blame();
  assert.equal(blame.judge(at(7), true, 'fail'), null);
  assert.deepEqual([blame.apart, blame.refused], [true, []]);
  const failed = blame.judge(at(7), true, 'fail');
  assert.deepEqual([failed?.code, failed?.record?.offset], ['bad_record', '7']);
});

test('another record than the suspected one is suspected itself', () => {
  const blame = new Blame();
  assert.equal(blame.judge(at(7), true, 'fail'), null);
  assert.equal(blame.judge(at(8), true, 'fail'), null);
  assert.notEqual(blame.judge(at(8), true, 'fail'), null);
});

test('the error policy deals with a record that is to blame; one that ends threads all the same ends its task', () => {
  const blame = new Blame();
  assert.equal(blame.judge(at(7, true), true, 'skip'), null);
  assert.deepEqual(
    blame.refused.map(({ topic, partition, offset }) => [topic, partition, offset]),
    [['in', 3, 7]],
  );
  assert.equal(blame.judge(at(7, true), true, 'skip')?.code, 'bad_record');
});

test('threads that end one after the other end the task, as its own doing or not', () => {
  const [own, others] = [new Blame(), new Blame()];
  for (let i = 0; i < limits.taskThreadsMax; i++) {
    assert.equal(own.judge(at(i, true), true, 'skip'), null);
    assert.equal(others.judge(at(i, true), false, 'skip'), null);
  }
  assert.equal(own.judge(at(99, true), true, 'skip')?.code, 'bad_record');
  const failed = others.judge(at(99, true), false, 'skip');
  assert.deepEqual([failed?.code, failed?.retry], ['internal', true]);
});

test('plans in whose steps threads have ended are remembered, the newest of a bounded number', () => {
  const suspects = new Suspects();
  for (let i = 0; i <= limits.suspectPlansMax; i++) suspects.add(`plan ${i}`);
  assert.deepEqual(
    [suspects.has('plan 0'), suspects.has('plan 1'), suspects.has(`plan ${limits.suspectPlansMax}`)],
    [false, true, true],
  );
  assert.equal(suspects.has('another'), false);
});

test("a producer's identity is read as it was written last, by who shares the memory", () => {
  const mark = new ProducerMark();
  const other = new ProducerMark(mark.memory);
  assert.equal(other.read(), null);
  for (const n of [1, 2, 3]) {
    const identity = { producerId: String(2n ** 53n + BigInt(n)), producerEpoch: n };
    mark.write({ identity, aborted: n === 2 });
    assert.deepEqual(other.read(), { identity, aborted: n === 2 });
  }
});

test('what is known of refused records is forgotten once it is committed, and bounded', () => {
  const refusal = { stage: 'sink', code: 'bad_record', cause: 'because', restamp: false, final: false } as const;
  const known = new RefusedRecords([{ topic: 'in', partition: 0, offset: 5, refusal }]);
  known.add('in', 0, 9, refusal);
  known.forget('in', 0, 9);
  assert.deepEqual([...known.of('in', 0)!.keys()], [9]);
  known.forget('in', 0, 10);
  assert.equal(known.of('in', 0), null);
  for (let i = 0; i < limits.refusedRecordsMax; i++) assert.ok(known.add('in', 1, i, refusal));
  assert.ok(!known.add('in', 1, limits.refusedRecordsMax, refusal));
});
