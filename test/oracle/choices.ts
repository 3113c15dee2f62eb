/**
 * A stream of choices that generators draw from: numbers made by fast-check, then zeros. Every generator makes its simplest
 * thing of zeros, so that fast-check's shrinking of the numbers (fewer, smaller) shrinks whatever is made of them.
 */
import fc from 'fast-check';

export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** From 0 to below `bound`, which is at most 2^31. */
  below(bound: number): number {
    return (this.#numbers[this.#at++] ?? 0) % bound;
  }

  /** True in about `percent` of 100 cases; zero is false. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of the makers, the first being the simplest. */
  one<T>(...makers: readonly (() => T)[]): T {
    return this.pick(makers)();
  }

  /** `least` to `most` things, the fewest being the simplest. */
  list<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, i) => make(i));
  }

  bits32(): number {
    return (this.below(2 ** 16) << 16) | this.below(2 ** 16);
  }

  bits64(): bigint {
    return (BigInt(this.bits32() >>> 0) << 32n) | BigInt(this.bits32() >>> 0);
  }
}

/** Arrays of numbers for {@link Choices}. */
export const numbers = (most: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(2 ** 31 - 1), { maxLength: most, size: 'max' });
