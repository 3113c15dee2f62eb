/** Previews of several documents: one that fails is told, and the others go on. */
import type { MillraceClientPort } from '../client/port.ts';
import { MillraceError } from '../contracts/failure.ts';
import { type Loaded, titleOf } from './documents.ts';
import { exit, exitFor } from './exit.ts';
import { type PendingStreams, type Preview, preview } from './planning.ts';
import { headline, problemText } from './report.ts';
import type { World } from './world.ts';

export async function previewAll(
  world: World,
  client: MillraceClientPort,
  loaded: readonly Loaded[],
): Promise<{ previews: readonly Preview[]; exitCode: number }> {
  const pending: PendingStreams = new Map(
    loaded.flatMap(({ document }) => (document.kind === 'Stream' ? [[titleOf(document), document]] : [])),
  );
  const previews: Preview[] = [];
  let exitCode: number = exit.ok;
  for (const one of loaded) {
    try {
      previews.push(await preview(client, one.document, pending));
    } catch (error) {
      exitCode ||= reportDocument(world, one, error);
    }
  }
  return { previews, exitCode };
}

/** Tells a document's failure with its place in the file; gives the exit code. Only MillraceErrors: others go through. */
export function reportDocument(world: World, { document, source }: Loaded, error: unknown): number {
  if (!(error instanceof MillraceError)) throw error;
  world.err(headline(error, `${titleOf(document)}: `));
  for (const p of error.problems) world.err(problemText(p, source));
  return exitFor(error.failure.code);
}
