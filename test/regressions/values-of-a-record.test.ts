/**
 * `TRANSFORM(SPLIT(a, ','), x -> LPAD(x, 200, 'z'))` over 1 MB of text took all memory of its thread, and the tasks of everyone
 * there with it. What is made of one record has a bound in bytes, whatever makes it: here each case has a thread with
 * the heap that engine threads have, and must answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { limits } from '../../src/contracts/limits.ts';
import type { HostileCase } from './support/hostile-thread.ts';

const mega = 1_000_000;
const schema = JSON.stringify({
  type: 'record',
  name: 'r',
  fields: [
    { name: 'a', type: 'string' },
    { name: 'list', type: { type: 'array', items: 'string' } },
    { name: 'map', type: { type: 'map', values: 'int' } },
  ],
});

const cases: Readonly<Record<string, HostileCase>> = {
  'texts made of pieces': { sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> LPAD(x, 200, 'z')))", text: [',', mega] },
  'pieces of a text of many megabytes': { sql: "CARDINALITY(SPLIT(a, ','))", text: [',', 60 * mega] },
  'pieces as a map': { sql: "CARDINALITY(STR_TO_MAP(a, ',', '='))", text: [',x=1', 15 * mega] },
  'matches of a pattern': { sql: "CARDINALITY(REGEXP_EXTRACT_ALL(a, '.'))", text: ['ab', 8 * mega] },
  'characters of a text': { sql: 'CHAR_LENGTH(REVERSE(a))', text: ['é', 10 * mega] },
  'characters that are trimmed': { sql: "CHAR_LENGTH(TRIM(BOTH 'xy' FROM a))", text: ['xy', 8 * mega] },
  'a text as large as a batch': { sql: "CHAR_LENGTH(REPLACE(a, 'q', 'r'))", text: ['x', 120 * mega] },
  'texts put together': {
    sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> a || x))",
    text: [',', 10_000],
  },
  'texts put together and read': {
    sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> UPPER(a || x || a)))",
    text: [',', 30_000],
  },
  'JSON of a list in a list': {
    sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> JSON_ARRAY(a, a, x)))",
    text: [',', 30_000],
  },
  'lists in a list': { sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> SPLIT(a, ',')))", text: [',', 20_000] },
  'rows in a list': {
    sql: "CARDINALITY(TRANSFORM(SPLIT(a, ','), x -> ARRAY[x, x, x, x, x, x]))",
    text: [',', 5 * mega],
  },
  'casts in a list': {
    sql: 'CARDINALITY(TRANSFORM(list, x -> CAST(CHAR_LENGTH(x) * 0.1e0 AS VARCHAR)))',
    list: 9 * mega,
  },
  'elements of an array': { sql: 'CARDINALITY(ARRAY_DISTINCT(list))', list: 20 * mega },
  'elements that are told apart': {
    sql: "CARDINALITY(ARRAY_DISTINCT(SPLIT(a, ',')))",
    text: ['abcdefghijklmnop,', 2 * mega],
  },
  'entries of a map': { sql: 'CARDINALITY(MAP_KEYS(map))', map: 4 * mega },
  'a list that is sorted': { sql: "CARDINALITY(ARRAY_SORT(SPLIT(a, ',')))", text: ['zy,', 900_000] },
  'words in capitals': { sql: 'CHAR_LENGTH(INITCAP(a))', text: ['a b ', 12 * mega] },
  'matches that are replaced': { sql: "CHAR_LENGTH(REGEXP_REPLACE(a, '[ab]', 'c'))", text: ['ab', 12 * mega] },
  'parts that are replaced': { sql: "CHAR_LENGTH(REPLACE(a, 'a', 'bb'))", text: ['a', 7 * mega] },
  'characters that are replaced': { sql: "CHAR_LENGTH(TRANSLATE(a, 'xy', 'ab'))", text: ['xy', 12 * mega] },
  'a text as a URL has it': { sql: 'CHAR_LENGTH(URL_ENCODE(a))', text: [' !', 12 * mega] },
  'a text as it sounds': { sql: 'CHAR_LENGTH(SOUNDEX(a))', text: ['-', 12 * mega] },
  'texts of a function that puts them together': { sql: 'CARDINALITY(TRANSFORM(list, x -> UUID()))', list: 900_000 },
  'times that are printed': {
    sql: `CARDINALITY(TRANSFORM(list, x -> DATE_FORMAT(TIMESTAMP '2026-11-30 01:02:03', '${'y,'.repeat(40)}')))`,
    list: 250_000,
  },
  'times as texts': {
    sql: "CARDINALITY(TRANSFORM(list, x -> CAST(TIMESTAMP '2026-11-30 01:02:03' AS VARCHAR)))",
    list: 900_000,
  },
  'objects of JSON': {
    sql: `CARDINALITY(TRANSFORM(list, x -> JSON_OBJECT(${Array.from({ length: 40 }, (_, i) => `KEY 'k${i}' VALUE CHAR_LENGTH(x)`).join(', ')})))`,
    list: 150_000,
  },
  'many texts joined': {
    sql: `CARDINALITY(TRANSFORM(list, x -> a || ${Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? `'${i % 10}'` : 'a')).join(' || ')}))`,
    text: ['z', 1],
    list: 250_000,
  },
  'a replacement of many megabytes': {
    sql: "CHAR_LENGTH(REGEXP_REPLACE('foobar', 'oo|ar', a))",
    text: ['a,', 12 * mega],
  },
  'a pattern of many megabytes': { sql: 'REGEXP_COUNT(a, a)', text: ['a,', 12 * mega] },
  'a pattern of LIKE of many megabytes': { sql: 'a LIKE a', text: ['a%', 12 * mega] },
  'a pattern of SIMILAR TO of many megabytes': { sql: 'a SIMILAR TO a', text: ['a,', 12 * mega] },
  'a pattern of times of many megabytes': {
    sql: "DATE_FORMAT(TIMESTAMP '2026-11-30 01:02:03', a)",
    text: ['y,', 12 * mega],
  },
  'a pattern of times to read of many megabytes': { sql: "TO_TIMESTAMP('2026', a)", text: ['y,', 12 * mega] },
  'a pattern that is too large for its machine': {
    sql: "REGEXP_COUNT('foobar', '(' || LEFT(a, 15000) || '){1,100}')",
    text: ['ab', mega],
  },
  'a state that grows': {
    sql: "CARDINALITY(REDUCE(SPLIT(a, ','), ARRAY[a], (s, x) -> ARRAY_APPEND(s, LPAD(x, 1000, 'z'))))",
    text: [',', 100_000],
  },
};

for (const [what, given] of Object.entries(cases)) {
  test(`the memory that one record may take is bounded: ${what}`, { timeout: 120_000 }, async () => {
    const answer = await new Promise<string>((resolve) => {
      const worker = new Worker(new URL('./support/hostile-thread.ts', import.meta.url), {
        workerData: { schema, ...given },
        resourceLimits: { maxOldGenerationSizeMb: limits.threadHeapMb },
      });
      worker.on('message', resolve);
      worker.on('error', (e) => resolve(`the thread ended: ${e.message}`));
    });
    assert.match(answer, /^(a row|sql: .*(the most is|is no regular expression))/);
  });
}
