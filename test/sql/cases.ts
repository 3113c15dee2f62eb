/**
 * The cases in cases/*.sql. A file holds cases apart by lines of `----`. Before its SQL a case may set what goes with it:
 * `-- format: {"json":{…}}`, `-- key: expression`, `-- tombstone: expression`. After it stands what comes out: one `-- => row` per row,
 * `-- error: text` for a record that fails, or `-- fail: text` for SQL that is refused. Streams are `t` (sample.ts) and `u` (typed.ts).
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { CompileInput } from '../../src/pipeline/ports.ts';
import { sampleBodies, sampleSchema } from './sample.ts';
import { typedBodies, typedSchema } from './typed.ts';

export const streams: Readonly<Record<string, { readonly schema: string; readonly bodies: readonly Buffer[] }>> = {
  t: { schema: sampleSchema, bodies: sampleBodies },
  u: { schema: typedSchema, bodies: typedBodies },
};

export interface SqlCase {
  readonly name: string;
  readonly input: CompileInput;
  readonly rows: readonly string[];
  readonly errors: readonly string[];
  readonly fails: readonly string[];
}

const folder = new URL('./cases/', import.meta.url);

export function loadCases(): readonly SqlCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return files.flatMap((file) => {
    const texts = readFileSync(new URL(file, folder), 'utf8').split(/^----$/m);
    return texts.map((text, i) => parse(`${file} ${i + 1}`, text.trim().split('\n')));
  });
}

const mark = /^-- (=>|error:|fail:|format:|key:|tombstone:) ?/;

function parse(place: string, lines: readonly string[]): SqlCase {
  const marked = (of: string): readonly string[] =>
    lines.flatMap((line) => {
      const found = mark.exec(line);
      return found?.[1] === of ? [line.slice(found[0].length).trim()] : [];
    });
  const sql = lines.filter((line) => !mark.test(line)).join('\n');
  const [format] = marked('format:');
  const [key] = marked('key:');
  const [tombstone] = marked('tombstone:');
  return {
    name: `${place}: ${sql.replace(/\s+/g, ' ').slice(0, 90)}`,
    input: {
      sql,
      streams: Object.fromEntries(Object.entries(streams).map(([name, s]) => [name, s.schema])),
      format: format === undefined ? 'json' : (JSON.parse(format) as CompileInput['format']),
      ...(key === undefined ? {} : { key: [key] }),
      ...(tombstone === undefined ? {} : { tombstone }),
    },
    rows: marked('=>'),
    errors: marked('error:'),
    fails: marked('fail:'),
  };
}
