/** Damaged bodies by the thousand: a row, a rejection or a RecordError comes of each, whatever lies around it in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { generateEvents } from '../../../../examples/firewall/generate.ts';
import { eventSchema, q1, q3 } from '../../../../examples/firewall/queries.ts';
import type { FormatSpec } from '../../../../src/contracts/format.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { type Kernel, RecordError } from '../../../../src/pipeline/ports.ts';
import { encode } from '../../../oracle/avro/encode.ts';
import { type Node, type RecordNode, schemaText } from '../../../oracle/avro/model.ts';
import { pairs } from '../../../oracle/avro/pair.ts';
import { anyValue } from '../../../oracle/avro/values.ts';
import { Choices, numbers } from '../../../oracle/choices.ts';
import { mutate } from '../../../support/mutate.ts';
import { callKernel } from '../support.ts';

/** Bytes that no damaged body of a few thousand may become. */
const rowBytesMax = 1 << 25;
/** Bytes around the body: zeros end every list, and these go on with every number. */
const canaries = [0x00, 0xfe];
const margin = 96;

interface Subject {
  readonly name: string;
  readonly sql: readonly string[];
  /** Of the stream, and of the bodies where it is another. */
  readonly schema: string;
  readonly writer?: string;
  readonly bodies: readonly Buffer[];
}

const record = (name: string, fields: Readonly<Record<string, Node>>): RecordNode => ({
  kind: 'record',
  name,
  aliases: [],
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, aliases: [], type })),
});
const union = (...branches: Node[]): Node => ({ kind: 'union', branches });
const array = (items: Node): Node => ({ kind: 'array', items });
const map = (values: Node): Node => ({ kind: 'map', values });
const decimal = (precision: number, scale: number): Node => ({
  kind: 'bytes',
  logical: { name: 'decimal', precision, scale },
});
const none: Node = { kind: 'null' };
const int: Node = { kind: 'int' };
const long: Node = { kind: 'long' };
const string: Node = { kind: 'string' };

const tree = record('Tree', { value: long });
tree.fields.push({ name: 'left', aliases: [], type: union(none, tree) });
tree.fields.push({ name: 'children', aliases: [], type: array(tree) });
tree.fields.push({ name: 'named', aliases: [], type: map(tree) });

const ownBodies = (node: RecordNode): readonly Buffer[] =>
  fc.sample(numbers(200), { numRuns: 25, seed: 1 }).map((list) => {
    const choices = new Choices(list);
    return encode(node, anyValue(node, choices), choices);
  });
const subject = (node: RecordNode, ...sql: string[]): Subject => ({
  name: node.name,
  sql: ['SELECT * FROM t', ...sql],
  schema: schemaText(node),
  bodies: ownBodies(node),
});

const empty = record('Empty', {});
const subjects: readonly Subject[] = [
  {
    name: 'firewall',
    sql: [q1, q3, 'SELECT * FROM firewall'].map((sql) => sql.replace('FROM firewall', 'FROM t')),
    schema: eventSchema,
    bodies: [...generateEvents({ seed: 11, count: 25 })],
  },
  subject(tree, 'SELECT value FROM t WHERE left.value > 0', 'SELECT left.left.children AS c, named FROM t'),
  subject(
    record('Nothings', { a: array(none), b: array(empty), c: array(array(none)), d: map(none), z: int }),
    'SELECT z FROM t',
    'SELECT z, n FROM t CROSS JOIN UNNEST(c) AS u (n)',
  ),
  subject(
    record('Maps', { m: map(long), n: map(union(none, string)), o: map(map(array(string))), z: int }),
    "SELECT m['k1'] AS k, z FROM t WHERE z <> 7",
    'SELECT k, v FROM t CROSS JOIN UNNEST(m) AS u (k, v)',
  ),
  subject(
    record('Decimals', {
      d: decimal(9, 2),
      e: union(none, decimal(38, 10)),
      f: { kind: 'fixed', name: 'F', aliases: [], size: 9, logical: { name: 'decimal', precision: 20, scale: 5 } },
      u: { kind: 'fixed', name: 'U', aliases: [], size: 16, logical: { name: 'uuid' } },
      p: { kind: 'fixed', name: 'P', aliases: [], size: 12, logical: { name: 'duration' } },
    }),
    'SELECT d + e AS s, CAST(f AS INT) AS i, u, p FROM t',
  ),
  subject(
    record('Unions', {
      a: union(none, int, string, array(int), record('Inner', { x: string, y: union(long, none) })),
      e: { kind: 'enum', name: 'E', aliases: [], symbols: ['A', 'B', 'C'] },
      t: { kind: 'long', logical: { name: 'timestamp-micros' } },
      s: string,
    }),
    "SELECT UPPER(s) AS s, e, a.string AS b, CAST(s AS INT) AS i, t + INTERVAL '1' MONTH AS m FROM t",
    "SELECT s FROM t WHERE e = 'B' OR s LIKE '%a_'",
  ),
  ...fc.sample(pairs, { numRuns: 6, seed: 3 }).map(({ writerText, readerText, body }, i) => ({
    name: `resolution ${i}`,
    sql: ['SELECT * FROM t'],
    schema: readerText,
    writer: writerText,
    bodies: [body],
  })),
];

const formats: readonly FormatSpec[] = ['json', 'avro', 'csv'];

function kernelsOf({ sql, schema, writer = schema }: Subject): readonly Kernel[] {
  return sql.flatMap((text) =>
    formats.map((format) => compileQuery({ sql: text, streams: { t: schema }, format }).kernel('t', writer)),
  );
}

const room = { dst: Buffer.alloc(1 << 16) };

/** What is written of `src[start, end)`, or the error of the record: nothing else may be thrown. */
function outcome(kernel: Kernel, src: Buffer, start: number, end: number): string {
  try {
    for (;;) {
      const to = callKernel(kernel, src, start, end, room.dst, 0);
      if (to < 0) return 'rejected';
      if (to <= room.dst.length) return room.dst.toString('latin1', 0, to);
      assert.ok(to <= rowBytesMax, `a row of ${to} bytes`);
      room.dst = Buffer.alloc(to);
    }
  } catch (error) {
    assert.ok(error instanceof RecordError, (error as Error).stack);
    assert.ok(error.stage === 'decode' || error.stage === 'sql', error.stage);
    assert.ok(error.message.length > 0 && error.message.length < 2000);
    return `${error.stage}: ${error.message}`;
  }
}

/** The outcome is the same whatever stands before and behind the body, and the body stays as it was. */
function sameWithin(kernel: Kernel, body: Buffer): string {
  const [first, second] = canaries.map((canary) => {
    const src = Buffer.alloc(body.length + 2 * margin, canary);
    body.copy(src, margin);
    const seen = outcome(kernel, src, margin, margin + body.length);
    assert.ok(body.equals(src.subarray(margin, margin + body.length)), 'the kernel changed its source');
    return seen;
  });
  assert.equal(second, first);
  return first!;
}

const damagesOfEach = 1200;

for (const one of subjects)
  test(`damaged bodies of ${one.name} give a row, a rejection or a RecordError, and never depend on bytes outside`, () => {
    const kernels = kernelsOf(one);
    const seen = { rows: 0, errors: 0 };
    for (let i = 0; i < damagesOfEach; i++) {
      const body = mutate(one.bodies[i % one.bodies.length]!, 42, i);
      for (const kernel of kernels)
        try {
          seen[/^(decode|sql): /.test(sameWithin(kernel, body)) ? 'errors' : 'rows']++;
        } catch (cause) {
          throw new Error(`case ${i}: ${body.toString('hex').slice(0, 400)}\n${kernel.source}`, { cause });
        }
    }
    // Both happen: else nothing was damaged, or everything beyond reading.
    assert.ok(seen.errors > 0, 'nothing was damaged');
  });

test('undamaged bodies give rows', () => {
  for (const one of subjects)
    for (const kernel of kernelsOf(one)) {
      const errors = one.bodies.filter((body) => sameWithin(kernel, body).startsWith('decode: '));
      if (one.writer === undefined) assert.equal(errors.length, 0, one.name);
    }
});

test('damaged bodies leave no memory behind', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const made = subjects.map((one) => ({ one, kernels: kernelsOf(one) }));
  const round = (seed: number): void => {
    for (const { one, kernels } of made)
      for (let i = 0; i < 150; i++) {
        const body = mutate(one.bodies[i % one.bodies.length]!, seed, i);
        for (const kernel of kernels) outcome(kernel, body, 0, body.length);
      }
  };
  round(1);
  const before = used();
  for (let seed = 2; seed < 8; seed++) round(seed);
  assert.ok(used() - before < 8 * 1024 * 1024, `${used() - before} bytes more`);
});

test('control: a reader that looks behind the end is found', () => {
  const kernel = kernelsOf(subjects[0]!)[0]!;
  const greedy: Kernel = { ...kernel, run: (src, start, end, ...rest) => kernel.run(src, start, end + 1, ...rest) };
  assert.throws(() => {
    for (let i = 0; i < 2000; i++) sameWithin(greedy, mutate(subjects[0]!.bodies[i % 25]!, 7, i));
  });
});

test('control: what is no RecordError is found', () => {
  const kernel = kernelsOf(subjects[0]!)[0]!;
  const broken: Kernel = {
    ...kernel,
    run: () => {
      throw new RangeError('beyond');
    },
  };
  assert.throws(() => sameWithin(broken, Buffer.alloc(3)), /beyond/);
});
