/** The table of all scalar functions. A function is one row of one of the lists; a list is one row here. */
import { conditions } from './functions/conditions.ts';
import { dates } from './functions/dates.ts';
import type { SqlFunction } from './functions/function.ts';
import { numbers } from './functions/numbers.ts';
import { strings } from './functions/strings.ts';

export { type SqlFunction, signature } from './functions/function.ts';

const lists: readonly (readonly SqlFunction[])[] = [strings, numbers, dates, conditions];

/** Name in upper case → row. */
export const functions: ReadonlyMap<string, SqlFunction> = new Map(lists.flat().map((row) => [row.name, row]));
