/** The table of functions and the page that is printed from it. What examples say is tested in examples.test.ts. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { functionsPage } from '../../../../scripts/functions.ts';
import { functionLists, functions, type SqlFunction, signature } from '../../../../src/pipeline/sql/functions.ts';

const rows: readonly SqlFunction[] = functionLists.flat();

test('docs/functions.md is what the table prints', () => {
  const page = readFileSync(new URL('../../../../docs/functions.md', import.meta.url), 'utf8');
  assert.equal(page, functionsPage(), 'run `node scripts/functions.ts` and commit docs/functions.md');
});

test('every function is on the page, in the section of its category', () => {
  const page = functionsPage();
  for (const fn of rows) assert.ok(page.includes(`\n### ${fn.name}\n\n\`${signature(fn)}\`\n`), fn.name);
  assert.equal(page.match(/^### /gm)?.length, rows.length);
});

test('no two functions have one name, and names are upper case', () => {
  const names = rows.map((fn) => fn.name);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
  for (const name of names) assert.match(name, /^[A-Z][A-Z0-9_]*$/);
  assert.equal(functions.size, rows.length);
});

test('every function is documented in sentences, and has examples and named parameters', () => {
  for (const { name, doc, examples, parameters, optional = 0 } of rows) {
    assert.match(doc, /^\S.*\.$/s, `${name}: ${doc}`);
    assert.ok(examples.length > 0, `${name} has no example`);
    assert.ok(
      parameters.every((p) => p.name !== ''),
      `${name} has a parameter without a name`,
    );
    assert.ok(optional <= parameters.length, `${name} has more optional parameters than parameters`);
  }
});

test('every function is called in an example of its own', () => {
  for (const { name, examples } of rows)
    assert.ok(
      examples.some(({ sql }) => new RegExp(`\\b${name}\\b`).test(sql)),
      name,
    );
});

test('every list of functions that a file has is in the table', async () => {
  const isRow = (v: unknown): v is SqlFunction => typeof v === 'object' && v !== null && 'category' in v && 'doc' in v;
  const missing: string[] = [];
  for (const file of globSync('src/pipeline/sql/functions/*.ts')) {
    const exported = Object.values((await import(pathToFileURL(file).href)) as object);
    for (const row of exported.flat().filter(isRow))
      if (functions.get(row.name) !== row) missing.push(`${row.name} of ${file}`);
  }
  assert.deepEqual(missing, []);
});
