/**
 * CAST of texts and integers to an INTERVAL of some fields: '5' is five days or five hours, as the type says that the query
 * names. It has the form of a function, but no row in their table: CAST is how it is written.
 */
import type { IntervalUnit } from './ast.ts';
import { fail } from './functions/fail.ts';
import type { SqlFunction } from './functions/function.ts';
import { intervalOfUnits, intervalReader } from './literals.ts';
import type { Long } from './values.ts';

export const intervalFields: SqlFunction = {
  name: 'INTERVAL_FIELDS',
  category: 'dates and times',
  doc: 'The interval of so many units, or that a text of these fields says.',
  examples: [],
  parameters: [
    { name: 'value', type: 'ANY' },
    { name: 'from', type: 'UNIT' },
    { name: 'to', type: 'UNIT' },
    { name: 'safe', type: 'BOOLEAN' },
  ],
  nulls: 'strict',
  nullable: true,
  result: ([given]) => given!.type,
  fallible: true,
  body: {
    via: 'made',
    make: ([given], [, first, last, safe]) => {
      const [from, to] = [first as IntervalUnit, last as IntervalUnit];
      const refuse = (v: Long | string): null =>
        safe === true
          ? null
          : fail(
              `${typeof v === 'string' ? `'${v.slice(0, 60)}'` : v} can't be cast to INTERVAL ${from === to ? from : `${from} TO ${to}`}; TRY_CAST makes NULL of it`,
            );
      if (given!.type.kind !== 'VARCHAR') return (v: Long) => intervalOfUnits(v, from) ?? refuse(v);
      const read = intervalReader(from, to);
      return (text: string) => {
        const value = read(text, false);
        return typeof value === 'string' ? refuse(text) : value;
      };
    },
  },
};
