/** Functions of URLs; what the parts of one are is in url-text.ts. A text that is no URL has no parts: NULL. */
import type { Value } from '../values.ts';
import { fail } from './fail.ts';
import type { Implementation, SqlFunction } from './function.ts';
import { int, varchar } from './results.ts';
import {
  decodeForm,
  encodeForm,
  hostOf,
  parseUrl,
  portOf,
  queryParameter,
  type UrlParts,
  userInfoOf,
} from './url-text.ts';

type Part = (url: UrlParts) => string | undefined;

const parts: Readonly<Record<string, Part>> = {
  PROTOCOL: (url) => url.protocol,
  AUTHORITY: (url) => url.authority,
  USERINFO: (url) => userInfoOf(url.authority ?? ''),
  HOST: (url) => hostOf(url.authority ?? ''),
  PATH: (url) => url.path,
  QUERY: (url) => url.query,
  FILE: (url) => (url.query === undefined ? url.path : `${url.path}?${url.query}`),
  REF: (url) => url.fragment,
};
const partNames = Object.keys(parts);

function partOf(name: string): Part {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part !== undefined) return part;
  fail(`PARSE_URL has no part '${name}': there are ${partNames.join(', ')}`);
}

const asWritten = (text: string): string => text;

function parsePart(part: Part, text: string, key: string | undefined): string | null {
  const url = parseUrl(text);
  if (url === undefined) return null;
  const found = part(url);
  if (found === undefined) return null;
  if (key === undefined) return found;
  return part === parts['QUERY'] ? queryParameter(found, key, asWritten) : null;
}

function makeParse(name: Value | null | undefined): Implementation {
  if (typeof name !== 'string') return (text: string, part: string, key?: string) => parsePart(partOf(part), text, key);
  const part = partOf(name);
  return (text: string, _: string, key?: string) => parsePart(part, text, key);
}

/** A function of what a URL's authority or query holds. */
const ofUrl = (of: (url: UrlParts) => Value | undefined): SqlFunction['body'] => ({
  via: 'call',
  fn: (text: string) => {
    const url = parseUrl(text);
    return (url && of(url)) ?? null;
  },
});

const brackets = /^\[(.*)\]$/s;

const base = {
  category: 'URLs',
  parameters: [{ name: 'url', type: 'VARCHAR' }],
  nulls: 'strict',
  nullable: true,
  result: varchar,
} as const;

export const urls: readonly SqlFunction[] = [
  {
    ...base,
    name: 'PARSE_URL',
    doc: `A part of a URL as it is written: ${partNames.join(', ')} (FILE is the path with its query). With a key, after QUERY, the value of the first \`key=value\` in the query, not decoded. NULL where the text is no URL or has no such part; a name that is none of these parts is an error.`,
    examples: [
      {
        sql: "PARSE_URL('https://u@example.org:8080/a/b?q=1&r=x%20y#top', 'AUTHORITY')",
        result: '"u@example.org:8080"',
      },
      { sql: "PARSE_URL('https://example.org/a/b?q=1&r=x%20y#top', 'FILE')", result: '"/a/b?q=1&r=x%20y"' },
      { sql: "PARSE_URL('https://example.org/a/b?q=1&r=x%20y#top', 'QUERY', 'r')", result: '"x%20y"' },
      { sql: "PARSE_URL('example.org', 'HOST')", result: 'null' },
    ],
    parameters: [...base.parameters, { name: 'part', type: 'VARCHAR' }, { name: 'key', type: 'VARCHAR' }],
    optional: 1,
    fallible: true,
    body: { via: 'made', make: (_, known) => makeParse(known[1]) },
  },
  {
    ...base,
    name: 'URL_HOST',
    doc: 'The host of a URL without user and port, as it is written; an IPv6 address without its brackets. NULL where there is none.',
    examples: [
      { sql: "URL_HOST('https://user@example.org:8080/')", result: '"example.org"' },
      { sql: "URL_HOST('http://[2001:db8::1]:80/')", result: '"2001:db8::1"' },
    ],
    body: ofUrl(({ authority }) => hostOf(authority ?? '')?.replace(brackets, '$1')),
  },
  {
    ...base,
    name: 'URL_PORT',
    doc: 'The port that stands in a URL; NULL where none does.',
    examples: [
      { sql: "URL_PORT('https://example.org:8443/')", result: '8443' },
      { sql: "URL_PORT('https://example.org/')", result: 'null' },
    ],
    result: int,
    body: ofUrl(({ authority }) => portOf(authority ?? '')),
  },
  {
    ...base,
    name: 'URL_PATH',
    doc: 'The path of a URL as it is written, which may be empty. NULL where the text is no URL.',
    examples: [{ sql: "URL_PATH('https://example.org/a%20b/c?q=1')", result: '"/a%20b/c"' }],
    body: ofUrl(({ path }) => path),
  },
  {
    ...base,
    name: 'URL_QUERY_PARAMETER',
    doc: 'The decoded value of the first parameter of that (decoded) name in the query of a URL; NULL where there is none, or where it is badly encoded.',
    examples: [
      { sql: "URL_QUERY_PARAMETER('https://example.org/?q=caf%C3%A9+au+lait', 'q')", result: '"café au lait"' },
      { sql: "URL_QUERY_PARAMETER('https://example.org/?q=1', 'r')", result: 'null' },
    ],
    parameters: [...base.parameters, { name: 'name', type: 'VARCHAR' }],
    body: {
      via: 'call',
      fn: (text: string, name: string) => {
        const query = parseUrl(text)?.query;
        return query === undefined ? null : queryParameter(query, name, decodeForm);
      },
    },
  },
  {
    ...base,
    name: 'URL_ENCODE',
    doc: 'The text as HTML forms encode it (application/x-www-form-urlencoded, UTF-8): a space becomes +.',
    examples: [{ sql: "URL_ENCODE('café & co/1')", result: '"caf%C3%A9+%26+co%2F1"' }],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nullable: false,
    body: { via: 'call', fn: encodeForm },
  },
  {
    ...base,
    name: 'URL_DECODE',
    doc: 'The text that URL_ENCODE made this of; NULL where a %XX is malformed or the bytes are not UTF-8.',
    examples: [
      { sql: "URL_DECODE('caf%C3%A9+%26+co%2F1')", result: '"café & co/1"' },
      { sql: "URL_DECODE('100%')", result: 'null' },
    ],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    body: { via: 'call', fn: decodeForm },
  },
];
