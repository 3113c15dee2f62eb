/** Emits the writing of text that is known when the kernel is made: words where they fit, at one test for all of them. */
import { type Code, js } from '../../kernel/code.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import { writeBytes } from './text.ts';

/** Writes `bytes` at `at`; `out` names the view of dst. */
export function storeConstant(e: Emitter, out: Code, bytes: Buffer): readonly Code[] {
  const n = bytes.length;
  if (n < 4) return [...Array.from(bytes, (byte, i) => js`dst[at + ${i}] = ${byte};`), js`at += ${n};`];
  const word = (i: number): Code => js`${out}.setInt32(at + ${i}, ${bytes.readInt32LE(i)}, true);`;
  const words = Array.from({ length: n >> 2 }, (_, i) => word(4 * i));
  // The last word overlaps the one before it rather than leave single bytes.
  if (n % 4 > 0) words.push(word(n - 4));
  return [
    js`if (at + ${n} > dst.length) ${callConstant(e, bytes)}
else {
${words}
at += ${n};
}`,
  ];
}

/** The same by a call: less code, more time. */
export const callConstant = (e: Emitter, bytes: Buffer): Code =>
  js`at = ${e.bind(writeBytes, 'writeBytes')}(dst, at, ${e.bind(bytes, 'text')});`;
