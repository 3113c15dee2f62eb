/**
 * Runs every case in cases/*.sql. A file holds cases apart by lines of `----`; after its SQL a case says what comes out:
 * one `-- => {json}` per row, `-- error: text` for a record that fails, or `-- fail: text` for SQL that is refused.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { RecordError } from '../../src/pipeline/ports.ts';
import { rowsOf as rowsOfBody } from '../unit/pipeline/support.ts';
import { sampleBodies, sampleSchema } from './sample.ts';

const folder = new URL('./cases/', import.meta.url);

function rowsOf(sql: string): readonly string[] {
  const kernel = compileQuery({ sql, streams: { t: sampleSchema }, format: 'json' }).kernel('t', sampleSchema);
  return sampleBodies.flatMap((body) => rowsOfBody(kernel, body).map((row) => row ?? 'tombstone'));
}

const marked = (lines: readonly string[], mark: string): readonly string[] =>
  lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length).trim());

for (const file of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
  const cases = readFileSync(new URL(file, folder), 'utf8').split(/^----$/m);
  cases.forEach((text, i) => {
    const lines = text.trim().split('\n');
    const sql = lines.filter((line) => !/^-- (=>|error:|fail:)/.test(line)).join('\n');
    const [fails, errors] = [marked(lines, '-- fail:'), marked(lines, '-- error:')];
    test(`${file} ${i + 1}: ${sql.replace(/\s+/g, ' ').slice(0, 90)}`, () => {
      if (fails.length > 0) {
        assert.throws(
          () => rowsOf(sql),
          (e) => {
            assert.ok(e instanceof MillraceError, String(e));
            for (const wanted of fails) assert.ok(e.message.includes(wanted), `wanted ${wanted}\n${e.message}`);
            return e.problems.every((p) => p.position !== undefined && p.excerpt !== undefined);
          },
        );
      } else if (errors.length > 0) {
        assert.throws(
          () => rowsOf(sql),
          (e) => e instanceof RecordError && e.stage === 'sql' && e.message.includes(errors[0]!),
        );
      } else assert.deepEqual(rowsOf(sql), marked(lines, '-- =>'));
    });
  });
}
