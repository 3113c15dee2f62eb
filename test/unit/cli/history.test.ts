/** `millrace history` over a client in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../../src/contracts/failure.ts';
import type { HistoryEntry, RequestEntry } from '../../../src/contracts/history.ts';
import { runWith } from '../../support/cli.ts';
import { requestEntry as request, transitionEntry as transition } from '../../support/history.ts';
import { MemoryClient } from '../../support/memory-client.ts';
import { at } from '../../support/positions.ts';

function clientWith(...entries: HistoryEntry[]): MemoryClient {
  const client = new MemoryClient();
  client.histories.set('acme/denied', entries);
  return client;
}
const history = (client: MemoryClient, ...more: string[]) =>
  runWith(client, ['history', 'job', 'denied', '-t', 'acme', ...more]);
const times = (out: string): string[] => [...out.matchAll(/T00:00:(\d\d)/g)].map(([, s]) => s!);

test('what happened is a table, the oldest first: who, what, how long after, and why', async () => {
  const verdict = {
    kind: 'in_flight',
    reasons: [{ path: '/spec/sql', kind: 'in_flight', what: 'the filter changes', why: '', remedy: '' }],
  } as const;
  const ran = await history(
    clientWith(
      transition(1, { from: null, to: 'deploying', event: 'created' }),
      transition(2),
      request(3, { asked: { kind: 'stop', mode: 'drain' }, why: 'maintenance' }),
      request(4, { asked: { kind: 'apply', spec: {} as never, labels: {} }, verdict }),
      transition(5, {
        from: 'updating',
        to: 'rolling_back',
        event: 'unhealthy',
        cause: failure('bad_record', 'too many'),
      }),
    ),
  );
  assert.equal(ran.code, 0);
  assert.deepEqual(ran.out.split('\n'), [
    'TIME                      WHO       WHAT                                 REVISION  GENERATION  AFTER  WHY',
    '2026-01-01T00:00:01.000Z  millrace  created → deploying                  1         1           -',
    '2026-01-01T00:00:02.000Z  millrace  deploying → running (confirmed)      1         1           3.4s',
    '2026-01-01T00:00:03.000Z  ann       stop (drain)                         1         1           -      maintenance',
    '2026-01-01T00:00:04.000Z  ann       apply (in_flight)                    1         1           -      the filter changes',
    '2026-01-01T00:00:05.000Z  millrace  updating → rolling_back (unhealthy)  1         1           3.4s   bad_record: too many',
    '',
  ]);
});

test('every request is told in words', async () => {
  const asked: RequestEntry['asked'][] = [
    { kind: 'resume' },
    { kind: 'rescale', tasks: 1 },
    { kind: 'rescale', tasks: 4 },
    { kind: 'rewind', to: 'earliest' },
    { kind: 'rewind', to: { timestamp: '2026-01-01T00:00:00Z' } },
    { kind: 'rewind', to: { offsets: { in: { 0: '1' } } } },
    { kind: 'upgrade', release: '1.2.0' },
    { kind: 'apply', spec: {} as never, labels: {} },
  ];
  const { out } = await history(clientWith(...asked.map((a, i) => request(i + 1, { asked: a }))));
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .slice(1)
      .map((l) => l.split(/ {2,}/)[2]),
    [
      'resume',
      'rescale to 1 task',
      'rescale to 4 tasks',
      'rewind to earliest',
      'rewind to 2026-01-01T00:00:00Z',
      'rewind to named offsets',
      'upgrade to 1.2.0',
      'apply',
    ],
  );
});

test('wide shows plan, request and positions, and not more partitions than a line holds', async () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, p) => [p, '7']));
  const { out } = await history(
    clientWith(transition(1, { ended: at({ a: { 0: '12', 1: '9' }, b: { 0: '1' } }), began: at({ a: many }) })),
    '-o',
    'wide',
  );
  const [head, row] = out.split('\n');
  assert.match(head!, /PLAN +REQUEST +ENDED +BEGAN +WHY$/);
  assert.match(row!, /0123456789abcdef +- +a 0:12 1:9, b 0:1 +a 0:7 1:7 2:7 3:7 4:7 5:7 6:7 7:7 and 2 more$/);
});

test('what people wrote can not break the table or steer the terminal', async () => {
  const { out } = await history(clientWith(request(1, { by: 'a\u001b[2Jb', why: 'one\ntwo\tthree' })));
  assert.match(out, / a \[2Jb .* one two three\n$/);
});

test('the word job may be left out, and no other may stand there', async () => {
  const client = clientWith(transition(1));
  assert.equal((await runWith(client, ['history', 'denied', '-t', 'acme'])).out, (await history(client)).out);
  assert.equal((await runWith(client, ['history', 'jobs', 'denied', '-t', 'acme'])).code, 2);
});

test('--tail is the newest ones, and says that there are older ones', async () => {
  const client = clientWith(...Array.from({ length: 30 }, (_, i) => transition(i + 1)));
  const ran = await history(client, '--tail', '3');
  assert.deepEqual(times(ran.out), ['28', '29', '30']);
  assert.match(ran.err, /newest 3/);
  const all = await history(client);
  assert.equal(times(all.out).length, 30);
  assert.equal(all.err, '');
});

test('json and yaml have everything', async () => {
  const entries = [transition(1), request(2, {})];
  const client = clientWith(...entries);
  assert.deepEqual(JSON.parse((await history(client, '-o', 'json')).out), { items: entries });
  assert.match((await history(client, '-o', 'yaml')).out, /^items:\n {2}- kind: transition\n/);
});

test('a job without a history is not found', async () => {
  const ran = await history(new MemoryClient());
  assert.equal(ran.code, 4);
  assert.match(ran.err, /There is no history of a job acme\/denied\./);
});

test('--follow prints what comes, once each, until it is interrupted', async () => {
  const client = clientWith(transition(1), transition(2));
  const stop = new AbortController();
  const read = client.history.bind(client);
  let looks = 0;
  client.history = (...args) => {
    looks++;
    if (looks > 1) client.histories.get('acme/denied')!.push(transition(looks + 1));
    if (looks === 3) setImmediate(() => stop.abort());
    return read(...args);
  };
  const ran = await runWith(client, ['history', 'denied', '-t', 'acme', '-f', '-o', 'json'], {
    interrupt: stop.signal,
  });
  assert.equal(ran.code, 0);
  const seen = ran.out.trim().split('\n');
  assert.deepEqual(
    seen.map((l) => (JSON.parse(l) as HistoryEntry).seq),
    [1, 2, 3, 4],
  );
});
