/** What hostile bytes and hostile text can't do: read beyond the record, hang, throw something unforeseen, become code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1, q2 } from '../../../../examples/firewall/queries.ts';
import { MillraceError } from '../../../../src/contracts/failure.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { type Code, js } from '../../../../src/pipeline/kernel/code.ts';
import { evaluate } from '../../../../src/pipeline/kernel/function.ts';
import { type Kernel, RecordError } from '../../../../src/pipeline/ports.ts';
import { callKernel, kernelOf, schemas, typeOf } from '../support.ts';

/** The row, the rejection or the error's stage and text. */
function outcome(kernel: Kernel, src: Buffer, start: number, end: number): string {
  const dst = Buffer.alloc(1 << 16);
  try {
    const to = callKernel(kernel, src, start, end, dst, 0);
    return to < 0 ? 'rejected' : dst.toString('latin1', 0, Math.min(to, dst.length));
  } catch (error) {
    assert.ok(error instanceof RecordError, String(error));
    return `${error.stage}: ${error.message}`;
  }
}

/** The same bytes alone, and between bytes of which each value is tried that could be mistaken for more of the record. */
function sameWithin(kernel: Kernel, body: Buffer): string {
  const alone = outcome(kernel, Buffer.from(body), 0, body.length);
  for (const poison of [0, 0x80, 2]) {
    const src = Buffer.alloc(body.length + 64, poison);
    body.copy(src, 32);
    assert.equal(outcome(kernel, src, 32, 32 + body.length), alone);
  }
  return alone;
}

const kernels = [q1, q2, 'SELECT geo, tags FROM firewall WHERE url_category IS NULL'].map((sql) =>
  compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' }).kernel('firewall', eventSchema),
);

test('an event cut off anywhere is an error or rejected before the cut, whatever stands behind it', () => {
  for (const body of generateEvents({ seed: 5, count: 2 }))
    for (let length = 0; length < body.length; length++)
      for (const kernel of kernels) {
        const got = sameWithin(kernel, body.subarray(0, length));
        if (kernel === kernels[1]) assert.match(got, /^decode: /);
      }
});

test('an event with changed bytes gives a row, a rejection or a RecordError, and never depends on bytes outside', () => {
  const events = [...generateEvents({ seed: 6, count: 20 })];
  const change = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.nat(19), fc.array(change, { minLength: 1, maxLength: 6 }), (which, changes) => {
      const body = Buffer.from(events[which]!);
      for (const [at, byte] of changes) body[at % body.length] = byte;
      for (const kernel of kernels) sameWithin(kernel, body);
    }),
    { numRuns: 1000 },
  );
});

test('changed bytes of any schema likewise', () => {
  fc.assert(
    fc.property(schemas, fc.nat(1000), fc.integer({ min: 0, max: 255 }), (schema, at, byte) => {
      const kernel = kernelOf('SELECT * FROM t', schema);
      const type = typeOf(schema);
      for (let i = 0; i < 4; i++) {
        const body = type.toBuffer(type.random());
        if (body.length > 0) body[(at + i) % body.length] = byte;
        sameWithin(kernel, body);
      }
    }),
    { numRuns: 400 },
  );
});

test('a number of more than 10 bytes is a decode error that names its field, read or skipped', () => {
  const types = [
    'int',
    'long',
    { type: 'enum', name: 'E', symbols: ['X'] },
    { type: 'long', logicalType: 'timestamp-millis' },
  ];
  for (const type of types) {
    const fields = [
      { name: 'n', type },
      { name: 's', type: 'string' },
    ];
    const schema = JSON.stringify({ type: 'record', name: 'R', fields });
    const text = Buffer.from([2, 65]);
    const tenBytes = Buffer.concat([Buffer.alloc(9, 0x80), Buffer.from([0]), text]);
    const eleven = Buffer.concat([Buffer.alloc(10, 0x80), Buffer.from([0]), text]);
    const skipping = kernelOf('SELECT s FROM t', schema);
    assert.equal(sameWithin(skipping, tenBytes), '{"s":"A"}');
    for (const kernel of [skipping, kernelOf('SELECT n, s FROM t', schema)])
      assert.equal(sameWithin(kernel, eleven), 'decode: n at byte 10: a number of more than 10 bytes');
  }
});

test('items that take no byte are bounded, in one block or in many', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [{ name: 'a', type: { type: 'array', items: 'null' } }],
  });
  const kernel = kernelOf('SELECT * FROM t', schema);
  assert.equal(outcome(kernel, Buffer.from([4, 0]), 0, 2), '{"a":[null,null]}');
  const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f, 0]);
  assert.match(outcome(kernel, huge, 0, huge.length), /items without a byte/);
  const many = Buffer.concat([...Array.from({ length: 5000 }, () => Buffer.from([0xfe, 0x01])), Buffer.from([0])]);
  assert.match(outcome(kernel, many, 0, many.length), /items without a byte/);
});

test('the error of a bad record names the field and the byte', () => {
  const body = [...generateEvents({ seed: 7, count: 1 })][0]!;
  assert.match(outcome(kernels[1]!, body.subarray(0, 40), 0, 40), /^decode: \w+ at byte \d+: .*the body ends/);
  const longer = Buffer.concat([body, Buffer.from([1])]);
  assert.match(outcome(kernels[1]!, longer, 0, longer.length), /^decode: the value ends at byte/);
});

test('bytes before `at` stay as they are, and a row that does not fit says so', () => {
  const body = [...generateEvents({ seed: 8, count: 1 })][0]!;
  for (let room = 0; room < 700; room += 7) {
    const dst = Buffer.alloc(room, 1);
    const end = callKernel(kernels[1]!, body, 0, body.length, dst, Math.min(room, 5));
    assert.ok(end > room);
    assert.deepEqual(dst.subarray(0, Math.min(room, 5)), Buffer.alloc(Math.min(room, 5), 1));
  }
});

test('no text of a query or a schema becomes code', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  const attack = '`"\'\\\n*/}); globalThis.owned = true; ({//\u2028${globalThis.owned = true}';
  const quoted = `'${attack.replaceAll("'", "''")}'`;
  const name = `"${attack.replaceAll('"', '""')}"`;
  const schema = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      { name: 's', type: 'string' },
      { name: 'globalThis', type: 'int' },
    ],
  });
  const body = typeOf(schema).toBuffer({ s: attack, globalThis: 1 });
  const sql = `SELECT s, UPPER(s) || ${quoted} AS ${name}, globalThis FROM t WHERE s = ${quoted} AND s LIKE ${quoted} AND s <> 'x'`;
  const dst = Buffer.alloc(4096);
  const kernel = compileQuery({ sql, streams: { t: schema }, format: 'json' }).kernel('t', schema);
  const end = callKernel(kernel, body, 0, body.length, dst, 0);
  const row = JSON.parse(dst.toString('utf8', 0, end)) as Record<string, unknown>;
  assert.deepEqual(row, { s: attack, [attack]: attack.toUpperCase() + attack, globalThis: 1 });
  assert.equal('owned' in globalThis, false);
});

test('a plain string in a code template is a literal, and only a template makes code', () => {
  const text = '"; throw 1; //\u2029</script>';
  assert.equal(evaluate<string>(js`return ${text};`, []), text);
  assert.throws(() => js(['return 1'] as unknown as TemplateStringsArray), TypeError);
  assert.throws(() => js`${['a'] as unknown as readonly Code[]}`, TypeError);
});

test('any change of a query gives a kernel or a MillraceError with a position', () => {
  const pieces = [
    'SELECT',
    '(',
    ')',
    "'",
    '"',
    'CASE',
    'WHEN',
    'AND',
    'NOT',
    '.',
    ',',
    '*',
    '-',
    '9e999',
    'geo',
    '\u0000',
    '😀',
    '/*',
    'IS',
    'IN',
    'BETWEEN',
    'rule',
    '||',
    ';',
    '[',
    'COUNT(',
  ];
  const edit = fc.tuple(fc.nat(400), fc.nat(8), fc.constantFrom('', ...pieces));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let sql = q1;
      for (const [at, cut, put] of edits)
        sql = `${sql.slice(0, at % sql.length)} ${put} ${sql.slice((at % sql.length) + cut)}`;
      try {
        compileQuery({ sql, streams: { firewall: eventSchema }, format: 'json' });
      } catch (error) {
        assert.ok(error instanceof MillraceError, `${sql}\n${(error as Error).stack}`);
        for (const p of error.problems)
          assert.ok(p.position !== undefined && p.position.line > 0 && p.position.column > 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('deep nesting and long lists are refused or compiled, never a stack overflow', () => {
  const compile = (where: string) =>
    compileQuery({
      sql: `SELECT rule FROM firewall WHERE ${where}`,
      streams: { firewall: eventSchema },
      format: 'json',
    });
  for (const where of ['('.repeat(20_000), `${'NOT '.repeat(10_000)}TRUE`, 'CASE WHEN '.repeat(5000)])
    assert.throws(() => compile(where), { name: 'MillraceError' });
  for (const term of ['1', 'CHAR_LENGTH(rule)'])
    assert.ok(compile(`${term}${` + ${term}`.repeat(2500)} = 1`).kernel('firewall', eventSchema));
  assert.ok(
    compile(Array.from({ length: 2000 }, (_, i) => `rule = '${i}'`).join(' OR ')).kernel('firewall', eventSchema),
  );
  assert.ok(
    compile(Array.from({ length: 2000 }, (_, i) => `rule <> '${i}'`).join(' AND ')).kernel('firewall', eventSchema),
  );
});
