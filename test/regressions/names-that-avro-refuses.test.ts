/**
 * Names that others' parsers refuse came into the output's schema: of a job that is called as one of Avro's own types, in a namespace
 * that is none, of two fields of one ROW.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan } from '../../src/activities/plan.ts';
import { avroPrimitives } from '../../src/contracts/format.ts';
import { jobSpec, streamSpec } from '../../src/contracts/spec.ts';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';

const record = (more: object): string =>
  JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'id', type: 'int' }], ...more });

const specOf = (avro: object): unknown => ({
  sql: 'SELECT id FROM s',
  sink: { kafka: { topic: 'out', format: { avro } } },
});

for (const name of avroPrimitives) {
  test(`the output of a job that is called ${name} bears another name`, () => {
    const stream = streamSpec.parse({ topics: [{ topic: 'in' }], schema: { avro: record({}) } });
    const order = { tenant: 'acme', name, spec: jobSpec.parse(specOf({})) };
    const { outputSchema } = makePlan(compileQuery, order, { s: stream });
    assert.equal((JSON.parse(outputSchema) as { name: string }).name.split('.').at(-1), `${name}_`);
    parseSchema(outputSchema);
  });

  test(`no output is given the name ${name}`, () => {
    for (const given of [name, `a.${name}`]) assert.equal(jobSpec.safeParse(specOf({ name: given })).success, false);
    assert.ok(jobSpec.safeParse(specOf({ name: `${name}.Row` })).success);
  });
}

test('a namespace is of names with dots between them', () => {
  for (const namespace of ['a-b', '1bad', 'a..b', '.', 'a.', 'a.1b', ' ', 'ä', 7, null]) {
    const inner = { name: 'f', type: JSON.parse(record({ namespace })) as object };
    for (const schema of [record({ namespace }), record({ namespace: 'x', fields: [inner] })])
      assert.throws(() => parseSchema(schema), /namespace: .* is not a namespace/, String(namespace));
  }
  for (const namespace of ['', 'a', 'a.b_1', '_']) parseSchema(record({ namespace }));
});

test('the fields of a ROW have names of their own', () => {
  const compile = (sql: string) => compileQuery({ sql, streams: { s: record({}) }, format: 'avro' });
  assert.throws(() => compile('SELECT CAST(ROW(id, id) AS ROW<a INT, a INT>) AS r FROM s'), /the ROW has two fields a/);
  assert.throws(
    () => compile('SELECT CAST(ROW(id, id) AS ROW(a INT, "a" INT)) AS r FROM s'),
    /the ROW has two fields a/,
  );
  parseSchema(compile('SELECT CAST(ROW(id, id) AS ROW<a INT, b INT>) AS r FROM s').outputSchema);
});
