/** JSON merge patch, RFC 7396, and a job's document as it makes it: pure. */
import { at, put } from './by-name.ts';
import { documentOf } from './document.ts';
import type { JobDocumentInput } from './spec.ts';
import type { JobStatus } from './status.ts';

/** The target with the patch applied: neither is changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else put(merged, key, mergePatch(at(merged, key), value));
  }
  return merged;
}

/** What the patch makes of a job's document; whether it is one still has to be checked. */
export function patched({ tenant, name, labels, spec }: JobStatus, patch: unknown): JobDocumentInput {
  const merged = mergePatch({ metadata: { labels }, spec }, patch) as Pick<JobDocumentInput, 'metadata' | 'spec'>;
  return documentOf('Job', { tenant, name, labels: merged.metadata.labels, spec: merged.spec });
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
