/** The one place where text becomes a function. Its body is {@link Code}; values come in as arguments, by reference. */
import type { Code } from './code.ts';

export interface Binding {
  readonly name: Code;
  readonly value: unknown;
}

/** Characters of the source that an error shows. */
const shownMax = 20_000;

/** Evaluates `body`, which ends in a return, with the bindings as its only free names. */
export function evaluate<T>(body: Code, bindings: readonly Binding[]): T {
  const source = `'use strict';\n${body}`;
  try {
    return new Function(...bindings.map((b) => b.name.toString()), source)(...bindings.map((b) => b.value)) as T;
  } catch (cause) {
    throw new Error(`The generated code is wrong, which is a mistake in Millrace:\n${source.slice(0, shownMax)}`, {
      cause,
    });
  }
}
