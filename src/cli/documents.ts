/** The documents that `apply` and `plan` are given: files, directories, stdin; checked all together, streams first. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSource } from '../client/source.ts';
import { failure, MillraceError, type Problem } from '../contracts/failure.ts';
import { checkDocument } from '../contracts/parse.ts';
import type { MillraceDocument } from '../contracts/spec.ts';
import { exit } from './exit.ts';
import { problemText } from './report.ts';
import { Exit, UsageError, type World } from './world.ts';

/** Where problems of a document are in its file. */
export interface SourceFile {
  locate(problem: Problem): string;
}

export interface Loaded {
  readonly document: MillraceDocument;
  readonly source: SourceFile;
}

/** `job acme/denied` */
export function titleOf({ kind, metadata }: MillraceDocument): string {
  return `${kind.toLowerCase()} ${metadata.tenant}/${metadata.name}`;
}

/** Prints every mistake of every file, and ends with `invalid`, before anything is done. */
export async function loadDocuments(
  world: World,
  paths: readonly string[],
  defaults: { readonly tenant?: string },
): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  let problems = 0;
  for (const path of await expand(paths)) {
    const file = path === '-' ? '<stdin>' : path;
    try {
      const text = path === '-' ? await readAll(world.stdin) : await readFile(path, 'utf8');
      for (const one of readSource(text, path.endsWith('.json') ? 'json' : 'yaml')) {
        const source = { locate: (p: Problem) => placeText(file, one.locate(p.path)) };
        const parsed = checkDocument(withDefaults(one.value, defaults));
        if (parsed.ok) loaded.push({ document: parsed.document, source });
        else {
          problems += parsed.problems.length;
          for (const p of parsed.problems) world.err(problemText(p, source));
        }
      }
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      problems += Math.max(1, error.problems.length);
      world.err(`${file}: ${error.failure.message}\n`);
      for (const p of error.problems) world.err(problemText(p));
    }
  }
  problems += reportTwice(world, loaded);
  if (problems > 0) {
    world.err(`error: ${problems} ${problems === 1 ? 'mistake' : 'mistakes'}; nothing was changed. [invalid_spec]\n`);
    throw new Exit(exit.invalid);
  }
  if (loaded.length === 0) throw new MillraceError(failure('invalid_spec', `No document in ${paths.join(', ')}.`));
  // Jobs read streams, so streams go first, whatever the files' order.
  return [...loaded].sort((a, b) => Number(a.document.kind === 'Job') - Number(b.document.kind === 'Job'));
}

async function expand(paths: readonly string[]): Promise<string[]> {
  if (paths.filter((p) => p === '-').length > 1) throw new UsageError('stdin (-) can be read once only.');
  const files: string[] = [];
  for (const path of paths) {
    if (path === '-' || !(await stat(path)).isDirectory()) files.push(path);
    else {
      const entries = await readdir(path);
      files.push(
        ...entries
          .filter((e) => /\.(ya?ml|json)$/.test(e))
          .sort()
          .map((e) => join(path, e)),
      );
    }
  }
  return files;
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** `-t` names the tenant of documents that name none, as kubectl's -n does. */
function withDefaults(value: unknown, { tenant }: { readonly tenant?: string }): unknown {
  if (tenant === undefined || typeof value !== 'object' || value === null || !('metadata' in value)) return value;
  const { metadata } = value;
  if (typeof metadata !== 'object' || metadata === null || 'tenant' in metadata) return value;
  return { ...value, metadata: { tenant, ...metadata } };
}

function reportTwice(world: World, loaded: readonly Loaded[]): number {
  const seen = new Set<string>();
  let twice = 0;
  for (const { document, source } of loaded) {
    const title = titleOf(document);
    if (seen.has(title)) {
      twice++;
      world.err(
        problemText({ path: '/metadata/name', message: `${title} is there twice`, remedy: 'keep one' }, source),
      );
    }
    seen.add(title);
  }
  return twice;
}

const placeText = (file: string, at: { line: number; column: number }): string => `${file}:${at.line}:${at.column}`;
