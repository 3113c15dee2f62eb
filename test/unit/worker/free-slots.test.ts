/** How a host's free slots become leave to ask for tasks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';
import { whileFree } from '../../../src/worker/free-slots.ts';

const context = {
  slotType: 'activity',
  taskQueue: 'q',
  workerIdentity: 'w',
  workerBuildId: '',
  isSticky: false,
} as const;
const slotInfo = { type: 'activity', activityType: 'prepareTask' } as const;

/** An engine of so many slots, and one worker's leave to ask for what they take. */
function host(slots: number, atOnce: number) {
  const told: (() => void)[] = [];
  const engine = { slots, free: () => engine.slots, onFree: (tell: () => void) => void told.push(tell) };
  const { tuner, preparing } = whileFree(engine, atOnce);
  const supplier = tuner.activityTaskSlotSupplier as CustomSlotSupplier<ActivitySlotInfo>;
  const given: SlotPermit[] = [];
  return {
    given,
    supplier,
    preparing,
    ask: (abort = new AbortController()) => {
      supplier.reserveSlot(context, abort.signal).then(
        (permit) => given.push(permit),
        () => {},
      );
      return abort;
    },
    come: (permit: SlotPermit) => supplier.markSlotUsed({ permit, slotInfo }),
    go: (permit: SlotPermit) => supplier.releaseSlot({ permit }),
    take: () => {
      engine.slots -= 1;
    },
    free: () => {
      engine.slots += 1;
      for (const tell of told) tell();
    },
  };
}

test('no more is asked for than there are slots; what is given back is asked for again', async () => {
  const one = host(2, 8);
  for (let i = 0; i < 5; i++) one.ask();
  await turn();
  assert.equal(one.given.length, 2);
  const first = one.given[0]!;
  one.come(first);
  // It has come and has no slot yet, then it has one, and then it is prepared.
  await one.preparing(async () => one.take());
  one.go(first);
  await turn();
  assert.equal(one.given.length, 2);
  one.free();
  await turn();
  assert.equal(one.given.length, 3);
});

test('a poll that brought nothing lets the next one begin', async () => {
  const one = host(1, 8);
  for (let i = 0; i < 2; i++) one.ask();
  await turn();
  one.go(one.given[0]!);
  await turn();
  assert.equal(one.given.length, 2);
});

test('polls and preparations are no more than may be at once, whatever is free', async () => {
  const one = host(64, 2);
  for (let i = 0; i < 4; i++) one.ask();
  await turn();
  assert.equal(one.given.length, 2);
  one.come(one.given[0]!);
  await one.preparing(async () => one.take());
  await turn();
  assert.equal(one.given.length, 2);
  one.go(one.given[0]!);
  await turn();
  assert.equal(one.given.length, 3);
});

test('who gives up waiting takes nobody else along, and takes no slot later', async () => {
  const one = host(0, 8);
  const first = one.ask();
  const gaveUp = one.supplier.reserveSlot(context, AbortSignal.abort(new Error('over')));
  await assert.rejects(gaveUp, /over/);
  one.ask();
  first.abort();
  one.free();
  await turn();
  assert.equal(one.given.length, 1);
  first.abort();
  one.free();
  await turn();
  assert.equal(one.given.length, 1);
  assert.equal(one.supplier.tryReserveSlot(context) !== null, true);
});
