/**
 * What was made of a text (a compiled pattern, a time zone), kept for the next record that names it. Bounded: where texts
 * come from records there may be any number of them, and then all are made anew from time to time. Errors are not kept.
 */
import { limits } from '../../../contracts/limits.ts';
import { fail } from './fail.ts';

export function memo<T>(make: (text: string) => T, entriesMax = 256): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const found = kept.get(text);
    if (found !== undefined) return found;
    if (text.length > limits.patternCharsMax)
      fail(`a pattern of ${text.length} characters: the most is ${limits.patternCharsMax}`);
    const made = make(text);
    if (text.length > limits.memoCharsMax) return made;
    if (kept.size >= entriesMax) kept.clear();
    kept.set(copied(text), made);
    return made;
  };
}

/** A piece of a text is held with the whole of it, which may be as large as a record. */
const copied = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
