/** Result types and checks of arguments that many functions share. Types that depend on arguments are with their functions. */
import { plain, type SqlType, type Typed, typeText } from '../types.ts';

const of = (type: SqlType) => (): SqlType => type;

export const varchar = of(plain('VARCHAR'));
/** Of functions that make JSON: a VARCHAR that is told from others by identity, so that it isn't quoted inside of another JSON. */
export const jsonType: SqlType = { kind: 'VARCHAR' };
export const bytes = of(plain('BYTES'));
export const boolean = of(plain('BOOLEAN'));
export const int = of(plain('INT'));
export const bigint = of(plain('BIGINT'));

/** The check of a first argument that may be VARCHAR or BYTES. */
export function textOrBytes([first]: readonly Typed[]): string | undefined {
  const { kind } = first!.type;
  if (kind === 'VARCHAR' || kind === 'BYTES' || kind === 'NULL') return undefined;
  return `wants VARCHAR or BYTES first, not ${typeText(first!)}`;
}
