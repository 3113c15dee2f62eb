/** What a document would change: the client's plan of a job, a comparison for a stream. */
import { changesBetween } from '../client/changes.ts';
import { nullIfNotFound } from '../client/errors.ts';
import type { MillraceClientPort, PlannedChange } from '../client/port.ts';
import { type Failure, MillraceError } from '../contracts/failure.ts';
import type { JobDocument, MillraceDocument, StreamDocument } from '../contracts/spec.ts';

export interface Preview extends Pick<PlannedChange, 'reasons' | 'mistake' | 'changes' | 'revision'> {
  readonly kind: 'Job' | 'Stream';
  readonly tenant: string;
  readonly name: string;
  /** change: of a stream, or of a job that reads a stream which isn't there yet, so that its verdict isn't known. */
  readonly verdict: PlannedChange['verdict'] | 'change';
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
  const about = { kind: 'Job', tenant, name } as const;
  const planned = await client.planJob(document).catch((error: unknown) => {
    if (error instanceof MillraceError && isPending(error.failure, pending)) return null;
    throw error;
  });
  if (planned !== null && !isPending(planned.mistake?.failure, pending)) {
    const { plan: _, ...told } = planned;
    return { ...about, ...told };
  }
  await compileHere(document, pending);
  return {
    ...about,
    verdict: planned === null ? 'create' : 'change',
    reasons: [],
    mistake: null,
    revision: planned?.revision ?? 0,
    changes: planned?.changes ?? [],
    note: 'checked against the streams of this call, which do not exist yet',
  };
}

/** Whether it only fails because a stream isn't there that this call may create. */
const isPending = (failure: Failure | undefined, pending: PendingStreams): boolean =>
  failure?.code === 'unknown_stream' && pending.size > 0;

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
  const about = { kind: 'Stream', tenant, name, reasons: [], mistake: null } as const;
  const present = await client.getStream(tenant, name).catch(nullIfNotFound);
  if (present === null) return { ...about, verdict: 'create', revision: 0, changes: [] };
  const before = { spec: present.spec, metadata: { labels: present.labels } };
  const changes = changesBetween(before, { spec: document.spec, metadata: { labels } });
  return { ...about, verdict: changes.length === 0 ? 'none' : 'change', revision: present.revision, changes };
}
