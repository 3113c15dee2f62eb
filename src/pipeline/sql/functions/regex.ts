/**
 * Functions of regular expressions. Patterns are JavaScript's with the u flag: code points are characters, and \p{…} is
 * known. Literal patterns are compiled once; others are kept when they come again. The time that a pattern takes is not
 * bounded: JavaScript's matcher backtracks, and nothing here can stop it; runtime/thread-link.ts ends its thread. LIKE and SIMILAR TO are kernel/patterns.ts.
 */
import { clipped } from '../../../contracts/clipped.ts';
import { regularExpression } from '../../regular-expression.ts';
import { plain, type SqlType, type Typed } from '../types.ts';
import type { Long, Value } from '../values.ts';
import { positionAt, replaceMatches, spendPiece } from './characters.ts';
import { checkLength, fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { memo } from './memo.ts';
import { type Groups, replacement } from './replacement.ts';
import { boolean, int, varchar } from './results.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const pattern: Parameter = { name: 'pattern', type: 'VARCHAR' };
const group: Parameter = { name: 'group', type: 'INTEGER' };
const ofPattern = {
  category: 'regular expressions',
  parameters: [text, pattern],
  nulls: 'strict',
  result: varchar,
  fallible: true,
  unbounded: true,
} as const;

const note =
  'The pattern is a regular expression of JavaScript (flag u); one with nested repetitions, as (a+)+, can take very long on some texts: one that takes longer than ten seconds fails its job at that record.';

/** Characters of a pattern, and of what is wrong with it, that are told. */
const shownMax = 200;

function compiled(source: string, flags: string): RegExp {
  try {
    return regularExpression(source, flags);
  } catch (e) {
    return fail(
      `the pattern ${clipped(source, shownMax)} is no regular expression: ${clipped((e as Error).message, shownMax)}`,
    );
  }
}

/** What a function does with a text (and what follows the pattern) once it has the pattern. */
type Use = (regex: RegExp) => Implementation;

type Known = readonly (Value | null | undefined)[];

const making =
  (use: Use, flags: string) =>
  (_: readonly Typed[], [, literal]: Known): Implementation => {
    if (typeof literal === 'string') {
      const fn = use(compiled(literal, flags));
      return (whole: string, _: string, third?: string | Long) => fn(whole, third);
    }
    const kept = memo((source) => use(compiled(source, flags)));
    return (whole: string, source: string, third?: string | Long) => kept(source)(whole, third);
  };
const withPattern = (use: Use, flags = 'u'): SqlFunction['body'] => ({ via: 'made', make: making(use, flags) });

/** The groups of a pattern: an alternative that matches anything shows them. */
function groupsOf({ source, flags }: RegExp): Groups {
  const found = compiled(`${source}|`, flags).exec('')!;
  return { count: found.length - 1, names: new Set(Object.keys(found.groups ?? {})) };
}

/** All matches of a group; of the first, or of the whole pattern where it has none. */
const extractAll: Use = (regex) => {
  const { count } = groupsOf(regex);
  return (whole: string, wanted: Long = Math.min(1, count)) => {
    if (wanted < 0 || wanted > count) return null;
    const all: (string | null)[] = [];
    for (const found of whole.matchAll(regex)) {
      spendPiece('REGEXP_EXTRACT_ALL');
      all.push(found[Number(wanted)] ?? null);
    }
    return all;
  };
};

/** NULL of groups that took no part, and of those that don't exist. */
const extract: Use =
  (regex) =>
  (whole: string, wanted: Long = 0) =>
    regex.exec(whole)?.[Number(wanted)] ?? null;

function replacing(regex: RegExp): (whole: string, by: string) => string {
  const groups = groupsOf(regex);
  const kept = memo((by) => replacement(by, groups));
  return (whole, by) => {
    const replaced = kept(by);
    let length = whole.length;
    return replaceMatches(whole, regex, (found) => {
      const out = replaced(found, found.groups);
      length += out.length - found[0].length;
      checkLength(length, 'REGEXP_REPLACE');
      return out;
    });
  };
}

const makeReplacing = making(replacing, 'gu');

/** Flags of Calcite's → JavaScript's. */
const flagsOf: Readonly<Record<string, string>> = { i: 'i', c: '', m: 'm', s: 's', n: 's' };
function matching(source: string, given: string): (whole: string) => boolean {
  const flags = new Set('u');
  for (const flag of given) {
    if (!Object.hasOwn(flagsOf, flag)) fail(`REGEXP_LIKE has no flag ${flag}; it has i, c, m, n and s`);
    if (flag === 'c') flags.delete('i');
    else flags.add(flagsOf[flag]!);
  }
  const regex = compiled(source, [...flags].join(''));
  return (whole) => regex.test(whole);
}

/** By pattern and flags. */
function like(types: readonly Typed[], [, source, given = types.length < 3 ? '' : undefined]: Known): Implementation {
  if (typeof source === 'string' && typeof given === 'string') return matching(source, given);
  const kept = memo((flags) => memo((by) => matching(by, flags)));
  return (whole: string, by: string, flags = '') => kept(flags)(by)(whole);
}

const likeRow = (name: string, optional: readonly Parameter[], doc: string, sql: string): SqlFunction => ({
  ...ofPattern,
  name,
  doc: `${doc} ${note}`,
  examples: [{ sql, result: 'true' }],
  parameters: [text, pattern, ...optional],
  optional: optional.length,
  result: boolean,
  body: { via: 'made', make: like },
});

const texts = (): SqlType => ({ kind: 'ARRAY', element: { type: plain('VARCHAR'), nullable: true } });

export const regex: readonly SqlFunction[] = [
  likeRow(
    'REGEXP_LIKE',
    [{ name: 'flags', type: 'VARCHAR' }],
    'Whether the pattern is found anywhere in the text. Flags: i for any case, c for the case as it is, n or s for a point that is any character, m for ^ and $ at each line.',
    "REGEXP_LIKE('GET /index', '^get', 'i')",
  ),
  likeRow('REGEXP', [], 'Whether the pattern is found anywhere in the text.', "REGEXP('foobar', 'o+b')"),
  {
    ...ofPattern,
    name: 'REGEXP_EXTRACT',
    doc: `The first match of the pattern, or of one of its groups (0 is the whole match); NULL where there is none. ${note}`,
    examples: [
      { sql: "REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2)", result: '"bar"' },
      { sql: "REGEXP_EXTRACT('port 443', '[0-9]+')", result: '"443"' },
    ],
    parameters: [text, pattern, group],
    optional: 1,
    nullable: true,
    body: withPattern(extract),
  },
  {
    ...ofPattern,
    name: 'REGEXP_SUBSTR',
    doc: `The first match of the pattern; NULL where there is none. ${note}`,
    examples: [{ sql: "REGEXP_SUBSTR('foobar', 'o+')", result: '"oo"' }],
    nullable: true,
    body: withPattern((found) => (whole: string) => found.exec(whole)?.[0] ?? null),
  },
  {
    ...ofPattern,
    name: 'REGEXP_EXTRACT_ALL',
    doc: `All matches of one of the pattern's groups: where none is given, of the first, or of the whole pattern if it has none. NULL where there is no such group. ${note}`,
    examples: [
      { sql: "REGEXP_EXTRACT_ALL('a1b2', '([a-z])([0-9])', 2)", result: '["1","2"]' },
      { sql: "REGEXP_EXTRACT_ALL('a1b2', '[a-z][0-9]')", result: '["a1","b2"]' },
    ],
    parameters: [text, pattern, group],
    optional: 1,
    nullable: true,
    result: texts,
    body: withPattern(extractAll, 'gu'),
  },
  {
    ...ofPattern,
    name: 'REGEXP_REPLACE',
    doc: `The text with every match replaced. In the replacement $0 is the match, $1 a group and \${name} one with a name; a $ of its own is \\$. ${note}`,
    examples: [
      { sql: "REGEXP_REPLACE('foobar', 'oo|ar', '')", result: '"fb"' },
      { sql: "REGEXP_REPLACE('2026-01-31', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1')", result: '"31.01.2026"' },
    ],
    parameters: [text, pattern, { name: 'replacement', type: 'VARCHAR' }],
    body: {
      via: 'made',
      make: (types, known) => {
        const [, source, by] = known;
        // What is wrong with the replacement is found now.
        if (typeof source === 'string' && typeof by === 'string') replacement(by, groupsOf(compiled(source, 'gu')));
        return makeReplacing(types, known);
      },
    },
  },
  {
    ...ofPattern,
    name: 'REGEXP_COUNT',
    doc: `How many times the pattern is found in the text. ${note}`,
    examples: [{ sql: "REGEXP_COUNT('foobar', 'o')", result: '2' }],
    result: int,
    body: withPattern(
      (found) => (whole: string) => {
        let count = 0;
        for (const _ of whole.matchAll(found)) count++;
        return count;
      },
      'gu',
    ),
  },
  {
    ...ofPattern,
    name: 'REGEXP_INSTR',
    doc: `Where the first match of the pattern begins, counted in characters from 1; 0 where there is none. ${note}`,
    examples: [{ sql: "REGEXP_INSTR('foobar', 'o')", result: '2' }],
    result: int,
    body: withPattern((found) => (whole: string) => positionAt(whole, whole.search(found))),
  },
];
