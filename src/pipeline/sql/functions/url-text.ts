/**
 * The parts of a URL's text as RFC 3986 has them, as they are written: nothing is decoded, lowered or made canonical, so
 * that a part is always a piece of the text. What a text must be to count as a URL: a scheme, a colon, and the rest.
 */
import { roomForPieces } from './characters.ts';
export interface UrlParts {
  readonly protocol: string;
  /** `user@host:port`; undefined where there is no `//`. */
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/** RFC 3986, appendix B, with the scheme's own letters. */
const form = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

export function parseUrl(text: string): UrlParts | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [, protocol, authority, path, query, fragment] = found;
  return { protocol: protocol!, authority, path: path!, query, fragment };
}

/** Before the authority's last `@`. */
export function userInfoOf(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  return at < 0 ? undefined : authority.slice(0, at);
}

/** Without user and port; an IPv6 address with its brackets. Undefined where it is empty. */
export function hostOf(authority: string): string | undefined {
  const from = authority.lastIndexOf('@') + 1;
  const host = authority.slice(from, portColon(authority, from));
  return host === '' ? undefined : host;
}

/** The port where one is written, from 0 to 65535. */
export function portOf(authority: string): number | undefined {
  const digits = authority.slice(portColon(authority, authority.lastIndexOf('@') + 1) + 1);
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 65536;
  return port > 65535 ? undefined : port;
}

/** Where the colon before the port stands; the authority's length where there is none. */
function portColon(authority: string, from: number): number {
  const colon = authority.indexOf(':', Math.max(from, authority.lastIndexOf(']')));
  return colon < 0 ? authority.length : colon;
}

/** What follows the first `name=` of a query, as it is written; `decoded` says how names are compared and values given. */
export function queryParameter(query: string, name: string, decoded: (text: string) => string | null): string | null {
  for (let at = 0; at <= query.length; ) {
    const end = query.indexOf('&', at) < 0 ? query.length : query.indexOf('&', at);
    const equals = query.indexOf('=', at);
    if (equals >= 0 && equals < end && decoded(query.slice(at, equals)) === name)
      return decoded(query.slice(equals + 1, end));
    at = end + 1;
  }
  return null;
}

/** As HTML forms encode: UTF-8 in %XX, a space as +, letters, digits and `*-._` as they are. */
export function encodeForm(text: string): string {
  roomForPieces(text, 'URL_ENCODE');
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text that was encoded; null where a %XX is malformed, or its bytes aren't UTF-8. */
export function decodeForm(text: string): string | null {
  if (!text.includes('%') && !text.includes('+')) return text;
  roomForPieces(text, 'URL_DECODE');
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
