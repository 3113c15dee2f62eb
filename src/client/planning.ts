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
  const [compiled, present] = await Promise.all([
    compile(temporal, { tenant, name, spec, applies: false }, { requestId: randomUUID(), digest: '' }).catch(
      keepUsersMistake,
    ),
    getJob(temporal, tenant, name).catch(nullIfNotFound),
  ]);
  const after = { metadata: { labels }, spec };
  if (present === null) {
    if (compiled instanceof MillraceError) throw compiled;
    const changes = changesBetween({}, after);
    return { verdict: 'create', reasons: [], mistake: null, plan: compiled.plan, changes, revision: 0 };
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
