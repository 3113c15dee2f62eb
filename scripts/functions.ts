/** Prints docs/functions.md from the table of SQL functions. `node scripts/functions.ts` */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Category } from '../src/pipeline/sql/functions/function.ts';
import { functions, type SqlFunction, signature } from '../src/pipeline/sql/functions.ts';

/** In the order of the page. */
const categories: readonly Category[] = [
  'strings',
  'regular expressions',
  'numbers',
  'dates and times',
  'conditions',
  'JSON',
  'arrays and maps',
  'hashes and encodings',
  'URLs',
  'networks',
];

const title = (category: Category): string => category[0]!.toUpperCase() + category.slice(1);
/** As GitHub makes anchors of headings: one that comes again is numbered. */
function anchorsOf(headings: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return headings.map((heading) => {
    const plain = heading.toLowerCase().replaceAll(' ', '-');
    const before = counts.get(plain) ?? 0;
    counts.set(plain, before + 1);
    return before === 0 ? plain : `${plain}-${before}`;
  });
}

/** Code in a table's cell: a bar would end the cell. */
const cell = (code: string): string => `\`${code.replaceAll('|', '\\|')}\``;

/** What the row's `nulls` and `nullable` say. */
function ofNull({ nulls, nullable }: SqlFunction): string {
  if (nulls === 'own') return nullable === false ? 'Never NULL.' : 'What NULL arguments make, it says above.';
  return nullable === true ? 'NULL where an argument is, and where it says so above.' : 'NULL where an argument is.';
}

function section(fn: SqlFunction): readonly string[] {
  const notes = [ofNull(fn)];
  if (fn.fallible === true) notes.push('May be an error of the record.');
  if (fn.volatile === true) notes.push('Evaluated anew for each record.');
  return [
    `### ${fn.name}`,
    '',
    `\`${signature(fn)}\``,
    '',
    fn.doc,
    '',
    `*${notes.join(' ')}*`,
    '',
    '| example | result |',
    '| --- | --- |',
    ...fn.examples.map(({ sql, result }) => `| ${cell(sql)} | ${cell(result)} |`),
    '',
  ];
}

export function functionsPage(): string {
  const all = [...functions.values()];
  const parts = categories
    .map((category) => ({ heading: title(category), rows: all.filter((fn) => fn.category === category) }))
    .filter(({ rows }) => rows.length > 0);
  const anchors = anchorsOf(parts.flatMap(({ heading, rows }) => [heading, ...rows.map((fn) => fn.name)]));
  let at = 0;
  const link = (heading: string): string => `[${heading}](#${anchors[at++]!})`;
  return [
    '# SQL functions',
    '',
    'Printed from the table in `src/pipeline/sql/functions.ts` by `node scripts/functions.ts`; what is not here does not exist.',
    'Every example is compiled and run by a test. Results are shown as format `json` writes them, dates and times as ISO 8601.',
    '',
    '`[, x]` may be left out, `…` may come again. INT takes whole numbers, BIGINT as well; DOUBLE takes every number; ANY takes',
    "everything; `x -> …` is a lambda. An error of a record is dealt with by the job's error policy; where an argument is a",
    'literal that is always wrong (a JSON path, a network), it is an error of the query.',
    '',
    ...parts.map(({ heading, rows }) => `- ${link(heading)}: ${rows.map((fn) => link(fn.name)).join(', ')}`),
    '',
    ...parts.flatMap(({ heading, rows }) => [`## ${heading}`, '', ...rows.flatMap(section)]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/functions.md', import.meta.url), functionsPage());
}
