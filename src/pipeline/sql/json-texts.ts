/**
 * What JSON_QUERY … RETURNING ARRAY<VARCHAR> makes of what it found: each element's text, or what ON ERROR says. It has the
 * form of a function, but no row in their table: the clause is how it is written.
 */
import { fail } from './functions/fail.ts';
import type { SqlFunction } from './functions/function.ts';
import { writtenAt } from './functions/json-path.ts';
import { firstIn, kindAt, nextAfter, rootOf, stringAt } from './functions/json-scan.ts';
import { nullable, plain } from './types.ts';

export const jsonTexts: SqlFunction = {
  name: 'JSON_TEXTS',
  category: 'JSON',
  doc: "The texts of a JSON array's elements.",
  examples: [],
  parameters: [
    { name: 'json', type: 'VARCHAR' },
    { name: 'on_error', type: 'VARCHAR' },
  ],
  nulls: 'strict',
  nullable: true,
  result: () => ({ kind: 'ARRAY', element: nullable(plain('VARCHAR')) }),
  fallible: true,
  body: { via: 'call', fn: textsOf },
};

function textsOf(text: string, onError: string): readonly (string | null)[] | null {
  const root = rootOf(text);
  if (kindAt(text, root) !== 'array') {
    if (onError === 'error') fail('JSON_QUERY: what was found is no array');
    return onError === '[]' ? [] : null;
  }
  const texts: (string | null)[] = [];
  for (let at = firstIn(text, root); at >= 0; at = nextAfter(text, at)) {
    const kind = kindAt(text, at);
    texts.push(kind === 'null' ? null : kind === 'string' ? stringAt(text, at) : writtenAt(text, at));
  }
  return texts;
}
