/**
 * zod's issues → {@link Problem}s in the words of someone who writes YAML: where, what is wrong, what to write instead.
 * Knows zod's issue codes and schema shapes, nothing of jobs or streams.
 */

import type { z } from 'zod';
import { clipped } from './clipped.ts';
import { exactJson } from './exact-json.ts';
import type { Problem } from './failure.ts';
import { limits } from './limits.ts';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** RFC 6901. */
export function pointer(path: Path): string {
  return path.map((k) => `/${String(k).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The issues as problems, in the order of the document's keys as far as zod keeps it; of very many only the first. */
export function problemsOf(issues: readonly Issue[], root: unknown, schema: z.ZodType): Problem[] {
  const problems: Problem[] = [];
  for (const issue of issues) {
    if (problems.length >= limits.problemsMax) break;
    problems.push(...describe(issue, root, schema, []).slice(0, limits.problemsMax - problems.length));
  }
  // An empty name is too short and of the wrong form: one mistake, told once.
  const empty = new Set<string>();
  const told = problems.filter((p) => {
    if (empty.has(p.path)) return false;
    if (p.message === emptyText) empty.add(p.path);
    return true;
  });
  return told.map((p) => (p.path.length > pathCharsMax ? { ...p, path: clipped(p.path, pathCharsMax) } : p));
}

/** Characters of a place: a key may be as long as the document. */
const pathCharsMax = 1_000;

const emptyText = 'must not be empty';

function describe(issue: Issue, root: unknown, schema: z.ZodType, prefix: Path): Problem[] {
  const at = [...prefix, ...issue.path];
  const path = pointer(at);
  const value = valueAt(root, at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, limits.problemsMax).map((key) => unknownKey(key, at, root, schema));
    case 'invalid_type':
      return [{ path, ...wrongType(issue.expected, value, keysAt(schema, at, root)) }];
    case 'invalid_value':
      return [{ path, ...wrongChoice(value, issue.values.map(String)) }];
    case 'too_small':
      return [{ path, ...outOfBounds(issue.origin, value, 'at least', Number(issue.minimum)) }];
    case 'too_big':
      return [{ path, ...outOfBounds(issue.origin, value, 'at most', Number(issue.maximum)) }];
    case 'invalid_format':
      return [{ path, ...wrongFormat(issue, value) }];
    case 'invalid_key':
      return issue.issues.flatMap((i) =>
        describe({ ...i, path: [] } as Issue, root, schema, at).map((p) => ({
          ...p,
          message: `is not allowed as a key here`,
        })),
      );
    case 'invalid_union':
      return wrongUnion(issue, at, root, schema);
    case 'custom': {
      const remedy: unknown = issue.params?.['remedy'];
      return [{ path, message: issue.message, ...(typeof remedy === 'string' ? { remedy } : {}) }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(key: string, at: Path, root: unknown, schema: z.ZodType): Problem {
  const known = keysAt(schema, at, root);
  const present = valueAt(root, at);
  const free = known.filter((k) => !(typeof present === 'object' && present !== null && k in present));
  const meant = nearest(key, free);
  const all = known.length > 0 ? `known here: ${known.join(', ')}` : 'nothing else is known here';
  return {
    path: pointer([...at, key]),
    message: `unknown key "${clip(key)}"`,
    remedy: meant === null ? all : `write ${meant}; ${all}`,
  };
}

function wrongType(expected: string, value: unknown, keys: readonly string[]): Omit<Problem, 'path'> {
  const wanted = keys.length > 0 ? `a mapping with ${keys.join(', ')}` : (typeWords[expected] ?? expected);
  if (value === undefined || value === null) return { message: 'is missing', remedy: `write ${wanted}` };
  return {
    message: `must be ${wanted}, not ${wordFor(value)}`,
    remedy: remedyForType(expected, value) ?? `write ${wanted}`,
  };
}

const valueWords: Readonly<Record<string, string>> = { string: 'text', bigint: 'number' };

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

function remedyForType(expected: string, value: unknown): string | null {
  if (expected === 'string' && typeof value !== 'object') return `put it in quotes: "${clip(String(value))}"`;
  if (expected === 'array') return 'write a list: [a, b], or one line with "- " for each';
  if (expected === 'int' && typeof value === 'number') return `write ${Math.max(1, Math.round(value))}`;
  if ((expected === 'int' || expected === 'number') && typeof value === 'string')
    return 'write it without quotes, as a number';
  return null;
}

function wrongChoice(value: unknown, allowed: readonly string[]): Omit<Problem, 'path'> {
  const list = allowed.join(', ');
  const meant = typeof value === 'string' ? nearest(value, allowed) : null;
  if (value === undefined || value === null) {
    return { message: 'is missing', remedy: allowed.length === 1 ? `write ${list}` : `write one of: ${list}` };
  }
  const shown = typeof value === 'object' ? wordFor(value) : `"${clip(String(value))}"`;
  if (allowed.length === 1) return { message: `must be ${list}, not ${shown}`, remedy: `write ${list}` };
  return {
    message: `must be one of ${list}, not ${shown}`,
    remedy: meant === null ? `write one of: ${list}` : `write ${meant}; allowed: ${list}`,
  };
}

function outOfBounds(
  origin: string,
  value: unknown,
  side: 'at least' | 'at most',
  bound: number,
): Omit<Problem, 'path'> {
  if (origin === 'string' && side === 'at least') return { message: emptyText, remedy: 'write at least one character' };
  if (origin === 'string') {
    const length = typeof value === 'string' ? value.length : 0;
    return {
      message: `has ${length} characters; at most ${bound} are allowed`,
      remedy: `shorten it to ${bound} characters`,
    };
  }
  if (origin === 'array') {
    const length = Array.isArray(value) ? value.length : 0;
    return { message: `has ${length} entries; ${side} ${bound} must be there`, remedy: `give ${side} ${bound}` };
  }
  return { message: `must be ${side} ${bound}, not ${String(value)}`, remedy: `write a number of ${side} ${bound}` };
}

function wrongFormat(issue: Extract<Issue, { code: 'invalid_format' }>, value: unknown): Omit<Problem, 'path'> {
  const message = `"${clip(String(value))}" is not allowed here`;
  if (issue.format === 'datetime') {
    return { message, remedy: 'write an ISO 8601 date-time with its offset, such as 2026-01-31T12:00:00Z' };
  }
  return { message, remedy: `use ${issue.message}` };
}

function wrongUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  at: Path,
  root: unknown,
  schema: z.ZodType,
): Problem[] {
  const value = valueAt(root, at);
  if (issue.discriminator !== undefined && 'options' in issue && issue.options !== undefined) {
    return [{ path: pointer(at), ...wrongChoice(value, issue.options.map(String)) }];
  }
  // The member whose own shape fits tells the precise mistake, such as a key inside of an object.
  const near = issue.errors.find((es) => !es.some((e) => e.path.length === 0 && e.code !== 'unrecognized_keys'));
  if (near !== undefined) return near.flatMap((e) => describe(e, root, schema, at));
  const choices = issue.errors.flat().find((e) => e.code === 'invalid_value');
  const meant =
    choices?.code === 'invalid_value' && typeof value === 'string' ? nearest(value, choices.values.map(String)) : null;
  if (value === undefined || value === null)
    return [{ path: pointer(at), message: 'is missing', remedy: `it ${issue.message}` }];
  return [{ path: pointer(at), message: issue.message, ...(meant === null ? {} : { remedy: `write ${meant}` }) }];
}

/** The keys that the schema knows at a path; [] where it isn't an object with fixed keys. */
function keysAt(schema: z.core.$ZodType, path: Path, value: unknown): string[] {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
    case 'nullable':
      return keysAt(def.innerType, path, value);
    case 'union': {
      const fitting = def.options.filter((o) => discriminates(o, value));
      return [...new Set((fitting.length > 0 ? fitting : def.options).flatMap((o) => keysAt(o, path, value)))];
    }
    case 'object': {
      const [key, ...rest] = path;
      if (key === undefined) return Object.keys(def.shape);
      const field = def.shape[String(key)];
      return field === undefined ? [] : keysAt(field, rest, valueAt(value, [key]));
    }
    case 'array':
      return path.length === 0 ? [] : keysAt(def.element, path.slice(1), valueAt(value, path.slice(0, 1)));
    default:
      return [];
  }
}

/** Whether an object schema's literal fields are the value's: the chosen member of a discriminated union. */
function discriminates(option: z.core.$ZodType, value: unknown): boolean {
  const def = (option as z.core.$ZodTypes)._zod.def;
  if (def.type !== 'object') return false;
  const literals = Object.entries(def.shape).flatMap(([key, field]) => {
    const inner = (field as z.core.$ZodTypes)._zod.def;
    return inner.type === 'literal' ? [inner.values.includes(valueAt(value, [key]) as never)] : [];
  });
  return literals.length > 0 && literals.every(Boolean);
}

function valueAt(root: unknown, path: Path): unknown {
  let at = root;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `the ${valueWords[typeof value] ?? typeof value} ${clip(exactJson(value) ?? '')}`;
}

const clip = (text: string): string => clipped(text, 40);
