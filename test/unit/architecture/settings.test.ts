/** What docs/settings.md tells of the environment is what config.ts reads, and all of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const named = (source: string, pattern: RegExp): string[] =>
  [...new Set([...source.matchAll(pattern)].map(([, name]) => name!))].sort();

/** Set by one part of Millrace for another: nobody else's matter. */
const internal: readonly string[] = ['MILLRACE_LAUNCHER'];

test('every variable that is read is documented, and no other', () => {
  const read = named(text('src/config.ts'), /'((?:MILLRACE|TEMPORAL|KAFKA)_[A-Z_]+)'/g);
  assert.ok(read.length > 20, read.join());
  const documented = named(
    text('docs/settings.md').replace(/^[^|].*$/gm, ''),
    /`((?:MILLRACE|TEMPORAL|KAFKA)_[A-Z_]+)`/g,
  );
  assert.deepEqual(
    documented,
    read.filter((name) => !internal.includes(name)),
  );
});
