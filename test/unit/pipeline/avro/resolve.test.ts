/** Writer's and reader's schemas: the table of the specification, one row each; and the values that come out of bytes read so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { defaultValue } from '../../../../src/pipeline/avro/default-value.ts';
import { OutOfDomain } from '../../../../src/pipeline/avro/domain.ts';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { mistakeOf, type Reading, resolve } from '../../../../src/pipeline/avro/resolve.ts';
import { Fault, wire } from '../../../../src/pipeline/kernel/wire.ts';
import { recordReader } from '../../../support/reader.ts';

type Json = string | object;

const reading = (writer: Json, reader: Json): Reading =>
  resolve(parseSchema(JSON.stringify(writer)), parseSchema(JSON.stringify(reader)));

/** `value`, written by avsc, as it is read. */
function read(writer: Json, reader: Json, value: unknown): unknown {
  const body = avsc.Type.forSchema(writer as avsc.Schema, { wrapUnions: true }).toBuffer(value);
  const got = recordReader(reading(writer, reader))(body, 0, body.length);
  assert.equal(wire.at, body.length);
  return got;
}

const record = (name: string, fields: object[], more = {}): Json => ({ type: 'record', name, fields, ...more });
const one = (type: Json, more = {}): Json => record('R', [{ name: 'f', type, ...more }]);
const symbols = (name: string, list: string[], more = {}): Json => ({ type: 'enum', name, symbols: list, ...more });
const decimal = (precision: number, scale: number): Json => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision,
  scale,
});
const fixed = (name: string, size: number, more = {}): Json => ({ type: 'fixed', name, size, ...more });

test('only the promotions of the specification are made', () => {
  const types = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
  const allowed = ['int long', 'int float', 'int double', 'long float', 'long double', 'float double', 'string bytes'];
  for (const writer of types)
    for (const reader of types) {
      const wanted =
        writer === reader
          ? 'same'
          : [...allowed, 'bytes string'].includes(`${writer} ${reader}`)
            ? 'promoted'
            : 'mismatch';
      assert.equal(reading(writer, reader).kind, wanted, `${writer} as ${reader}`);
    }
});

test('promoted values keep their worth', () => {
  assert.equal(read('int', 'double', -7), -7);
  assert.equal(read('int', 'float', 16_777_217), 16_777_216);
  assert.equal(read('long', 'double', 12), 12);
  assert.equal(read('float', 'double', 0.5), 0.5);
  assert.equal(read('bytes', 'string', Buffer.from('é')), 'é');
  assert.deepEqual(read('string', 'bytes', 'é'), Buffer.from('é'));
});

test('a long becomes the nearest float in one rounding', () => {
  // 2^60 + 2^36 lies between two floats; the bit below decides, and a double on the way would lose it.
  const body = Buffer.from([0x82, 0x80, 0x80, 0x80, 0x80, 0x04, 0, 0, 0, 0]);
  const long = (v: bigint): Buffer => {
    const bytes: number[] = [];
    for (let rest = v << 1n; ; rest >>= 7n) {
      if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
      bytes.push(Number(rest & 127n) | 128);
    }
  };
  const toFloat = (v: bigint): unknown => {
    const bytes = long(v);
    return recordReader(reading('long', 'float'))(bytes, 0, bytes.length);
  };
  assert.equal(body.length, 10);
  assert.equal(toFloat((1n << 60n) + (1n << 36n) + 1n), 2 ** 60 + 2 ** 37);
  assert.equal(toFloat((1n << 60n) + (1n << 36n)), 2 ** 60);
});

test('the same bytes need no resolution, whatever is around them', () => {
  assert.equal(reading(one('int'), record('Other', [{ name: 'f', type: 'int', default: 3 }])).kind, 'same');
  assert.equal(reading({ type: 'array', items: 'int' }, { type: 'array', items: 'int' }).kind, 'same');
  assert.equal(
    reading({ type: 'map', values: ['null', 'int'] }, { type: 'map', values: ['null', 'int'] }).kind,
    'same',
  );
  assert.equal(reading({ type: 'int', logicalType: 'date' }, 'int').kind, 'same');
  assert.equal(reading(['null', record('A', [])], ['null', record('B', [])]).kind, 'same');
});

test('a recursive schema resolves to a graph that ends, also when it changes in its depth', () => {
  const node = (value: Json, more: object[] = []): Json =>
    record('Node', [{ name: 'value', type: value }, { name: 'next', type: ['null', 'Node'] }, ...more]);
  assert.equal(reading(node('int'), node('int')).kind, 'same');
  const value = { value: 1, next: { Node: { value: 2, next: null } } };
  assert.deepEqual(read(node('int'), node('double', [{ name: 'x', type: 'int', default: 9 }]), value), [
    1,
    [2, null, 9],
    9,
  ]);
});

test('fields are found by name in any order, unwanted ones passed over, missing ones filled with defaults', () => {
  const writer = record('R', [
    { name: 'a', type: 'int' },
    { name: 'gone', type: { type: 'map', values: 'string' } },
    { name: 'b', type: 'string' },
  ]);
  const reader = record('R', [
    { name: 'b', type: 'string' },
    { name: 'new', type: { type: 'array', items: 'int' }, default: [1, 2] },
    { name: 'a', type: 'long' },
  ]);
  assert.deepEqual(read(writer, reader, { a: 5, gone: { x: 'y' }, b: 'z' }), ['z', [1, 2], 5]);
  assert.match(mistakeOf(reading(one('int'), record('R', [{ name: 'g', type: 'int' }])))!, /^g: .*no such field/);
});

test('defaults of every type are the values that SQL holds', () => {
  const of = (type: Json, json: unknown): unknown => defaultValue(parseSchema(JSON.stringify(type)), json);
  assert.equal(of('long', 5), 5);
  assert.equal(of('float', 0.1), Math.fround(0.1));
  assert.deepEqual(of('bytes', '\u00ff\u0001'), Buffer.from([255, 1]));
  assert.equal(of(decimal(4, 2), '\u00ff\u0038'), -200);
  assert.equal(
    of(fixed('U', 16, { logicalType: 'uuid' }), '\u0012'.repeat(16)),
    '12121212-1212-1212-1212-121212121212',
  );
  assert.deepEqual(of({ type: 'map', values: 'int' }, { a: 1 }), new Map([['a', 1]]));
  assert.equal(of(['null', 'int'], null), null);
  assert.equal(of(['int', 'null'], 4), 4);
  assert.deepEqual(of(['int', 'null', 'string'], 'x'), { branch: 2, value: 'x' });
  const inner = record('I', [
    { name: 'x', type: 'int', default: 8 },
    { name: 'y', type: 'string' },
  ]);
  assert.deepEqual(of(inner, { y: 'q' }), [8, 'q']);
});

test('a default that holds itself for ever is a mistake of the schema, not a stack overflow', () => {
  const schema = parseSchema(JSON.stringify(record('L', [{ name: 'l', type: 'L', default: {} }])));
  assert.throws(() => defaultValue(schema, {}), { name: 'MillraceError', message: /nested deeper/ });
});

test('aliases of the reader find fields and named types under their old names', () => {
  const reader = record('R', [{ name: 'g', aliases: ['x', 'f'], type: symbols('New', ['A'], { aliases: ['Old'] }) }]);
  assert.deepEqual(read(one(symbols('Old', ['A', 'B'])), reader, { f: 'A' }), ['A']);
  // What was called f is g now, and the reader's own f is new.
  const moved = record('R', [
    { name: 'f', type: 'int', default: 0 },
    { name: 'g', type: 'int', aliases: ['f'] },
  ]);
  assert.deepEqual(read(one('int'), moved, { f: 7 }), [0, 7]);
  // A writer that has both names is read by them.
  const both = record('R', [
    { name: 'f', type: 'int' },
    { name: 'g', type: 'int' },
    { name: 'h', type: 'int' },
  ]);
  assert.deepEqual(read(both, moved, { f: 7, g: 8, h: 9 }), [7, 8]);
});

test('enum symbols are found by name; one that the reader has not becomes its default, or is an error of the value', () => {
  const writer = symbols('E', ['A', 'B', 'C']);
  assert.equal(read(writer, symbols('E', ['C', 'A', 'X']), 'C'), 'C');
  assert.equal(read(writer, symbols('E', ['C', 'A', 'X'], { default: 'X' }), 'B'), 'X');
  assert.throws(() => read(writer, symbols('E', ['C', 'A']), 'B'), {
    name: 'RecordError',
    message: /B is no symbol of E/,
  });
  assert.equal(reading(writer, symbols('F', ['A', 'B', 'C'])).kind, 'mismatch');
  assert.equal(reading(writer, { ...(writer as object), namespace: 'other' }).kind, 'same');
});

test('fixed match by size and name, decimals by scale and room for their digits, and other logical types are the reader’s alone', () => {
  assert.equal(reading(fixed('F', 4), fixed('F', 4)).kind, 'same');
  assert.match(mistakeOf(reading(fixed('F', 4), fixed('F', 5)))!, /fixed F of 4 bytes/);
  assert.equal(reading(fixed('F', 4), fixed('G', 4)).kind, 'mismatch');
  assert.equal(reading(decimal(4, 2), decimal(9, 2)).kind, 'same');
  assert.match(mistakeOf(reading(one(decimal(4, 2)), one(decimal(4, 3))))!, /^f: the writer's decimal\(4, 2\)/);
  // All values of the one must be values of the other.
  assert.match(
    mistakeOf(reading(one(decimal(10, 2)), one(decimal(4, 2))))!,
    /^f: the writer's decimal\(10, 2\) can't be read as decimal\(4, 2\)/,
  );
  const ofFixed = (precision: number): Json => ({ ...(fixed('F', 8) as object), logicalType: 'decimal', precision });
  assert.equal(reading(ofFixed(9), ofFixed(18)).kind, 'same');
  assert.equal(reading(ofFixed(18), ofFixed(9)).kind, 'mismatch');
  assert.equal(reading(decimal(4, 2), 'bytes').kind, 'same');
  const [date, millis] = ['date', 'time-millis'].map((logicalType) => ({ type: 'int', logicalType }));
  assert.equal(read(date!, millis!, 5), 5);
});

test('a writer’s union is read branch by branch; what fits nothing is an error of its own values', () => {
  const writer: Json = ['null', 'int', 'string'];
  assert.equal(read(writer, 'long', { int: 3 }), 3);
  assert.throws(() => read(writer, 'long', { string: 'x' }), {
    name: 'RecordError',
    message: /string can't be read as long/,
  });
  assert.equal(mistakeOf(reading(writer, 'long')), undefined);
  assert.match(mistakeOf(reading(['null', 'string'], 'long'))!, /null can't be read as long/);
});

test('a reader’s union takes the branch of the same type, else the first that the value can be promoted to', () => {
  assert.deepEqual(read('int', ['string', 'long', 'int'], 3), { branch: 2, value: 3 });
  assert.deepEqual(read('int', ['string', 'double', 'long'], 3), { branch: 1, value: 3 });
  assert.equal(read('int', ['null', 'long'], 3), 3);
  const [a, b] = ['A', 'B'].map((name) => record(name, [{ name: 'f', type: 'int' }]));
  assert.deepEqual(read(b!, [a!, b!], { f: 1 }), { branch: 1, value: [1] });
  assert.deepEqual(read(one('int'), ['null', 'string', a!], { f: 1 }), { branch: 2, value: [1] });
  assert.equal(reading('boolean', ['null', 'int']).kind, 'mismatch');
});

test('unions on both sides: each branch goes to its own', () => {
  const [writer, reader]: Json[] = [
    ['null', 'int', 'string', { type: 'array', items: 'int' }],
    ['string', { type: 'array', items: 'double' }, 'null', 'long'],
  ];
  assert.equal(read(writer!, reader!, null), null);
  assert.deepEqual(read(writer!, reader!, { int: 4 }), { branch: 3, value: 4 });
  assert.deepEqual(read(writer!, reader!, { array: [1, 2] }), { branch: 1, value: [1, 2] });
  assert.equal(read(['null', 'int'], ['long', 'null'], { int: 4 }), 4);
});

test('values nested deeper than the bound are a fault', () => {
  const node = record('N', [{ name: 'next', type: ['null', 'N'] }]);
  const deep = (length: number): Buffer => Buffer.concat([Buffer.alloc(length, 2), Buffer.from([0])]);
  const reader = recordReader(reading(node, node));
  assert.ok(reader(deep(100), 0, 101));
  assert.throws(
    () => reader(deep(5000), 0, 5001),
    (error) => error instanceof Fault,
  );
});

test('a cut body is a fault or a value that no byte behind its end takes part in', () => {
  const schema = one([
    'null',
    { type: 'array', items: { type: 'map', values: decimal(40, 2) } },
    fixed('D', 12, { logicalType: 'duration' }),
    record('N', [
      { name: 'n', type: ['null', 'N'] },
      { name: 'd', type: 'double' },
    ]),
  ]);
  const type = avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: true });
  const reader = recordReader(reading(schema, schema));
  const outcome = (src: Buffer, end: number): unknown => {
    try {
      const value = reader(src, 0, end);
      assert.ok(wire.at <= end);
      return value;
    } catch (error) {
      if (error instanceof OutOfDomain) return error.message;
      assert.ok(error instanceof Fault);
      return 'fault';
    }
  };
  for (let i = 0; i < 300; i++) {
    const body = type.toBuffer(type.random());
    for (let cut = 0; cut < body.length; cut += 1 + (i % 7)) {
      const behind = (filler: number): Buffer => Buffer.concat([body.subarray(0, cut), Buffer.alloc(40, filler)]);
      const wanted = outcome(behind(0), cut);
      for (const filler of [2, 127, 255]) assert.deepEqual(outcome(behind(filler), cut), wanted);
    }
  }
});
