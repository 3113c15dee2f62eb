/** Whoever calls a function by another dialect's name is told ours: those that are named are there, and take what is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functions } from '../../../../src/pipeline/sql/functions.ts';
import { refusedAggregates } from '../../../../src/pipeline/sql/refusals.ts';
import { synonyms } from '../../../../src/pipeline/sql/synonyms.ts';

/** Words before a parenthesis that are no functions, or forms of their own. */
const forms = new Set(['CAST', 'TRY_CAST', 'ROW', 'UNNEST', 'DECIMAL']);

test('a synonym is no function of ours, and names only functions that are', () => {
  for (const [name, remedy] of synonyms) {
    assert.ok(!functions.has(name) && !refusedAggregates.has(name), name);
    for (const [, called] of remedy.matchAll(/([A-Z][A-Z0-9_]*)\(/g))
      assert.ok(forms.has(called!) || functions.has(called!) || called === 't', `${name}: ${called}`);
  }
});
