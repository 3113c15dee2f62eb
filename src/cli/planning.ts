/** What a document would change: the client's plan of a job, a comparison for a stream, and both as a diff for people. */
import type { MillraceClientPort, PlannedChange } from '../client/port.ts';
import { MillraceError } from '../contracts/failure.ts';
import type { JobDocument, MillraceDocument, StreamDocument } from '../contracts/spec.ts';

export interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface Preview {
  readonly kind: 'Job' | 'Stream';
  readonly tenant: string;
  readonly name: string;
  readonly verdict: PlannedChange['verdict'] | 'change';
  /** Present revision; 0 where it doesn't exist. */
  readonly revision: number;
  readonly changes: readonly Change[];
  /** What the job's owner should know beside the verdict. */
  readonly note?: string;
}

/** Streams that the same call would create: a job that reads one can't be planned by the server yet. */
export type PendingStreams = ReadonlyMap<string, StreamDocument>;

export async function preview(
  client: MillraceClientPort,
  document: MillraceDocument,
  pending: PendingStreams,
): Promise<Preview> {
  return document.kind === 'Stream' ? previewStream(client, document) : previewJob(client, document, pending);
}

async function previewJob(
  client: MillraceClientPort,
  document: JobDocument,
  pending: PendingStreams,
): Promise<Preview> {
  const { tenant, name } = document.metadata;
  try {
    const { verdict, revision, changes } = await client.planJob(document);
    return { kind: 'Job', tenant, name, verdict, revision, changes };
  } catch (error) {
    if (!(error instanceof MillraceError) || error.failure.code !== 'unknown_stream' || pending.size === 0) throw error;
    await compileHere(document, pending);
    const present = await orNull(client.getJob(tenant, name));
    const before = present === null ? {} : { spec: present.spec, labels: present.labels };
    const after = { spec: document.spec, labels: document.metadata.labels };
    const changes = present === null ? [] : difference(before, after);
    return {
      kind: 'Job',
      tenant,
      name,
      verdict: present === null ? 'create' : 'in_flight',
      revision: present?.revision ?? 0,
      changes,
      note: 'checked against the streams of this call, which do not exist yet',
    };
  }
}

/** Checks the SQL against the streams of the same call, without a server. */
async function compileHere(document: JobDocument, pending: PendingStreams): Promise<void> {
  const { compileQuery } = await import('../pipeline/compile.ts');
  const schemas = [...pending.values()]
    .filter((s) => s.metadata.tenant === document.metadata.tenant)
    .map((s) => [s.metadata.name, schemaText(s.spec.schema.avro)] as const);
  compileQuery({
    sql: document.spec.sql,
    streams: Object.fromEntries(schemas),
    format: document.spec.sink.kafka.format,
  });
}

const schemaText = (avro: unknown): string => (typeof avro === 'string' ? avro : JSON.stringify(avro));

async function previewStream(client: MillraceClientPort, document: StreamDocument): Promise<Preview> {
  const { tenant, name, labels } = document.metadata;
  const present = await orNull(client.getStream(tenant, name));
  if (present === null) return { kind: 'Stream', tenant, name, verdict: 'create', revision: 0, changes: [] };
  const before = { spec: present.spec, metadata: { labels: present.labels } };
  const changes = difference(before, { spec: document.spec, metadata: { labels } });
  const verdict = changes.length === 0 ? 'none' : 'change';
  return { kind: 'Stream', tenant, name, verdict, revision: present.revision, changes };
}

async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof MillraceError && error.failure.code === 'not_found') return null;
    throw error;
  }
}

/** Leaves that differ, by JSON pointer; lists are compared as a whole where their lengths differ. */
function difference(from: unknown, to: unknown, path = ''): Change[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  if (!isObject(from) || !isObject(to) || Array.isArray(from) !== Array.isArray(to)) return [{ path, from, to }];
  if (Array.isArray(from) && Object.keys(from).length !== Object.keys(to).length) return [{ path, from, to }];
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((k) =>
    difference(from[k], to[k], `${path}/${k.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

const verdictText: Readonly<Record<Preview['verdict'], string>> = {
  none: 'no change',
  create: 'create',
  change: 'change',
  in_flight: 'change in flight: a new generation takes over, and nothing is stopped before it is healthy',
  drain_replace: 'drain and replace: what was read is finished and committed, then the new plan starts',
  refused: 'refused',
};

export function previewText(p: Preview): string {
  const revision = p.revision === 0 || p.verdict === 'none' ? '' : ` (revision ${p.revision})`;
  const head = `${p.kind.toLowerCase()} ${p.tenant}/${p.name}: ${verdictText[p.verdict]}${revision}\n`;
  const note = p.note === undefined ? '' : `  ${p.note}\n`;
  return head + note + p.changes.map(changeText).join('');
}

function changeText({ path, from, to }: Change): string {
  const before = lines(from);
  const after = lines(to);
  let top = 0;
  while (top < before.length && top < after.length && before[top] === after[top]) top++;
  let bottom = 0;
  while (
    bottom < before.length - top &&
    bottom < after.length - top &&
    before.at(-1 - bottom) === after.at(-1 - bottom)
  ) {
    bottom++;
  }
  const marked = [
    ...before.slice(0, top).map((l) => `      ${l}`),
    ...before.slice(top, before.length - bottom).map((l) => `    - ${l}`),
    ...after.slice(top, after.length - bottom).map((l) => `    + ${l}`),
    ...after.slice(after.length - bottom).map((l) => `      ${l}`),
  ];
  return `  ${path}\n${marked.map((l) => `${l}\n`).join('')}`;
}

function lines(value: unknown): string[] {
  if (value === undefined) return [];
  return (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}
