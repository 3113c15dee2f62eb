/** The example's events and queries: what the demo, the bench and the integration tests build on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1, q2 } from '../../../../examples/firewall/queries.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { runOnce, typeOf } from '../support.ts';

interface Event extends Record<string, unknown> {
  readonly event_id: string;
  readonly action: string;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly geo: { readonly country: string | null };
  readonly payload: Buffer;
}

const type = typeOf(eventSchema);
const bodies = [...generateEvents({ seed: 11, count: 4000 })];
const events = bodies.map((body) => type.fromBuffer(body) as Event);
const kernelFor = (sql: string, writer = eventSchema) =>
  compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' }).kernel('firewall', writer);

test('generated events are what avsc writes for the same values, about 460 bytes each, with unique ids', () => {
  for (const [i, body] of bodies.entries()) assert.deepEqual(type.toBuffer(events[i]), body);
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  assert.ok(bytes > 430 && bytes < 490, String(bytes));
  assert.equal(new Set(events.map((e) => e.event_id)).size, events.length);
});

test('the same seed makes the same events, also when a run is continued', () => {
  const again = [
    ...generateEvents({ seed: 11, count: 1000 }),
    ...generateEvents({ seed: 11, count: 3000, from: 1000 }),
  ];
  assert.deepEqual(again, bodies);
  assert.notDeepEqual([...generateEvents({ seed: 12, count: 1 })], bodies.slice(0, 1));
});

test('Q1 keeps about a quarter, and both queries write byte for byte what JSON.stringify writes', () => {
  const [first, second] = [kernelFor(q1), kernelFor(q2)];
  let kept = 0;
  events.forEach((e, i) => {
    const { time_generated, source_ip, dest_ip, source_user, app, action, bytes_sent, bytes_received, geo, rule } = e;
    const { country } = geo;
    const keeps = action === 'deny' && bytes_sent + bytes_received > 1000 && country !== null && country !== 'US';
    if (keeps) kept++;
    const row = { time_generated, source_ip, dest_ip, source_user, app, action, bytes_sent, bytes_received, country };
    const wanted = keeps ? JSON.stringify({ ...row, rule: String(rule).toUpperCase() }) : undefined;
    assert.equal(runOnce(first, bodies[i]!), wanted);
    assert.equal(runOnce(second, bodies[i]!), JSON.stringify({ ...e, payload: e.payload.toString('base64') }));
  });
  assert.ok(kept > 900 && kept < 1150, String(kept));
});

test('events of another writer schema are read where it has the columns, and refused where it has not', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'Event',
    fields: [
      { name: 'added', type: 'long' },
      { name: 'rule', type: 'string' },
    ],
  });
  const body = typeOf(schema).toBuffer({ added: 5, rule: 'r' });
  assert.equal(runOnce(kernelFor('SELECT UPPER(rule) AS r FROM firewall', schema), body), '{"r":"R"}');
  assert.throws(() => kernelFor('SELECT action FROM firewall', schema), {
    name: 'MillraceError',
    message: /action: the writer has no such field/,
  });
  const changed = schema.replace('"string"', '"int"');
  assert.throws(() => kernelFor('SELECT rule FROM firewall', changed), {
    name: 'MillraceError',
    message: /rule: the writer's int can't be read as string/,
  });
});
