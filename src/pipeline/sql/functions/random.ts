/** Random numbers. With a seed they are those of Java's java.util.Random (its documentation states the formulas), and so those of Flink. */
import { plain } from '../types.ts';
import type { Value } from '../values.ts';
import { fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { int } from './results.ts';

const mask = (1n << 48n) - 1n;
const [multiplier, increment] = [0x5deece66dn, 0xbn];

/** Gives the next so many bits as a number from 0 on: a linear congruential generator of 48 bits. */
function generator(seed: number): (bits: number) => number {
  let state = (BigInt(seed) ^ multiplier) & mask;
  return (bits) => {
    state = (state * multiplier + increment) & mask;
    return Number(state >> BigInt(48 - bits));
  };
}
type Next = ReturnType<typeof generator>;

const fraction = (next: Next): number => (next(26) * 2 ** 27 + next(27)) / 2 ** 53;

/** From 0 to under the bound, each as likely. */
function below(next: Next, bound: number): number {
  const isPower = (bound & -bound) === bound;
  for (;;) {
    const bits = next(31);
    if (isPower) return Math.floor((bits / 2 ** 31) * bound);
    const value = bits % bound;
    // The last run of numbers is too short: its values would be likelier than the others.
    if (bits - value + (bound - 1) < 2 ** 31) return value;
  }
}

/** The seed's numbers go on from record to record where it is a literal; else each record begins with its own seed. */
const seeded =
  (make: (next: Next) => Implementation): ((seed: Value | null | undefined) => Implementation) =>
  (seed) => {
    if (typeof seed !== 'number') return (own: number, ...rest: readonly number[]) => make(generator(own))(...rest);
    const fn = make(generator(seed));
    return (_: number, ...rest: readonly number[]) => fn(...rest);
  };
const seededFraction = seeded((next) => () => fraction(next));
const seededBelow = seeded((next) => (bound: number) => below(next, checked(bound)));

const checked = (bound: number): number =>
  bound > 0 ? bound : fail(`RAND_INTEGER below ${bound}: the bound must be positive`);

const seed: Parameter = { name: 'seed', type: 'INT' };
const bound: Parameter = { name: 'bound', type: 'INT' };
const ofChance = { category: 'numbers', nulls: 'strict', optional: 1, volatile: true } as const;

export const random: readonly SqlFunction[] = [
  {
    ...ofChance,
    name: 'RAND',
    doc: 'A random number from 0 to under 1. With the same seed, the same numbers come one after the other whenever the task starts.',
    examples: [{ sql: 'RAND() < 1', result: 'true' }],
    parameters: [seed],
    result: () => plain('DOUBLE'),
    body: { via: 'made', make: (types, [known]) => (types.length === 0 ? Math.random : seededFraction(known)) },
  },
  {
    ...ofChance,
    name: 'RAND_INTEGER',
    doc: 'A random integer from 0 to under the bound; with two numbers the first is a seed, as for RAND. A bound that is not positive is an error of the record.',
    examples: [{ sql: 'RAND_INTEGER(1)', result: '0' }],
    parameters: [{ name: 'seed_or_bound', type: 'INT' }, bound],
    result: int,
    fallible: true,
    body: {
      via: 'made',
      make: (types, [known]) =>
        types.length === 1 ? (most: number) => Math.floor(Math.random() * checked(most)) : seededBelow(known),
    },
  },
];
