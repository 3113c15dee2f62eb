/** Previews of several documents: one that fails is told, and the others go on. What is refused gives the exit code that applying it would. */
import type { MillraceClientPort } from '../client/port.ts';
import { MillraceError } from '../contracts/failure.ts';
import type { DataFormat } from './data.ts';
import { printData } from './data.ts';
import { type Loaded, titleOf } from './documents.ts';
import { exit, exitFor } from './exit.ts';
import { type PendingStreams, type Preview, preview } from './planning.ts';
import { previewText } from './preview-text.ts';
import { headline, problemText } from './report.ts';
import type { World } from './world.ts';

export interface PreviewOptions {
  readonly output: 'text' | DataFormat;
  /** Whether a change is refused that would have to drain and replace. */
  readonly inFlightOnly?: boolean;
}

/** Prints what each document would change. */
export async function previewAll(
  world: World,
  client: MillraceClientPort,
  loaded: readonly Loaded[],
  { output, inFlightOnly = false }: PreviewOptions,
): Promise<{ previews: readonly Preview[]; exitCode: number }> {
  const pending: PendingStreams = new Map(
    loaded.flatMap(({ document }) => (document.kind === 'Stream' ? [[titleOf(document), document]] : [])),
  );
  const previews: Preview[] = [];
  let exitCode: number = exit.ok;
  for (const one of loaded) {
    try {
      const p = await preview(client, one.document, pending);
      previews.push(p);
      if (output === 'text') world.out(previewText(p, one.source));
      exitCode ||= refusalCode(p, inFlightOnly);
    } catch (error) {
      exitCode ||= reportDocument(world, one, error);
    }
  }
  if (output !== 'text') await printData(world, { items: previews }, output);
  return { previews, exitCode };
}

function refusalCode({ verdict, mistake }: Preview, inFlightOnly: boolean): number {
  if (mistake !== null) return exitFor(mistake.failure.code);
  const refused = verdict === 'refused' || (inFlightOnly && verdict === 'drain_replace');
  return refused ? exitFor('change_refused') : exit.ok;
}

/** Tells a document's failure with its place in the file; gives the exit code. Only MillraceErrors: others go through. */
export function reportDocument(world: World, { document, source }: Loaded, error: unknown): number {
  if (!(error instanceof MillraceError)) throw error;
  world.err(headline(error, `${titleOf(document)}: `));
  for (const p of error.problems) world.err(problemText(p, source));
  return exitFor(error.failure.code);
}
