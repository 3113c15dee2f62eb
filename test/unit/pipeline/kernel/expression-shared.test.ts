/** What occurs more than once is evaluated once where it surely is, and nowhere earlier than its text stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedKeys } from '../../../../src/pipeline/kernel/shared.ts';
import type { Bound } from '../../../../src/pipeline/sql/bound.ts';
import type { SqlFunction } from '../../../../src/pipeline/sql/functions/function.ts';
import { decimal, nullable, plain, type SqlType } from '../../../../src/pipeline/sql/types.ts';
import { kernelOf } from '../support.ts';
import { bound, cast, column, generate, type Held, int, literal, text, use, variable } from './expressions.ts';

/** A function that counts its calls. */
function counted(volatile = false): { readonly call: (arg: Bound) => Bound; readonly calls: () => number } {
  let calls = 0;
  const fn: SqlFunction = {
    name: 'COUNTED',
    category: 'conditions',
    doc: '',
    examples: [],
    parameters: [],
    nulls: 'strict',
    volatile,
    result: () => plain('INT'),
    body: {
      via: 'call',
      fn: (v: number) => {
        calls++;
        return v;
      },
    },
  };
  return { call: (arg) => bound('call', 'INT', { fn, args: [arg] }), calls: () => calls };
}

const i = column('i', 'INT');
const equals = (left: Bound, value: number): Bound =>
  bound('compare', 'BOOLEAN', { operator: '=', left, right: int(value) });
const sum = (left: Bound, right: Bound): Bound => bound('arithmetic', 'INT', { operator: '+', left, right });
const when = (...whens: readonly (readonly [Bound, Bound])[]): Bound =>
  bound('case', 'INT', { whens: whens.map(([test, result]) => ({ when: test, result })), otherwise: int(0) });

/** How often the function is called for one value. */
function callsOf(make: (f: (arg: Bound) => Bound) => Bound, given: Held, wanted: Held, volatile = false): number {
  const { call, calls } = counted(volatile);
  const { run } = generate(make(call), ['i']);
  assert.equal(run(given), wanted);
  return calls();
}

test('a call that occurs twice is made once, whatever stands between', () => {
  assert.equal(
    callsOf((f) => sum(f(i), sum(int(1), f(i))), 5, 11),
    1,
  );
  assert.equal(
    callsOf((f) => sum(f(sum(i, i)), f(sum(i, i))), 5, 20),
    1,
  );
});

test('the tests of a CASE share what the first of them has made', () => {
  const choose = (f: (arg: Bound) => Bound): Bound =>
    when([equals(f(i), 1), int(10)], [equals(f(i), 2), f(i)], [equals(f(i), 3), int(30)]);
  for (const [given, wanted] of [
    [1, 10],
    [2, 2],
    [3, 30],
    [4, 0],
  ] as const)
    assert.equal(callsOf(choose, given, wanted), 1);
});

test('AND shares between operands, and what stands behind a decision is not called', () => {
  const both = (f: (arg: Bound) => Bound): Bound =>
    bound('and', 'BOOLEAN', { operands: [equals(i, 1), equals(f(i), 1), equals(sum(f(i), i), 2)] });
  assert.equal(callsOf(both, 1, true), 1);
  assert.equal(callsOf(both, 2, false), 0);
});

test('what one branch has made is not taken for made behind it', () => {
  const branches = (f: (arg: Bound) => Bound): Bound => sum(when([equals(i, 1), f(i)]), f(i));
  assert.equal(callsOf(branches, 1, 2), 2);
  assert.equal(callsOf(branches, 2, 2), 1);
  const list = (f: (arg: Bound) => Bound): Bound =>
    sum(bound('coalesce', 'INT', { operands: [i, f(int(7))] }), f(int(7)));
  assert.equal(callsOf(list, null, 14), 2);
  assert.equal(callsOf(list, 1, 8), 1);
});

test('what may fail is not evaluated before the test that guards it', () => {
  const quotient = bound('arithmetic', 'INT', { operator: '/', left: int(10), right: i });
  const guarded = when([equals(i, 0), int(-1)], [equals(quotient, 5), quotient]);
  const { run } = generate(bound('coalesce', 'INT', { operands: [guarded, quotient] }), ['i']);
  assert.deepEqual([run(0), run(2), run(5)], [-1, 5, 0]);
});

test('a function that is not the same for the same arguments is called wherever it stands', () => {
  assert.equal(
    callsOf((f) => sum(f(i), f(i)), 5, 10, true),
    2,
  );
  assert.equal(
    callsOf((f) => sum(sum(f(i), i), sum(f(i), i)), 5, 20, true),
    2,
  );
});

test('a lambda uses what was made around it, and leaves nothing behind', () => {
  const type: SqlType = { kind: 'ARRAY', element: nullable(plain('INT')) };
  const map: SqlFunction = {
    name: 'MAPPED',
    category: 'conditions',
    doc: '',
    examples: [],
    parameters: [],
    nulls: 'strict',
    result: () => type,
    body: { via: 'call', fn: (a: readonly Held[], f: (v: Held) => Held) => a.map((v) => f(v)) },
  };
  const { call, calls } = counted();
  const x = variable('x', 'INT');
  const lambda = bound('lambda', 'INT', { parameters: [x], body: sum(call(i), sum(call(use(x)), call(use(x)))) });
  const mapped = bound('call', type, { fn: map, args: [literal(type, [1, 2, 3]), lambda] });
  const { run } = generate(bound('row', type, { items: [call(i), mapped, mapped, call(i)] }), ['i']);
  assert.deepEqual(run(10), [10, [12, 14, 16], [12, 14, 16], 10]);
  assert.equal(calls(), 1 + 3);
});

test('a text that is used twice is decoded once', () => {
  const s = column('s', 'VARCHAR');
  const twice = bound('concat', 'VARCHAR', { operands: [s, text('-'), s] });
  const { run, source } = generate(twice, ['s'], { holding: 'slices' });
  assert.equal(run('é'), 'é-é');
  assert.equal(source.match(/decode_\d+\(/g)?.length, 1);
  const once = generate(bound('concat', 'VARCHAR', { operands: [s, text('!')] }), ['s'], { holding: 'slices' });
  assert.doesNotMatch(once.source, /text_\d+ = decode/);
});

test('expressions have one key only if they are the same', () => {
  const keys = new SharedKeys();
  const different: readonly Bound[] = [
    int(1),
    literal('BIGINT', 1),
    literal('VARCHAR', '1'),
    literal('INT', null),
    literal('BYTES', Buffer.from('1')),
    column('a', 'INT'),
    column('b', 'INT'),
    bound('meta', 'INT', { name: 'partition' }),
    use(variable('a', 'INT')),
    use(variable('a', 'INT')),
    cast(i, 'BIGINT'),
    cast(i, 'BIGINT', true),
    cast(i, decimal(10, 2)),
    cast(i, decimal(12, 2)),
    equals(i, 1),
    equals(i, 2),
    bound('compare', 'BOOLEAN', { operator: '<', left: i, right: int(1) }),
    sum(i, int(1)),
    sum(int(1), i),
    bound('like', 'BOOLEAN', { by: 'like', operand: text('a'), pattern: text('b'), escape: undefined }),
    bound('like', 'BOOLEAN', { by: 'like', operand: text('a'), pattern: text('b'), escape: '!' }),
    bound('like', 'BOOLEAN', { by: 'ilike', operand: text('a'), pattern: text('b'), escape: undefined }),
    bound('field', 'INT', { operand: i, index: 0 }),
    bound('field', 'INT', { operand: i, index: 1 }),
    bound('in', 'BOOLEAN', { operand: i, list: [int(1)] }),
    bound('in', 'BOOLEAN', { operand: i, list: [int(1), int(1)] }),
    counted().call(i),
    counted().call(i),
  ];
  assert.equal(new Set(different.map((b) => keys.of(b))).size, different.length);
  assert.equal(keys.of(sum(column('a', 'INT'), int(1))), keys.of(sum(column('a', 'INT'), int(1))));
  assert.equal(keys.of(counted(true).call(i)), undefined);
  assert.equal(keys.of(sum(counted(true).call(i), i)), undefined);
});

test('a kernel evaluates what WHERE and several columns share once', () => {
  const schema = JSON.stringify({ type: 'record', name: 'T', fields: [{ name: 's', type: 'string' }] });
  const sql =
    "SELECT REPLACE(s, 'a', 'b') AS a, REPLACE(s, 'a', 'b') || '!' AS b, s LIKE '%a_b%' AS c, NOT s LIKE '%a_b%' AS d FROM t WHERE REPLACE(s, 'a', 'b') <> '' AND s LIKE '%a_b%'";
  const { source } = kernelOf(sql, schema);
  assert.equal(source.match(/REPLACE_\d+\(/g)?.length, 1);
  assert.equal(source.match(/like_\d+\(/g)?.length, 1);
});
