/** The pages of the documentation: each decision has a number of its own, and every link to a file of this repository leads to one. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const decisions = pagesIn('docs/adr');
const pages = [...pagesIn('.'), ...pagesIn('docs'), ...decisions, ...pagesIn('bench')];

test('decisions are numbered from 1 on, each once, as their headings say', () => {
  const numbers = decisions.map((page) => Number(page.slice('docs/adr/'.length, 'docs/adr/'.length + 4)));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    numbers.map((_, i) => i + 1),
  );
  for (const page of decisions) {
    const number = Number(page.slice('docs/adr/'.length, 'docs/adr/'.length + 4));
    assert.match(readFileSync(join(root, page), 'utf8'), new RegExp(`^# ${number}\\. `), page);
  }
});

test('every link to a file leads to one', () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of pages) {
    for (const [, target] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target === undefined || /^([a-z]+:|#)/.test(target)) continue;
      links++;
      if (!existsSync(join(root, dirname(page), target.split('#')[0]!))) broken.push(`${page}: ${target}`);
    }
  }
  assert.ok(links > 50, `${links} links`);
  assert.deepEqual(broken, []);
});
