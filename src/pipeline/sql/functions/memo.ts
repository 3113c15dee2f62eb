/**
 * What was made of a text (a compiled pattern, a time zone), kept for the next record that names it. Bounded: where texts
 * come from records there may be any number of them, and then all are made anew from time to time. Errors are not kept.
 */
export function memo<T>(make: (text: string) => T, entriesMax = 256): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const found = kept.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (kept.size >= entriesMax) kept.clear();
    kept.set(text, made);
    return made;
  };
}
