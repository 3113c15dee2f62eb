/** JSON lines → Avro bodies, read back by avsc; and Kafka's partition of a key. */
import assert from 'node:assert/strict';
import test from 'node:test';
import avsc from 'avsc';
import { jsonToAvro } from '../../../src/cli/avro-json.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { murmur2 } from '../../../src/pipeline/kafka/murmur2.ts';

const schema: avsc.Schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'a', type: 'string' },
    { name: 'n', type: ['null', 'long'], default: null },
    { name: 't', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'd', type: { type: 'int', logicalType: 'date' }, default: 0 },
    { name: 'b', type: 'bytes', default: '' },
    { name: 'e', type: { type: 'enum', name: 'E', symbols: ['X', 'Y'] }, default: 'X' },
    {
      name: 'g',
      type: ['null', { type: 'record', name: 'G', fields: [{ name: 'c', type: ['null', 'string'] }] }],
      default: null,
    },
    { name: 'm', type: { type: 'map', values: 'double' }, default: {} },
    { name: 'l', type: { type: 'array', items: ['int', 'string'] }, default: [] },
  ],
};
const avro = jsonToAvro(JSON.stringify(schema));
const plain = avsc.Type.forSchema(schema);
const back = (json: string) => JSON.parse(JSON.stringify(plain.fromBuffer(avro.encode(json))));

function problems(json: string): Record<string, string> {
  try {
    avro.encode(json);
  } catch (error) {
    assert.ok(error instanceof MillraceError && error.failure.code === 'bad_record');
    return Object.fromEntries(error.problems.map((p) => [p.path, `${p.message} → ${p.remedy ?? ''}`]));
  }
  assert.fail('it is refused');
}

test('unions are written plainly or wrapped, times as text or numbers, bytes as base64', () => {
  const written = back(
    '{"a":"x","t":"2026-01-01T00:00:00Z","d":"1970-01-03","b":"aGk=","n":5,"g":{"c":"US"},"m":{"k":1},"l":[1,"z"]}',
  );
  const b = { type: 'Buffer', data: [104, 105] };
  assert.deepEqual(written, {
    a: 'x',
    n: 5,
    t: 1767225600000,
    d: 2,
    b,
    e: 'X',
    g: { c: 'US' },
    m: { k: 1 },
    l: [1, 'z'],
  });
  assert.equal(back('{"a":"x","t":5,"n":{"long":6}}').n, 6);
});

test('missing fields take their defaults', () => {
  const { n, d, e, g, m, l } = back('{"a":"x","t":5}');
  assert.deepEqual({ n, d, e, g, m, l }, { n: null, d: 0, e: 'X', g: null, m: {}, l: [] });
});

test('the whole range of long is exact', () => {
  const long = jsonToAvro('"long"');
  assert.deepEqual([...long.encode('9223372036854775807')], [0xfe, ...Array(8).fill(0xff), 0x01]);
  assert.deepEqual([...long.encode('-9223372036854775808')], [...Array(9).fill(0xff), 0x01]);
  assert.throws(() => long.encode('9223372036854775808'), MillraceError);
});

test('every mistake of a record is told at once', () => {
  const found = problems('{"a":1,"tt":5,"n":"x","e":"Z","g":{"c":5},"b":"%","l":[true]}');
  assert.deepEqual(Object.keys(found).sort(), ['/a', '/b', '/e', '/g/c', '/l/0', '/n', '/t', '/tt']);
  assert.match(found['/tt'] ?? '', /write t$/);
  assert.match(found['/e'] ?? '', /write one of X, Y/);
  assert.match(found['/t'] ?? '', /is missing, and has no default/);
});

test('what is no JSON, and a schema that is none, are refused as such', () => {
  assert.throws(
    () => avro.encode('{"a":'),
    (e) => e instanceof MillraceError && e.failure.code === 'bad_record',
  );
  assert.throws(
    () => jsonToAvro('{"type":"nope"}'),
    (e) => e instanceof MillraceError && e.failure.code === 'invalid_schema',
  );
});

test("a key's hash is the one of Kafka's own tests", () => {
  // UtilsTest.testMurmur2 of Apache Kafka.
  const cases = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  };
  for (const [key, hash] of Object.entries(cases))
    assert.equal(murmur2(Buffer.from(key), 0, Buffer.byteLength(key)), hash, key);
});
