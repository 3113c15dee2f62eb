/** Arrays, maps, rows and unions: taken apart, made, asked for any or all of their elements, and mapped by lambdas. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import type { AvroRecord } from '../../../../src/pipeline/avro/schema.ts';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import type { Bound, CompareOperator } from '../../../../src/pipeline/sql/bound.ts';
import type { Implementation, SqlFunction } from '../../../../src/pipeline/sql/functions/function.ts';
import { nullable, type Plain, plain, type SqlType, typeOf } from '../../../../src/pipeline/sql/types.ts';
import { bound, cast, column, generate, type Held, int, literal, text, use, variable } from './expressions.ts';

const arrayOf = (kind: Plain): SqlType => ({ kind: 'ARRAY', element: nullable(plain(kind)) });
const mapOf = (kind: Plain): SqlType => ({ kind: 'MAP', value: nullable(plain(kind)) });
const rowOf = (...kinds: readonly Plain[]): SqlType => ({
  kind: 'ROW',
  fields: kinds.map((kind, i) => ({ name: `f${i}`, type: nullable(plain(kind)) })),
});
const subscript = (operand: Bound, index: Bound, type: Plain): Bound => bound('subscript', type, { operand, index });
const compare = (operator: CompareOperator, left: Bound, right: Bound): Bound =>
  bound('compare', 'BOOLEAN', { operator, left, right });

test('an array is counted from 1, and is NULL beyond its ends', () => {
  const { run } = generate(subscript(column('a', arrayOf('INT')), column('i', 'INT'), 'INT'), ['a', 'i']);
  const got = [1, 2, 3, 0, -1, null].map((i) => run([10, null], i));
  assert.deepEqual(got, [10, null, null, null, null, null]);
  assert.equal(run(null, 1), null);
  const long = generate(subscript(column('a', arrayOf('INT')), column('i', 'BIGINT'), 'INT'), ['a', 'i']);
  assert.deepEqual([long.run([7], 1), long.run([7], 2n ** 60n)], [7, null]);
});

test('a map is NULL where it has no such key, and keeps what is FALSE or 0', () => {
  const { run } = generate(subscript(column('m', mapOf('INT')), column('k', 'VARCHAR'), 'INT'), ['m', 'k'], {
    holding: 'slices',
  });
  const map = new Map<string, Held>([
    ['a', 0],
    ['é', 5],
    ['n', null],
  ]);
  assert.deepEqual(
    ['a', 'é', 'n', 'x', null].map((k) => run(map, k)),
    [0, 5, null, null, null],
  );
});

test('fields of rows and branches of unions', () => {
  const type = rowOf('INT', 'VARCHAR');
  const field = generate(bound('field', 'VARCHAR', { operand: column('r', type), index: 1 }), ['r']);
  assert.deepEqual([field.run([1, 'x']), field.run([1, null]), field.run(null)], ['x', null, null]);
  const branch = generate(bound('branch', 'INT', { operand: column('u', type), index: 2 }), ['u']);
  assert.deepEqual(
    [branch.run({ branch: 2, value: 0 }), branch.run({ branch: 1, value: 5 }), branch.run(null)],
    [0, null, null],
  );
  const made = bound('row', type, {
    items: [bound('arithmetic', 'INT', { operator: '/', left: int(1), right: int(0) }), text('x')],
  });
  assert.equal(generate(bound('field', 'VARCHAR', { operand: made, index: 1 })).run(), 'x');
});

test('constructors hold their values and NULLs', () => {
  const [i, s] = [column('i', 'INT'), column('s', 'VARCHAR')];
  const options = { holding: 'slices' } as const;
  const row = generate(bound('row', rowOf('INT', 'VARCHAR'), { items: [i, s] }), ['i', 's'], options);
  assert.deepEqual(
    [row.run(1, 'é'), row.run(null, null)],
    [
      [1, 'é'],
      [null, null],
    ],
  );
  const array = generate(bound('array', arrayOf('VARCHAR'), { items: [s, text('b'), s] }), ['s'], options);
  assert.deepEqual(
    [array.run('a'), array.run(null)],
    [
      ['a', 'b', 'a'],
      [null, 'b', null],
    ],
  );
  assert.deepEqual(generate(bound('array', arrayOf('INT'), { items: [] })).run(), []);
});

test('of two entries of a map with one key the later one counts; a key that is NULL is an error', () => {
  const entries = [
    { key: text('a'), value: int(1) },
    { key: column('k', 'VARCHAR'), value: column('v', 'INT') },
  ];
  const { run } = generate(bound('map', mapOf('INT'), { entries }), ['k', 'v']);
  assert.deepEqual(
    [run('b', null), run('a', 2)],
    [
      new Map([
        ['a', 1],
        ['b', null],
      ]),
      new Map([['a', 2]]),
    ],
  );
  assert.throws(() => run(null, 1), { name: 'RecordError', stage: 'sql', message: /a key of MAP/ });
});

test('= ANY and ALL are three-valued', () => {
  const element = variable('x', 'INT');
  const quantified = (quantifier: 'any' | 'all'): Bound =>
    bound('quantified', 'BOOLEAN', {
      quantifier,
      array: column('a', arrayOf('INT')),
      element,
      test: compare('=', column('v', 'INT'), use(element)),
    });
  const cases: readonly (readonly [Held, Held, Held, Held])[] = [
    // a, v, v = ANY(a), v = ALL(a)
    [[1, 2], 1, true, false],
    [[1, null], 1, true, null],
    [[2, null], 1, null, false],
    [[1, 1], 1, true, true],
    [[], 1, false, true],
    [[1], null, null, null],
    [[], null, false, true],
    [null, 1, null, null],
  ];
  for (const [a, v, any, all] of cases)
    for (const [quantifier, wanted] of [
      ['any', any],
      ['all', all],
    ] as const) {
      const at = `${v} = ${quantifier} ${JSON.stringify(a)}`;
      const b = quantified(quantifier);
      assert.equal(generate(b, ['a', 'v']).run(a, v), wanted, at);
      assert.equal(generate(b, ['a', 'v'], { face: 'true' }).run(a, v), wanted === true, at);
      assert.equal(generate(b, ['a', 'v'], { face: 'false' }).run(a, v), wanted === false, at);
    }
});

test('quantified tests stand within one another', () => {
  const [x, y] = [variable('x', arrayOf('INT')), variable('y', 'INT')];
  const type: SqlType = { kind: 'ARRAY', element: nullable(arrayOf('INT')) };
  const inner = bound('quantified', 'BOOLEAN', {
    quantifier: 'all',
    array: use(x),
    element: y,
    test: compare('>', use(y), int(0)),
  });
  const { run } = generate(
    bound('quantified', 'BOOLEAN', { quantifier: 'any', array: column('a', type), element: x, test: inner }),
    ['a'],
  );
  assert.equal(
    run([
      [1, -1],
      [2, 3],
    ]),
    true,
  );
  assert.equal(run([[1, -1], [-2]]), false);
  assert.equal(run([[1, null], null]), null);
});

test('EXISTS is never NULL, counts from 1, and sees a map as rows of key and value', () => {
  const [element, ordinality] = [variable('x', 'INT'), variable('n', 'BIGINT')];
  const ofArray = bound('exists', 'BOOLEAN', {
    array: column('a', arrayOf('INT')),
    element,
    ordinality,
    test: compare('=', use(element), use(ordinality)),
  });
  const { run } = generate(ofArray, ['a']);
  assert.deepEqual(
    [[5, 2], [5, 5], [null], [], null].map((a) => run(a)),
    [true, false, false, false, false],
  );
  const entry = variable('e', rowOf('VARCHAR', 'INT'));
  const ofMap = bound('exists', 'BOOLEAN', {
    array: column('m', mapOf('INT')),
    element: entry,
    ordinality: undefined,
    test: compare('=', bound('field', 'VARCHAR', { operand: use(entry), index: 0 }), text('k')),
  });
  assert.equal(
    generate(ofMap, ['m']).run(
      new Map([
        ['j', 1],
        ['k', 2],
      ]),
    ),
    true,
  );
  assert.equal(generate(ofMap, ['m']).run(new Map([['j', 1]])), false);
});

const fn = (row: Pick<SqlFunction, 'body' | 'nulls'> & Partial<SqlFunction>): SqlFunction => ({
  name: 'TEST',
  category: 'conditions',
  doc: '',
  examples: [],
  parameters: [],
  result: () => plain('INT'),
  ...row,
});
const call = (of: SqlFunction, type: SqlType | Plain, ...args: readonly Bound[]): Bound =>
  bound('call', type, { fn: of, args });

test('a lambda takes values and NULLs, and reads columns around it', () => {
  const map = fn({
    nulls: 'strict',
    body: { via: 'call', fn: (a: readonly Held[], f: (v: Held) => Held) => a.map((v) => f(v)) as never },
  });
  const x = variable('x', 'INT');
  const sum = bound('arithmetic', 'INT', { operator: '+', left: use(x), right: column('i', 'INT') });
  const lambda = bound('lambda', 'INT', {
    parameters: [x],
    body: bound('coalesce', 'INT', { operands: [sum, int(-1)] }),
  });
  const { run } = generate(call(map, arrayOf('INT'), column('a', arrayOf('INT')), lambda), ['a', 'i']);
  assert.deepEqual(run([1, null, 2], 10), [11, -1, 12]);
  assert.deepEqual(run([1], null), [-1]);
  assert.equal(run(null, 1), null);
});

test('a function is called with what its row says: NULLs or none, what was made of literals, its own NULL', () => {
  const [i, s] = [column('i', 'INT'), column('s', 'VARCHAR')];
  const own = fn({ nulls: 'own', body: { via: 'call', fn: (...args) => args.filter((v) => v === null).length } });
  assert.equal(generate(call(own, 'INT', i, s), ['i', 's'], { holding: 'slices' }).run(null, null), 2);
  const strict = fn({ nulls: 'strict', body: { via: 'call', fn: () => assert.fail() } });
  assert.equal(generate(call(strict, 'INT', i, s), ['i', 's']).run(1, null), null);
  const orNull = fn({ nulls: 'strict', nullable: true, body: { via: 'call', fn: (v: number) => (v > 1 ? v : null) } });
  const twice = bound('coalesce', 'INT', { operands: [call(orNull, 'INT', i), int(0)] });
  assert.deepEqual(
    [2, 1, null].map((v) => generate(twice, ['i']).run(v)),
    [2, 0, 0],
  );
  const seen: unknown[] = [];
  const made = fn({
    nulls: 'strict',
    body: {
      via: 'made',
      make: (types, known): Implementation => {
        seen.push(
          types.map((t) => t.type.kind),
          known,
        );
        return (v: string, suffix: string) => v + suffix;
      },
    },
  });
  const { run } = generate(call(made, 'VARCHAR', s, text('!')), ['s'], { holding: 'slices' });
  assert.deepEqual([run('é'), run('b')], ['é!', 'b!']);
  assert.deepEqual(seen, [
    ['VARCHAR', 'VARCHAR'],
    [undefined, '!'],
  ]);
  const refusing = fn({
    nulls: 'strict',
    body: {
      via: 'made',
      make: () => {
        throw new RecordError('sql', 'no such path');
      },
    },
  });
  const refused = generate(call(refusing, 'INT', s), ['s']);
  assert.throws(() => refused.run('a'), { message: 'no such path', stage: 'sql' });
  assert.equal(refused.run(null), null);
});

test('CASE, COALESCE and NULLIF take structured values and bytes', () => {
  const type = arrayOf('INT');
  const [a, b] = [column('a', type), column('b', type)];
  const list = generate(bound('coalesce', type, { operands: [a, b, literal(type, [])] }), ['a', 'b']);
  assert.deepEqual([list.run(null, [1]), list.run([2], null), list.run(null, null)], [[1], [2], []]);
  const same = generate(bound('nullif', type, { left: a, right: b }), ['a', 'b']);
  assert.deepEqual([same.run([1, null], [1, null]), same.run([1], [2]), same.run([1], null)], [null, [1], [1]]);
  const [p, q] = [column('p', 'BYTES'), column('q', 'BYTES')];
  for (const holding of ['values', 'slices'] as const) {
    const bytes = generate(bound('coalesce', 'BYTES', { operands: [p, q] }), ['p', 'q'], { holding });
    assert.deepEqual(
      [bytes.run(null, Buffer.from('q')), bytes.run(Buffer.from('p'), null), bytes.run(null, null)],
      [Buffer.from('q'), Buffer.from('p'), null],
    );
    const mixed = generate(bound('coalesce', 'BYTES', { operands: [p, literal('BYTES', Buffer.from([255]))] }), ['p'], {
      holding,
    });
    assert.deepEqual([mixed.run(null), mixed.run(Buffer.from('p'))], [Buffer.from([255]), Buffer.from('p')]);
  }
});

test('bytes and structured values compare by what they hold', () => {
  const bytes = (operator: CompareOperator) => compare(operator, column('p', 'BYTES'), column('q', 'BYTES'));
  const [low, high] = [Buffer.from([1, 200]), Buffer.from([1, 201])];
  for (const holding of ['values', 'slices'] as const) {
    assert.equal(generate(bytes('='), ['p', 'q'], { holding }).run(low, Buffer.from(low)), true);
    assert.equal(generate(bytes('<'), ['p', 'q'], { holding }).run(low, high), true);
    assert.equal(generate(bytes('>='), ['p', 'q'], { holding }).run(low, high), false);
    const constant = compare('<', literal('BYTES', low), column('p', 'BYTES'));
    assert.equal(generate(constant, ['p'], { holding }).run(high), true);
  }
  const type = mapOf('INT');
  const maps = compare('=', column('a', type), column('b', type));
  const [one, other] = [
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['b', 2],
      ['a', 1],
    ]),
  ];
  assert.deepEqual(
    [generate(maps, ['a', 'b']).run(one, other), generate(maps, ['a', 'b']).run(one, new Map())],
    [true, false],
  );
  const distinct = bound('distinct', 'BOOLEAN', { left: column('a', type), right: column('b', type) });
  assert.deepEqual(
    [
      generate(distinct, ['a', 'b']).run(null, one),
      generate(distinct, ['a', 'b']).run(one, other),
      generate(distinct, ['a', 'b']).run(null, null),
    ],
    [true, false, false],
  );
});

test('what is still on the wire is read where an expression takes it apart', () => {
  const json = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 'tags', type: { type: 'array', items: 'string' } },
      { name: 'u', type: ['null', 'long', { type: 'map', values: 'int' }] },
    ],
  } as const;
  const schema = parseSchema(JSON.stringify(json)) as AvroRecord;
  const [tags, union] = schema.fields.map((f) => f.schema);
  const written = (i: number, value: unknown): Buffer =>
    avsc.Type.forSchema(json.fields[i]!.type as unknown as avsc.Schema, { wrapUnions: true }).toBuffer(value);
  const operand = column('a', typeOf(tags!).type);
  const second = generate(subscript(operand, int(2), 'VARCHAR'), ['a'], { places: { a: tags! } });
  assert.deepEqual(
    [second.run(written(0, ['x', 'é'])), second.run(written(0, ['x'])), second.run(null)],
    ['é', null, null],
  );
  const u = column('u', typeOf(union!).type);
  const branch = bound('branch', mapOf('INT'), { operand: u, index: 2 });
  const inMap = generate(subscript(branch, text('k'), 'INT'), ['u'], { places: { u: union! } });
  assert.deepEqual([inMap.run(written(1, { map: { k: 5 } })), inMap.run(written(1, { long: 5 }))], [5, null]);
  const shown = generate(cast(u, 'VARCHAR'), ['u'], { places: { u: union! } });
  assert.deepEqual([shown.run(written(1, { map: { k: 5 } })), shown.run(written(1, { long: 7 }))], ['{k=5}', '7']);
});
