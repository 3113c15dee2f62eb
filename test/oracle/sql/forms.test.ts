/** One expression in other places of a query says the same: in WHERE, and in Avro instead of JSON. Needs no oracle. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { parseSchema } from '../../../src/pipeline/avro/parse.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { bytesOf } from '../../unit/pipeline/support.ts';
import { rowDiffers } from '../avro/json.ts';
import { readByOurs } from '../avro/ours.ts';
import { announced } from '../seed.ts';
import { cases } from './case.ts';
import { evaluate } from './ours.ts';
import { tableSchema } from './rows.ts';

/** The rows that the query makes of the body, or the message of its error. */
function rows(sql: string, format: 'json' | 'avro', body: Buffer): readonly Buffer[] | string {
  try {
    const compiled = compileQuery({
      sql,
      streams: { t: tableSchema },
      format: format === 'json' ? { json: { decimal: 'string' } } : 'avro',
    });
    return bytesOf(compiled.kernel('t', tableSchema), body) as Buffer[];
  } catch (cause) {
    if (cause instanceof RecordError) return cause.message;
    throw cause;
  }
}

const check = (
  t: TestContext,
  runs: number,
  wrong: (text: string, kind: string, body: Buffer) => string | undefined,
  options: { readonly endOnFailure?: boolean } = {},
): void =>
  fc.assert(
    fc.property(cases, ({ expressions, bodies }) => {
      for (const { text, kind } of expressions)
        for (const body of bodies.slice(0, 2)) {
          const found = wrong(text, kind, body);
          assert.ok(found === undefined, `${text}: ${found}`);
        }
    }),
    { ...announced(t, runs), ...options },
  );

/** How WHERE with the condition that `as` makes of it differs from the condition's value. */
const whereDiffers =
  (as: (text: string) => string) =>
  (text: string, kind: string, body: Buffer): string | undefined => {
    if (kind !== 'BOOLEAN') return undefined;
    const answer = evaluate(text, [body]);
    const value = 'values' in answer ? answer.values[0]! : answer.refused;
    const kept = rows(`SELECT i FROM t WHERE ${as(text)}`, 'json', body);
    // A condition may end before the part that is an error as a value; it is never an error where the value is none.
    if (typeof value === 'object' && value !== null) return undefined;
    if (typeof kept === 'string') return `is ${value}, and in WHERE the error ${kept}`;
    return kept.length === (value === 'true' ? 1 : 0) ? undefined : `is ${value}, and WHERE keeps ${kept.length} rows`;
  };

/** How the row in Avro of what `as` makes of the expression differs from the expression's row in JSON. */
const avroDiffers =
  (as: (text: string) => string) =>
  (text: string, _: string, body: Buffer): string | undefined => {
    const sql = `SELECT ${as(text)} AS c FROM t`;
    const [json, avro] = [rows(`SELECT ${text} AS c FROM t`, 'json', body), rows(sql, 'avro', body)];
    if (typeof json === 'string' || typeof avro === 'string')
      return json === avro ? undefined : `${String(json)} in JSON, ${String(avro)} in Avro`;
    const schema = compileQuery({ sql, streams: { t: tableSchema }, format: 'avro' }).outputSchema;
    const read = readByOurs(schema, schema, avro[0]!);
    if (!('value' in read)) return JSON.stringify(read);
    return rowDiffers(parseSchema(schema), read.value, json[0]!.toString());
  };

const itself = (text: string): string => text;

test('WHERE keeps exactly the rows for which its condition is TRUE as a value', (t) =>
  check(t, 120, whereDiffers(itself)));

test('a row in Avro says what it says in JSON', (t) => check(t, 60, avroDiffers(itself)));

test('control: a WHERE that keeps what is UNKNOWN is found', (t) => {
  assert.throws(
    () =>
      check(
        t,
        400,
        whereDiffers((text) => `(${text}) IS NOT FALSE`),
      ),
    /Property failed/,
  );
});

test('control: a value that Avro has as NULL is found', (t) => {
  assert.throws(
    () =>
      check(
        t,
        60,
        avroDiffers((text) => `NULLIF(${text}, ${text})`),
      ),
    /Property failed/,
  );
});
