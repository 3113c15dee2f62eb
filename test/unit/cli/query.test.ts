/** `millrace query` and `millrace explain` over files and stdin: options, what is printed where, exit codes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateEvents } from '../../../examples/firewall/generate.ts';
import { runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-query-'));
after(() => rmSync(folder, { recursive: true }));

const schema = join(folder, 'e.avsc');
writeFileSync(
  schema,
  JSON.stringify({
    type: 'record',
    name: 'E',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'name', type: 'string' },
    ],
  }),
);
/** Length-prefixed records of small ids and names, as text: all their bytes are ASCII. */
const bin = (...records: readonly (readonly [id: number, name: string])[]): string =>
  records
    .map(([id, name]) => {
      const body = Buffer.from([2 * id, 2 * name.length, ...Buffer.from(name)]);
      return `\0\0\0${String.fromCharCode(body.length)}${body.toString()}`;
    })
    .join('');
const input = bin([1, 'ada'], [2, 'b,b']);
const run = (args: readonly string[], stdin = input) => runWith(new MemoryClient(), [...args], { stdin });
const query = (sql: string, ...more: string[]) => run(['query', '--schema', schema, '--sql', sql, ...more]);

test('query: rows to stdout, what it did to stderr', async () => {
  const { code, out, err } = await query('SELECT name, id FROM whatever WHERE id = 1');
  assert.deepEqual([code, out, err], [0, '{"name":"ada","id":1}\n', '2 read, 1 written\n']);
});

test('query: the format and its options, keys, and a limit', async () => {
  const csv = await query('SELECT * FROM e', '--format', 'csv', '--format-option', 'header=true');
  assert.equal(csv.out, 'id,name\r\n1,ada\r\n2,"b,b"\r\n');
  const text = await query('SELECT id FROM e', '--format-option', 'bigint=string', '--limit', '1');
  assert.equal(text.out, '{"id":"1"}\n');
  const keyed = await query('SELECT id FROM e KEY BY name', '--print-key');
  assert.equal(keyed.out, 'ada\t{"id":1}\nb,b\t{"id":2}\n');
  const avro = await query('SELECT id FROM e', '--format', 'avro');
  assert.ok(avro.out.startsWith('Obj\u0001'));
});

test('query: options that mean nothing are refused before anything is read', async () => {
  for (const [args, says] of [
    [['--format-option', 'bigint=text'], /no options of the format json/],
    [['--format-option', 'header'], /write name=value/],
    [['--format', 'csv', '--format-option', 'delimiter=N', '--format-option', 'null=NULL'], /null holds the delimiter/],
    [['--format', 'avro', '--print-key'], /no room for keys/],
    [['--input', 'a', '--topic', 'b'], /--input or --topic, not both/],
    [['--sql-file', 'x'], /either --sql or --sql-file/],
    [['--format', 'xml'], /json, avro, csv/],
  ] as const) {
    const { code, out, err } = await query('SELECT id FROM e', ...args);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, says);
  }
});

test('query: SQL that is wrong is shown with its caret; a bad record ends it, or is told and skipped', async () => {
  const wrong = await query('SELECT nam FROM e');
  assert.equal(wrong.code, 3);
  assert.match(wrong.err, /did you mean name\?/);
  assert.match(wrong.err, /\^/);
  const bad = ['query', '--schema', schema, '--sql', 'SELECT 1 / (id - 1) AS q FROM e'];
  const failed = await run(bad);
  assert.deepEqual([failed.code, failed.out], [3, '']);
  assert.match(failed.err, /Record 0 .*division by zero/);
  const skipped = await run([...bad, '--on-error', 'skip']);
  assert.deepEqual([skipped.code, skipped.out], [0, '{"q":1}\n']);
  assert.match(skipped.err, /record 0: .*division by zero.*\n2 read, 1 written, 1 wrong/);
});

test('explain: plan, read columns, output and its schema; the code where it is asked for', async () => {
  const args = ['explain', '--schema', schema, '--sql', 'SELECT id + 1 AS n FROM e'];
  const { code, out } = await run(args);
  assert.equal(code, 0);
  assert.match(
    out,
    /^Plan:\n {2}Project \(id \+ 1\) AS n\n {4}└ Scan e\n\nReads:\n {2}id\n\nOutput:\n {2}n {2}BIGINT NOT NULL\n/,
  );
  assert.match(out, /Output schema:\n[\s\S]*"name": "n"/);
  assert.doesNotMatch(out, /function run/);
  assert.match((await run([...args, '--code'])).out, /Code:\n[\s\S]*function run\(/);
  const data = JSON.parse((await run([...args, '-o', 'json'])).out);
  assert.deepEqual(Object.keys(data), ['stream', 'plan', 'readColumns', 'output', 'outputSchema']);
  assert.match(JSON.parse((await run([...args, '-o', 'json', '--code'])).out).source, /function run\(/);
  const constant = await run(['explain', '--schema', schema, '--sql', 'SELECT 1 AS one FROM e']);
  assert.match(constant.out, /Reads:\n {2}no column/);
});

test('explain: a wrong query is shown with its caret, and without a path into a document', async () => {
  const { code, err } = await run(['explain', '--schema', schema, '--sql', 'SELECT nam FROM e']);
  assert.equal(code, 3);
  assert.match(err, /\^/);
  assert.doesNotMatch(err, /spec\/sql/);
});

test("the README's query finds what it asks for in the example's file, which holds the generator's first hundred events", async () => {
  const file = 'examples/firewall/events.avro';
  const { code, out } = await run(['query', '--input', file, '--sql', 'SELECT event_id, payload FROM events']);
  const ids = out.split('\n').filter((line) => line !== '');
  const sql = 'SELECT event_id, payload FROM events';
  const made = join(folder, 'made.bin');
  const bodies = [...generateEvents({ seed: 1, count: 100 })];
  const size = (body: Buffer): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(body.length);
    return bytes;
  };
  writeFileSync(made, Buffer.concat(bodies.flatMap((body) => [size(body), body])));
  const same = await run(['query', '--schema', 'examples/firewall/event.avsc', '--input', made, '--sql', sql]);
  assert.deepEqual([code, ids.length, out], [0, 100, same.out]);
});
