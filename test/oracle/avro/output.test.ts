/**
 * Output schemas and container files beside readers that no one here wrote: every one that the SQL cases make is parsed and
 * read by Apache Avro for Java and for Python, by fastavro and by avsc.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { type CompiledQuery, RecordError } from '../../../src/pipeline/ports.ts';
import { framingOf } from '../../../src/pipeline/query/output.ts';
import { loadCases, streams } from '../../sql/cases.ts';
import { withoutJava } from '../../support/java.ts';
import { withoutPython } from '../../support/python.ts';
import { bytesOf } from '../../unit/pipeline/support.ts';
import { typeOf } from './avsc.ts';
import { AvroForJava, avroForJava } from './java.ts';
import { namings } from './namings.ts';
import { AvroForPython, avroForPython } from './python.ts';

interface Output {
  readonly name: string;
  readonly schema: string;
  readonly file: string;
  readonly rows: readonly Buffer[];
}

const noJava = await withoutJava(avroForJava);
const noPython = await withoutPython(avroForPython);
const folder = mkdtempSync(join(tmpdir(), 'millrace-oracle-'));
after(() => rmSync(folder, { recursive: true }));

/** Rows of the records that the query takes; the others are its own error. */
function rowsOf(
  query: CompiledQuery,
  bodies: (stream: string) => readonly [schema: string, readonly Buffer[]],
): Buffer[] {
  return query.streams.flatMap((stream) => {
    const [schema, list] = bodies(stream);
    const kernel = query.kernel(stream, schema);
    return list.flatMap((body) => {
      try {
        return bytesOf(kernel, body).filter((row) => row !== null);
      } catch (e) {
        if (e instanceof RecordError) return [];
        throw e;
      }
    });
  });
}

function outputOf(name: string, query: CompiledQuery, rows: readonly Buffer[], i: number): Output {
  const { header, block } = framingOf('avro', query);
  const file = join(folder, `${i}.avro`);
  writeFileSync(file, Buffer.concat([header, ...(rows.length === 0 ? [] : block(rows.length, Buffer.concat(rows)))]));
  return { name, schema: query.outputSchema, file, rows };
}

/** One for each output schema. */
function outputs(): readonly Output[] {
  const found = new Map<string, Output>();
  let files = 0;
  const add = (name: string, query: CompiledQuery, rows: readonly Buffer[]): void => {
    if ((found.get(query.outputSchema)?.rows.length ?? 0) < rows.length || !found.has(query.outputSchema))
      found.set(query.outputSchema, outputOf(name, query, rows, files++));
  };
  for (const { name, input, fails } of loadCases()) {
    if (fails.length > 0) continue;
    const { key: _, tombstone: __, ...plain } = input;
    const query = compileQuery({ ...plain, format: 'avro' });
    add(
      name,
      query,
      rowsOf(query, (stream) => [streams[stream]!.schema, streams[stream]!.bodies]),
    );
  }
  for (const { name, schema, body, outputName } of namings) {
    const query = compileQuery({ sql: 'SELECT * FROM t', streams: { t: schema }, format: 'avro', outputName });
    add(
      name,
      query,
      rowsOf(query, () => [schema, [body]]),
    );
  }
  return [...found.values()];
}

const all = outputs();

test('there are many of them, and most have rows', () => {
  assert.ok(all.length > 120, String(all.length));
  assert.ok(all.filter((o) => o.rows.length > 0).length > all.length / 2);
});

/** Fails with everything that one of them couldn't read. */
function same(wrong: readonly string[]): void {
  assert.equal(wrong.length, 0, `${wrong.length} of ${all.length}\n${wrong.slice(0, 8).join('\n')}`);
}

test('avsc reads every output', () => {
  same(
    all.flatMap(({ name, schema, rows }) => {
      try {
        const type = typeOf(schema);
        for (const row of rows) type.fromBuffer(row);
        return [];
      } catch (e) {
        // It holds 64-bit integers of a logical type as numbers.
        if ((e as Error).message === 'potential precision loss') return [];
        return [`${name}: ${(e as Error).message}\n  ${schema}`];
      }
    }),
  );
});

let java: AvroForJava | undefined;
let python: AvroForPython | undefined;
before(async () => {
  if (noJava === undefined) java = await AvroForJava.start();
  if (noPython === undefined) python = await AvroForPython.start();
});
after(async () => {
  await java?.close();
  await python?.close();
});

test('Java reads every output', noJava === undefined ? {} : { skip: noJava }, async () => {
  const wrong: string[] = [];
  for (const { name, schema, file, rows } of all) {
    const answer = await java!.count(schema, file);
    const found = 'error' in answer ? answer.error : answer.value;
    if (found !== String(rows.length)) wrong.push(`${name}: ${found}, not ${rows.length}\n  ${schema}`);
  }
  same(wrong);
});

/** Python's dates end with the year 9999. */
const excused = /(year \d+|date value) (is )?out of range/;

for (const reader of ['fastavro', 'avro'] as const)
  test(`Python's ${reader} reads every output`, noPython === undefined ? {} : { skip: noPython }, async () => {
    const wrong: string[] = [];
    for (const { name, schema, file, rows } of all) {
      const { [reader]: found } = await python!.read(schema, file);
      if (found !== rows.length && !excused.test(String(found)))
        wrong.push(`${name}: ${found}, not ${rows.length}\n  ${schema}`);
    }
    same(wrong);
  });
