/** The schema parser: the specification's rules, and errors with the path of the mistake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MillraceError } from '../../../../src/contracts/failure.ts';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';

const field = (type: unknown, more = {}): string =>
  JSON.stringify({ type: 'record', name: 'R', namespace: 'a.b', fields: [{ name: 'f', type, ...more }] });

function problems(text: string): readonly string[] {
  try {
    parseSchema(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.failure.code, 'invalid_schema');
    return error.problems.map((p) => `${p.path} ${p.message}`);
  }
}

const wrong: readonly (readonly [string, RegExp])[] = [
  ['{', /^ not JSON/],
  ['7', /a schema is a name/],
  [field('strnig'), /^\/fields\/0\/type unknown type "strnig"/],
  [field(['null', ['int']]), /\/type\/1 a union may not hold a union/],
  [field(['int', 'string', 'int']), /\/type\/2 the union already has a branch int/],
  [field({ type: 'enum', name: 'E', symbols: ['A', 'A'] }), /\/symbols\/1 the enum already has "A"/],
  [field({ type: 'enum', name: 'E', symbols: ['A'], default: 'B' }), /\/default "B" is not one of the symbols/],
  [field({ type: 'fixed', name: 'F', size: -1 }), /\/size a fixed needs a size/],
  [field({ type: 'record', name: '1x', fields: [] }), /\/name "1x" is not a name/],
  [field({ type: 'record', name: 'string', fields: [] }), /\/name string is the name of a primitive type/],
  [field({ type: 'enum', name: 'x.y.null', symbols: ['A'] }), /\/name null is the name of a primitive type/],
  [field({ type: 'fixed', name: 'bytes', size: 4 }), /\/name bytes is the name of a primitive type/],
  [field({ type: 'record', name: 'R', fields: [] }), /a\.b\.R is already defined/],
  [field('int', { default: 'x' }), /\/fields\/0\/default "x" is not a default for int/],
  [JSON.stringify({ type: 'record', name: 'R' }), /\/fields a record needs an array of fields/],
];
for (const [text, message] of wrong)
  test(`refused: ${message.source}`, () => {
    assert.match(problems(text).join('\n'), message);
  });

test('every mistake is told, not the first one only', () => {
  const text = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [{ name: 'a', type: 'x' }, { name: 'a', type: 'int' }, { name: 'b' }],
  });
  assert.equal(problems(text).length, 3);
});

test('names resolve by namespace, and a record may hold itself', () => {
  const schema = parseSchema(
    JSON.stringify({
      type: 'record',
      name: 'x.Outer',
      fields: [
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A'] } },
        { name: 'again', type: 'E' },
        { name: 'full', type: 'x.E' },
        { name: 'self', type: ['null', 'Outer'], default: null, aliases: ['me'] },
        { name: 'd', type: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 } },
      ],
    }),
  );
  assert.ok(schema.kind === 'record');
  assert.equal(schema.name, 'x.Outer');
  const [e, again, full, self, d] = schema.fields;
  assert.equal(again!.schema, e!.schema);
  assert.equal(full!.schema, e!.schema);
  assert.ok(self!.schema.kind === 'union' && self!.schema.branches[1] === schema);
  assert.deepEqual(self!.aliases, ['me']);
  assert.deepEqual(d!.schema, { kind: 'bytes', logical: { name: 'decimal', precision: 4, scale: 2 } });
});

test('a schema that is nested too deep or unfolds too wide is refused at once', () => {
  let deep: unknown = 'int';
  for (let i = 0; i < 500; i++) deep = { type: 'array', items: deep };
  assert.match(problems(field(deep)).join(), /nested deeper/);
  const records: unknown[] = [{ type: 'record', name: 'R0', fields: [] }];
  for (let i = 1; i < 40; i++)
    records.push({ type: 'record', name: `R${i}`, fields: ['a', 'b'].map((name) => ({ name, type: `R${i - 1}` })) });
  const wide = JSON.stringify({
    type: 'record',
    name: 'Top',
    fields: records.map((type, i) => ({ name: `f${i}`, type })),
  });
  assert.match(problems(wide).join(), /holds more than/);
});
