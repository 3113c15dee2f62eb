/** The table of all scalar functions. A function is one row of one of the lists; a list is one row here. */
import { collections } from './functions/collections.ts';
import { conditions } from './functions/conditions.ts';
import { dates } from './functions/dates.ts';
import type { SqlFunction } from './functions/function.ts';
import { hashes } from './functions/hashes.ts';
import { jsonFunctions } from './functions/json.ts';
import { networks } from './functions/networks.ts';
import { numbers } from './functions/numbers.ts';
import { regex } from './functions/regex.ts';
import { strings } from './functions/strings.ts';
import { urls } from './functions/urls.ts';

export { type SqlFunction, signature } from './functions/function.ts';

export const functionLists: readonly (readonly SqlFunction[])[] = [
  strings,
  numbers,
  dates,
  regex,
  conditions,
  jsonFunctions,
  hashes,
  urls,
  networks,
  collections,
];

/** Name in upper case → row. */
export const functions: ReadonlyMap<string, SqlFunction> = new Map(functionLists.flat().map((row) => [row.name, row]));
