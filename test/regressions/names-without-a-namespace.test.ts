/** In the output's schema a type without a namespace fell into the namespace of the output's record: a type of another name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../src/pipeline/avro/parse.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';

test('a type that passes into the output keeps its full name', () => {
  const level = { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] };
  const geo = { type: 'record', name: 'Geo', fields: [{ name: 'level', type: level }] };
  const schema = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'geo', type: ['null', geo] }] });
  const { outputSchema } = compileQuery({ sql: 'SELECT geo FROM t', streams: { t: schema }, format: 'avro' });
  const names: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('name' in node && 'kind' in node) names.push(String(node.name));
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSchema(outputSchema));
  assert.deepEqual(names, ['millrace.Row', 'Geo', 'Level']);
});
