/** Local queries over container files that avsc wrote, length-prefixed bodies, and stdin. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import avsc from 'avsc';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1 } from '../../../../examples/firewall/queries.ts';
import { explainQuery } from '../../../../src/pipeline/query/explain.ts';
import { type RunQuery, runQuery } from '../../../../src/pipeline/query/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-query-'));
after(() => rmSync(folder, { recursive: true }));

const bodies = [...generateEvents({ seed: 2, count: 3000 })];
const type = avsc.Type.forSchema(JSON.parse(eventSchema) as avsc.Schema);

type Done = (error: Error | null, bytes: Buffer) => void;
const codecs = {
  null: (bytes: Buffer, done: Done) => done(null, bytes),
  deflate: (bytes: Buffer, done: Done) => done(null, deflateRawSync(bytes)),
};

async function container(codec: 'null' | 'deflate'): Promise<string> {
  const chunks: Buffer[] = [];
  const encoder = new avsc.streams.BlockEncoder(type, { codec, codecs } as never);
  encoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const body of bodies) encoder.write(type.fromBuffer(body));
  encoder.end();
  await once(encoder, 'end');
  const path = join(folder, `${codec}.avro`);
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

function prefixed(list: readonly Buffer[], name = 'events.bin'): string {
  const path = join(folder, name);
  const parts = list.flatMap((body) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return [length, body];
  });
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

async function rows(order: Omit<RunQuery, 'write'>) {
  const chunks: Buffer[] = [];
  const done = await runQuery({ ...order, write: (b) => void chunks.push(Buffer.from(b)) });
  return { done, lines: Buffer.concat(chunks).toString().split('\n').slice(0, -1) };
}

test('a container file, deflated or not, the same bodies length-prefixed, and stdin give the same rows', async () => {
  const bin = prefixed(bodies);
  const first = await rows({ sql: q1, schemaText: eventSchema, input: bin });
  assert.equal(first.done.read, 3000);
  assert.equal(first.done.written, first.lines.length);
  assert.ok(first.lines.length > 600 && first.lines.length < 900);
  for (const codec of ['null', 'deflate'] as const)
    assert.deepEqual((await rows({ sql: q1, input: await container(codec) })).lines, first.lines);
  const all = await rows({ sql: 'SELECT * FROM anything', schemaText: eventSchema, input: bin, limit: 7 });
  assert.equal(all.lines.length, 7);
  async function* stdin() {
    const bytes = Buffer.concat(
      bodies.slice(0, 2).flatMap((b) => [Buffer.from([0, 0, b.length >> 8, b.length & 255]), b]),
    );
    for (const byte of bytes) yield Buffer.from([byte]);
  }
  const piped = await rows({ sql: 'SELECT event_id FROM f', schemaText: eventSchema, input: '-', stdin: stdin() });
  assert.deepEqual(piped.lines, ['{"event_id":"evt-000000000000"}', '{"event_id":"evt-000000000001"}']);
});

test('a bad record ends the query with its number, or is told and passed over', async () => {
  const input = prefixed([bodies[0]!, bodies[1]!.subarray(0, 30), bodies[2]!], 'bad.bin');
  const order = { sql: 'SELECT * FROM t', schemaText: eventSchema, input };
  await assert.rejects(rows(order), { name: 'MillraceError', message: /^Record 1 \(counted from 0\).*the body ends/ });
  const told: number[] = [];
  const { done, lines } = await rows({ ...order, errors: 'skip', onError: (_, record) => told.push(record) });
  assert.deepEqual([done, lines.length, told], [{ read: 3, written: 2, failed: 1 }, 2, [1]]);
});

test('a cut, a missing or a schemaless input is an error that says what to do', async () => {
  writeFileSync(join(folder, 'cut.bin'), Buffer.from([0, 0, 1, 0, 1]));
  await assert.rejects(rows({ sql: q1, schemaText: eventSchema, input: join(folder, 'cut.bin') }), {
    name: 'MillraceError',
  });
  await assert.rejects(
    rows({ sql: q1, schemaText: eventSchema, input: join(folder, 'none.bin') }),
    /Can't read .*none\.bin/,
  );
  await assert.rejects(rows({ sql: q1, input: prefixed(bodies.slice(0, 1), 'one.bin') }), /--schema/);
});

test('explain shows what a query reads, makes and runs', () => {
  const { stream, readColumns, output, source } = explainQuery(
    "SELECT geo.country AS c FROM f WHERE rule LIKE 'a%'",
    eventSchema,
  );
  assert.deepEqual(
    [stream, readColumns, output],
    ['f', ['geo.country', 'rule'], [{ name: 'c', type: 'VARCHAR', nullable: true }]],
  );
  assert.match(source, /function run\(src, start, end, dst, at\)/);
});
