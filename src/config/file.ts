/**
 * The configuration file (YAML, or JSON, which is YAML too): read and checked as a whole, whoever needs which part of it. A mistake is told
 * with its line, its column and its path.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { z } from 'zod';
import { failure, MillraceError } from '../contracts/failure.ts';
import { nearest } from '../contracts/nearest.ts';
import { fileSchema } from './schema.ts';
import { allSettings } from './settings.ts';

type Path = readonly PropertyKey[];

/** Only who has a file pays for its parser. */
const require = createRequire(import.meta.url);

export class SettingsFile {
  readonly path: string;
  readonly #document: import('yaml').Document;
  readonly #lines: import('yaml').LineCounter;
  readonly #values: unknown;

  /** Throws MillraceError `invalid_spec` with every mistake. */
  constructor(path: string) {
    const { LineCounter, parseDocument } = require('yaml') as typeof import('yaml');
    this.path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(contentOf(path), { lineCounter: this.#lines, prettyErrors: false });
    const { errors } = this.#document;
    if (errors.length > 0) throw this.#wrong(errors.map(({ pos, message }) => `${this.#at(pos[0])}: ${message}`));
    const parsed = fileSchema().safeParse(this.#document.toJS() ?? {});
    if (!parsed.success) throw this.#wrong(parsed.error.issues.flatMap((issue) => this.#told(issue)));
    this.#values = parsed.data;
  }

  /** What it says at a path with dots; undefined: nothing. */
  at(path: string): unknown {
    let value = this.#values;
    for (const key of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
    return value;
  }

  /** A mistake that only shows beside other settings. */
  mistake(path: string, message: string): MillraceError {
    return this.#wrong([this.#line(path.split('.'), message)]);
  }

  #told(issue: z.core.$ZodIssue): string[] {
    if (issue.code !== 'unrecognized_keys') return [this.#line(issue.path, issue.message)];
    return issue.keys.map((key) => {
      const meant = nearest(key, keysBelow(issue.path.join('.')));
      return this.#line([...issue.path, key], `there is no such setting${meant === null ? '' : `: is it ${meant}?`}`);
    });
  }

  #line(path: Path, message: string): string {
    return `${this.#at(this.#offset(path))}, ${path.length === 0 ? 'the whole' : path.join('.')}: ${message}`;
  }

  /** Of the innermost that is there. */
  #offset(path: Path): number {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = this.#document.getIn(path.slice(0, depth - 1), true) ?? this.#document.contents;
      const pair = (parent as { readonly items?: readonly Pair[] }).items?.find(
        (item) => item.key?.value === path[depth - 1],
      );
      const begins = pair?.key?.range?.[0];
      if (begins !== undefined) return begins;
    }
    return this.#document.contents?.range?.[0] ?? 0;
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `line ${Math.max(1, line)}, column ${Math.max(1, col)}`;
  }

  #wrong(mistakes: readonly string[]): MillraceError {
    const all = mistakes.map((mistake) => mistake.replace(/[.\s]+$/, ''));
    const message = `The configuration ${this.path} is wrong: ${all.join('; ')}.`;
    return new MillraceError(failure('invalid_spec', message));
  }
}

interface Pair {
  readonly key?: { readonly value?: unknown; readonly range?: readonly number[] | null };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The configuration ${path}, which MILLRACE_CONFIG names, can't be read (${code}).`;
    throw new MillraceError(failure('invalid_spec', message), [], { cause });
  }
}

/** Keys that the table has right below a path. */
function keysBelow(path: string): string[] {
  const before = path === '' ? '' : `${path}.`;
  const below = allSettings.flatMap(({ at }) => (at?.startsWith(before) ? [at.slice(before.length)] : []));
  return [...new Set(below.map((rest) => rest.split('.', 1)[0]!))];
}
