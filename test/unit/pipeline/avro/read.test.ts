/** Reading every Avro type, checked against avsc: schemas and values at random. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { makeSkipper } from '../../../../src/pipeline/kernel/skipper.ts';
import { kernelOf, plain, runOnce, schemas, typeOf } from '../support.ts';

test('SELECT * of any value writes what avsc reads', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      const type = typeOf(schema);
      const kernel = kernelOf('SELECT * FROM t', schema);
      const skip = makeSkipper(parseSchema(schema));
      for (let i = 0; i < 5; i++) {
        const value: unknown = type.random();
        const body = type.toBuffer(value);
        assert.deepEqual(JSON.parse(runOnce(kernel, body)!), JSON.parse(JSON.stringify(plain(type.fromBuffer(body)))));
        assert.equal(skip(body, 0, body.length), body.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('columns in any order, with a column tested in the middle, come out as avsc reads them', () => {
  fc.assert(
    fc.property(schemas, fc.integer({ min: 0, max: 1000 }), (schema, turn) => {
      const type = typeOf(schema);
      const names = (JSON.parse(schema) as { fields: { name: string }[] }).fields.map((f) => f.name);
      const order = names.map((_, i) => names[(i + turn) % names.length]!).reverse();
      const kernel = kernelOf(`SELECT ${order.join(', ')} FROM t WHERE ${order[0]} IS NULL`, schema);
      for (let i = 0; i < 5; i++) {
        const value = type.random() as unknown;
        const body = type.toBuffer(value);
        const read = plain(type.fromBuffer(body)) as Record<string, unknown>;
        const wanted = Object.fromEntries(order.map((name) => [name, read[name]]));
        const got = runOnce(kernel, body);
        if (read[order[0]!] !== null) assert.equal(got, undefined);
        else assert.equal(got, JSON.stringify(wanted).replaceAll('-0,', '0,'));
      }
    }),
    { numRuns: 300 },
  );
});

test('a recursive value is read to its end, and one nested too deep is an error of the record', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'Node',
    fields: [
      { name: 'value', type: 'int' },
      { name: 'next', type: ['null', 'Node'] },
    ],
  });
  const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: false });
  const chain = (length: number): unknown => {
    let node: unknown = null;
    for (let i = length; i > 0; i--) node = { value: i, next: node };
    return node;
  };
  const kernel = kernelOf('SELECT * FROM t', schema);
  const body = type.toBuffer(chain(50));
  assert.equal(runOnce(kernel, body), JSON.stringify(chain(50)));
  const deep = Buffer.concat([Buffer.alloc(10_000, 2), Buffer.from([2, 0])]);
  assert.throws(() => runOnce(kernel, deep), { name: 'RecordError', message: /nested deeper/ });
  assert.throws(() => runOnce(kernelOf('SELECT value FROM t WHERE next IS NULL', schema), deep), {
    name: 'RecordError',
  });
});

test('blocks that tell their size, and several blocks, are read and skipped', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'a', type: { type: 'array', items: 'int' } },
      { name: 'z', type: 'int' },
    ],
  });
  // Two items in a block of 2 bytes (count -2), one more in a plain block, the end, then z = 9.
  const body = Buffer.from([3, 4, 2, 4, 2, 6, 0, 18]);
  assert.equal(runOnce(kernelOf('SELECT * FROM t', schema), body), '{"a":[1,2,3],"z":9}');
  assert.equal(runOnce(kernelOf('SELECT z FROM t', schema), body), '{"z":9}');
});
