/**
 * Makes regular expressions, of patterns of queries and of records. V8 makes the machine of one when it first runs, and may refuse it
 * only then, as too large: each runs here once, over a text of each of the two widths that V8 has.
 */
const texts = ['', '\u0100'] as const;

/** Throws what V8 throws for a pattern that is none, or too large. */
export function regularExpression(source: string, flags: string): RegExp {
  const made = new RegExp(source, flags);
  for (const text of texts) made.test(text);
  made.lastIndex = 0;
  return made;
}
