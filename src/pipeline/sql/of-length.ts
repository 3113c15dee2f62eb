/**
 * What CAST does last where a VARCHAR(5), a CHAR(5) or their kin of bytes is wanted: what is longer is cut off, and of CHAR
 * and BINARY what is shorter is filled, with spaces or zeros. It has the form of a function, but no row in their table.
 */
import { countCharacters, offsetAfter } from './functions/characters.ts';
import { checkLength } from './functions/fail.ts';
import type { SqlFunction } from './functions/function.ts';

export const ofLength: SqlFunction = {
  name: 'OF_LENGTH',
  category: 'strings',
  doc: 'The text or the bytes cut off at a length, or filled to it.',
  examples: [],
  parameters: [
    { name: 'value', type: 'ANY' },
    { name: 'length', type: 'INT' },
    { name: 'padded', type: 'BOOLEAN' },
  ],
  nulls: 'strict',
  result: ([given]) => given!.type,
  fallible: true,
  body: {
    via: 'made',
    make: ([given], [, length, padded]) => {
      const [most, fills] = [Number(length), padded === true];
      if (given!.type.kind === 'BYTES')
        return (v: Buffer) => {
          if (v.length >= most || !fills) return v.length > most ? v.subarray(0, most) : v;
          checkLength(most, 'BINARY');
          return Buffer.concat([v], most);
        };
      return (v: string) => {
        if (!fills) return v.slice(0, offsetAfter(v, most));
        const missing = most - countCharacters(v);
        if (missing <= 0) return v.slice(0, offsetAfter(v, most));
        checkLength(v.length + missing, 'CHAR');
        return v + ' '.repeat(missing);
      };
    },
  },
};
