/**
 * In the output's schema a type without a namespace was defined as such and then named bare within the output's namespace, where
 * fastavro, avsc and Avro for Python look for another type.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';

const level = { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] };
const geo = {
  type: 'record',
  name: 'Geo',
  fields: [
    { name: 'level', type: level },
    { name: 'before', type: ['null', 'Geo'] },
  ],
};
const schema = JSON.stringify({
  type: 'record',
  name: 'R',
  fields: [
    { name: 'geo', type: ['null', geo] },
    { name: 'level', type: 'Level' },
    { name: 'far', type: { type: 'record', name: 'x.Far', fields: [{ name: 'near', type: 'Geo' }] } },
  ],
});

/** Names as they are defined, and as they are used. */
function namesIn(sql: string, outputName: string): { readonly defined: string[]; readonly used: string[] } {
  const { outputSchema } = compileQuery({ sql, streams: { t: schema }, format: 'avro', outputName });
  parseSchema(outputSchema);
  const [defined, used]: [string[], string[]] = [[], []];
  const visit = (node: unknown, space: string): void => {
    if (typeof node === 'string' && !['null', 'record', 'enum'].includes(node)) used.push(node);
    if (Array.isArray(node)) for (const inner of node) visit(inner, space);
    else if (typeof node === 'object' && node !== null) {
      const { type, name, namespace, fields } = node as Record<string, unknown>;
      const own = (namespace ?? space) as string;
      if (name !== undefined) defined.push(own === '' ? String(name) : `${own}.${String(name)}`);
      for (const field of (fields ?? []) as { type: unknown }[]) visit(field.type, own);
      if (type !== undefined && name === undefined) visit(type, space);
    }
  };
  visit(JSON.parse(outputSchema), '');
  return { defined, used };
}

test("a type without a namespace gets the output's, and is named in full from then on", () => {
  const { defined, used } = namesIn('SELECT geo, level, far FROM t', 'a.b.Out');
  assert.deepEqual(defined, ['a.b.Out', 'a.b.Geo', 'a.b.Level', 'x.Far']);
  assert.deepEqual(used, ['a.b.Geo', 'a.b.Level', 'a.b.Geo']);
});

test('an output without a namespace leaves them as they are, unless a type around them has one', () => {
  assert.deepEqual(namesIn('SELECT geo, level FROM t', 'Out').defined, ['Out', 'Geo', 'Level']);
  const { defined, used } = namesIn('SELECT geo, level, far FROM t', 'Out');
  assert.deepEqual(defined, ['Out', 'millrace.Geo', 'millrace.Level', 'x.Far']);
  assert.deepEqual(used, ['millrace.Geo', 'millrace.Level', 'millrace.Geo']);
});
