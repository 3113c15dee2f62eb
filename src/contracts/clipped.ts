/** A text cut to a bound, for what people read: it may hold what somebody else wrote, at any length. Pure. */

/** The first `charsMax` characters (UTF-16 units) of a text, the last of them an ellipsis where something was cut; no character is cut in two. */
export function clipped(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = charsMax - 1;
  const half = isHighSurrogate(text.charCodeAt(end - 1)) ? 1 : 0;
  return `${text.slice(0, end - half)}…`;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
