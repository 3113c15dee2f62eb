/** What applying a spec would do: compiled, and compared with the job that there is. Nothing is changed. */
import { randomUUID } from 'node:crypto';
import { MillraceError } from '../contracts/failure.ts';
import type { JobDocumentInput } from '../contracts/spec.ts';
import { refusedVerdict } from '../policies/refused-verdict.ts';
import { updateVerdict } from '../policies/update-verdict.ts';
import { changesBetween } from './changes.ts';
import { compile } from './compile.ts';
import { parseJob } from './documents.ts';
import { nullIfNotFound } from './errors.ts';
import { getJob } from './jobs.ts';
import type { PlannedChange } from './port.ts';
import type { Temporal } from './temporal.ts';

export async function planJob(temporal: Temporal, input: JobDocumentInput): Promise<PlannedChange> {
  const { metadata, spec } = parseJob(input);
  const { tenant, name, labels } = metadata;
  const present = await getJob(temporal, tenant, name).catch(nullIfNotFound);
  const order = { tenant, name, spec, applies: false, isNew: present === null };
  const compiled = await compile(temporal, order, { requestId: randomUUID(), digest: '' }).catch(keepUsersMistake);
  const after = { metadata: { labels }, spec };
  if (present === null) {
    if (compiled instanceof MillraceError) throw compiled;
    const changes = changesBetween({}, after);
    const { plan, note } = compiled;
    const common = { reasons: [], mistake: null, plan, changes, revision: 0 };
    return { verdict: 'create', ...common, ...(note === undefined ? {} : { note }) };
  }
  const before = { metadata: { labels: present.labels }, spec: present.spec };
  const common = { changes: changesBetween(before, after), revision: present.revision };
  if (compiled instanceof MillraceError) {
    const { failure, problems } = compiled;
    const { kind, reasons } = refusedVerdict(failure, problems);
    return { ...common, verdict: kind, reasons, mistake: { failure, problems }, plan: null };
  }
  const desired = { spec: present.spec, labels: present.labels, plan: present.desiredPlan };
  const { plan } = compiled;
  const { kind, reasons } = updateVerdict(desired, { spec, labels, plan });
  return { ...common, verdict: kind, reasons, mistake: null, plan };
}

/** What is wrong with a spec is an answer; what is wrong with a server isn't. */
function keepUsersMistake(error: unknown): MillraceError {
  if (error instanceof MillraceError && error.failure.domain === 'user') return error;
  throw error;
}
