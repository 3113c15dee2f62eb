/** UNNEST: over lists that stand on the wire and over JavaScript values, which must give the same rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { limits } from '../../../../src/contracts/limits.ts';
import type { Bound, Step } from '../../../../src/pipeline/sql/bound.ts';
import { plain, type SqlType } from '../../../../src/pipeline/sql/types.ts';
import {
  column,
  computed,
  equals,
  isNull,
  type Json,
  kernelOf,
  not,
  part,
  read,
  record,
  recordSchema,
  text,
  textsOf,
  variable,
  where,
} from './bounds.ts';

interface Unnested {
  readonly step: Step;
  readonly element: Bound;
  readonly key: Bound;
  readonly ordinal: Bound;
}

function unnest(operand: Bound, outer = false): Unnested {
  const { type } = operand;
  const of: SqlType = type.kind === 'ARRAY' ? type.element.type : type.kind === 'MAP' ? type.value.type : type;
  const [element, key, ordinality] = [variable('e', of), variable('k', plain('VARCHAR')), variable('o', plain('INT'))];
  const isMap = type.kind === 'MAP';
  const step: Step = { kind: 'unnest', operand, element, key: isMap ? key : undefined, ordinality, outer };
  return { step, element: read(element), key: read(key), ordinal: read(ordinality) };
}

const row = (texts: readonly (readonly (string | null)[])[]): readonly (readonly unknown[])[] =>
  texts.map(([value]) => Object.values(JSON.parse(value!) as object) as unknown[]);

/** What a list becomes, walked on the wire and as a value. */
function bothWays(items: Json, value: unknown, outer: boolean, reader = items): readonly unknown[] {
  const of = (list: Json): Json =>
    record('R', [
      { name: 'l', type: list },
      { name: 'z', type: 'int' },
    ]);
  const schema = recordSchema(of(reader));
  const body = avsc.Type.forSchema(of(items) as avsc.Schema, { wrapUnions: true }).toBuffer({ l: value, z: 7 });
  return [(b: Bound) => b, computed].map((form) => {
    const { step, element, key, ordinal } = unnest(form(column(schema, 'l')), outer);
    const values = [
      ...(step.kind === 'unnest' && step.key !== undefined ? [key] : []),
      element,
      ordinal,
      column(schema, 'z'),
    ];
    return row(textsOf(kernelOf(schema, [{ steps: [step], values }], { writer: recordSchema(of(items)) }), body));
  });
}

function same(items: Json, value: unknown, outer: boolean, wanted: unknown, reader = items): void {
  const [wire, held] = bothWays(items, value, outer, reader);
  assert.deepEqual(wire, wanted);
  assert.deepEqual(held, wanted);
}

const strings: Json = { type: 'array', items: 'string' };
const maybe = (list: Json): Json => ['null', list] as unknown as Json;
const wrapped = (value: unknown): unknown => ({ array: value });

test('a row for each element, in its order, with its number; none for an empty list or NULL', () => {
  same(strings, ['a', 'b'], false, [
    ['a', 1, 7],
    ['b', 2, 7],
  ]);
  same(strings, [], false, []);
  same(maybe(strings), null, false, []);
  same(maybe(strings), wrapped(['a']), false, [['a', 1, 7]]);
});

test('OUTER keeps the row without elements, once and with NULLs', () => {
  same(strings, ['a', 'b'], true, [
    ['a', 1, 7],
    ['b', 2, 7],
  ]);
  same(strings, [], true, [[null, null, 7]]);
  same(maybe(strings), null, true, [[null, null, 7]]);
  same(maybe(strings), wrapped([]), true, [[null, null, 7]]);
});

test('a map is unnested to keys and values', () => {
  const map: Json = { type: 'map', values: ['null', 'long'] };
  same(map, { a: { long: 300 }, b: null }, false, [
    ['a', 300, 1, 7],
    ['b', null, 2, 7],
  ]);
  same(map, {}, true, [[null, null, null, 7]]);
});

test('elements may be NULL, records, lists, and of another schema', () => {
  same({ type: 'array', items: ['null', 'int'] }, [{ int: 1 }, null, { int: -3 }], false, [
    [1, 1, 7],
    [null, 2, 7],
    [-3, 3, 7],
  ]);
  const nested: Json = {
    type: 'array',
    items: record('P', [
      { name: 'x', type: 'int' },
      { name: 'y', type: strings },
    ]),
  };
  same(nested, [{ x: 1, y: ['q'] }], false, [[{ x: 1, y: ['q'] }, 1, 7]]);
  same(
    { type: 'array', items: 'int' },
    [1, 2],
    false,
    [
      [1, 1, 7],
      [2, 2, 7],
    ],
    maybe({ type: 'array', items: 'double' }),
  );
  same(maybe({ type: 'map', values: 'int' }), { map: { a: 1 } }, false, [['a', 1, 1, 7]], {
    type: 'map',
    values: ['null', 'double'],
  });
});

test('lists in several blocks, with and without their sizes, are walked to their end', () => {
  const schema = recordSchema(
    record('R', [
      { name: 'l', type: { type: 'array', items: 'int' } },
      { name: 'z', type: 'int' },
    ]),
  );
  const { step, element } = unnest(column(schema, 'l'));
  const kernel = kernelOf(schema, [{ steps: [step], values: [element, column(schema, 'z')] }]);
  // Two items in a block of 2 bytes (count -2), one more in a plain block, the end, then z = 9.
  assert.deepEqual(row(textsOf(kernel, Buffer.from([3, 4, 2, 4, 2, 6, 0, 18]))), [
    [1, 9],
    [2, 9],
    [3, 9],
  ]);
  // A block that tells a size other than its items take is an error, not rows of what stands behind.
  assert.throws(() => textsOf(kernel, Buffer.from([1, 4, 2, 0, 0, 18])), { name: 'RecordError' });
});

test('lists within lists multiply, filters stand between them, and what a filter rejects makes no row', () => {
  const schema = recordSchema(
    record('R', [
      { name: 'a', type: strings },
      { name: 'b', type: { type: 'array', items: strings } },
    ]),
  );
  const a = unnest(column(schema, 'a'));
  const b = unnest(column(schema, 'b'), true);
  const c = unnest(b.element, true);
  const select = {
    steps: [a.step, where(not(equals(a.element, text('x')))), b.step, c.step, where(not(isNull(a.element)))],
    values: [a.element, c.element, c.ordinal],
  };
  const kernel = kernelOf(schema, [select]);
  const type = avsc.Type.forSchema(
    record('R', [
      { name: 'a', type: strings },
      { name: 'b', type: { type: 'array', items: strings } },
    ]) as avsc.Schema,
  );
  const rows = (value: unknown): unknown => row(textsOf(kernel, type.toBuffer(value)));
  assert.deepEqual(rows({ a: ['p', 'x', 'q'], b: [['1', '2'], []] }), [
    ['p', '1', 1],
    ['p', '2', 2],
    ['p', null, null],
    ['q', '1', 1],
    ['q', '2', 2],
    ['q', null, null],
  ]);
  assert.deepEqual(rows({ a: ['p'], b: [] }), [['p', null, null]]);
  assert.deepEqual(rows({ a: [], b: [['1']] }), []);
});

test('any list gives the same rows on the wire as its values do', () => {
  const items: Json[] = [
    'int',
    'string',
    ['null', 'double'],
    { type: 'map', values: 'bytes' },
    { type: 'enum', name: 'E', symbols: ['A', 'B'] },
    ['int', 'null', 'string'],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...items), fc.boolean(), fc.boolean(), (item, isMap, outer) => {
      const list: Json = isMap ? { type: 'map', values: item } : { type: 'array', items: item };
      const value: unknown = avsc.Type.forSchema(list as avsc.Schema, { wrapUnions: true }).random();
      const [wire, held] = bothWays(list, value, outer);
      assert.deepEqual(wire, held);
    }),
    { numRuns: 200 },
  );
});

test('parts of an element are read alone, with its schema resolved, and are NULL with what holds them', () => {
  const inner = record('In', [
    { name: 'z', type: 'int' },
    { name: 's', type: 'string' },
  ]);
  const item = (...fields: object[]): Json =>
    record('P', [...fields, { name: 'n', type: ['null', inner] }, { name: 'u', type: ['null', 'int', 'In'] }]);
  const writer = item({ name: 'gone', type: strings }, { name: 'x', type: 'int' });
  const reader = item({ name: 'd', type: 'string', default: 'new' }, { name: 'x', type: 'double' });
  const of = (items: Json): Json => record('R', [{ name: 'l', type: { type: 'array', items: ['null', items] } }]);
  const [written, schema] = [recordSchema(of(writer)), recordSchema(of(reader))];
  const type = avsc.Type.forSchema(of(writer) as avsc.Schema, { wrapUnions: true });
  const value = [
    { P: { gone: ['a', 'b'], x: 1, n: { In: { z: 5, s: 'q' } }, u: { In: { z: 6, s: 'r' } } } },
    null,
    { P: { gone: [], x: 2, n: null, u: { int: 4 } } },
  ];
  const wanted = [
    ['new', 1, 5, 'q', null, 6, { z: 5, s: 'q' }, 1],
    [null, null, null, null, null, null, null, 2],
    ['new', 2, null, null, 4, null, null, 3],
  ];
  for (const outer of [false, true])
    for (const form of [(b: Bound) => b, computed])
      for (const whole of [false, true]) {
        const { step, element, ordinal } = unnest(form(column(schema, 'l')), outer);
        const [n, u] = [part(element, 'n'), part(element, 'u')];
        const parts = [part(element, 'd'), part(element, 'x'), part(n, 'z'), part(n, 's'), part(u, 'int')];
        const values = [...parts, part(part(u, 'In'), 'z'), n, ordinal, ...(whole ? [element] : [])];
        const kernel = kernelOf(schema, [{ steps: [step], values }], { writer: written });
        const rows = (list: unknown): unknown =>
          row(textsOf(kernel, type.toBuffer({ l: list }))).map((values) => values.slice(0, wanted[0]!.length));
        assert.deepEqual(rows(value), wanted);
        assert.deepEqual(rows([]), outer ? [wanted[0]!.map(() => null)] : []);
      }
});

test('lists that multiply without bound are an error of the record, not a kernel that does not come back', () => {
  const schema = recordSchema(record('R', [{ name: 'a', type: { type: 'array', items: 'int' } }]));
  const lists = Array.from({ length: 4 }, () => unnest(column(schema, 'a')));
  const never = where(isNull(column(schema, 'a')));
  const body = avsc.Type.forSchema(
    record('R', [{ name: 'a', type: { type: 'array', items: 'int' } }]) as avsc.Schema,
  ).toBuffer({ a: Array.from({ length: 1000 }, () => 1) });
  for (const steps of [
    lists.map((l) => l.step),
    [
      ...lists.map((l) => l.step),
      { ...never, test: { ...(never as Step & { kind: 'filter' }).test, fallible: true } },
    ] as Step[],
  ])
    assert.throws(() => textsOf(kernelOf(schema, [{ steps, values: [text('x')] }]), body), {
      name: 'RecordError',
      message: new RegExp(`more than ${limits.unnestTurnsMax} rows`),
    });
});
