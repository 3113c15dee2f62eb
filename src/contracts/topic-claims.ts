/**
 * Who writes a topic: plain data that the topic's workflow keeps, and what follows from it. Pure. A tenant whose jobs write a
 * topic owns it; who only reads it doesn't. A claim is made before a job's spec is accepted and needn't be given back: when
 * another tenant wants the topic, the jobs themselves say whether they still write it.
 */
import { limits } from './limits.ts';

export interface TopicClaims {
  readonly tenant: string;
  /** The tenant's jobs that have claimed it, the latest last. */
  readonly jobs: readonly string[];
  /** Whether older claims than those of `jobs` were forgotten: then nobody can say that no job writes it. */
  readonly more: boolean;
  /** Epoch milliseconds of the latest claim. */
  readonly at: number;
  /** Raised by each claim. */
  readonly version: number;
}

/** What a job's planning asks of the topic's workflow. */
export interface ClaimTopic {
  readonly requestId: string;
  readonly tenant: string;
  readonly job: string;
  /** Of the claims that this one is based on; 0: there were none. */
  readonly version: number;
}

/** free: theirs, or nobody's. held: another tenant's. ask: another tenant's, if one of its jobs still writes it. */
export type Standing = 'free' | 'held' | 'ask';

export function standingOf(claims: TopicClaims | null, tenant: string, now: number): Standing {
  if (claims === null || claims.tenant === tenant) return 'free';
  // The job that claimed it may be on its way still.
  return claims.more || now - claims.at < limits.topicClaimMs ? 'held' : 'ask';
}

/** Another tenant's claim stands only on what it has seen. */
export const isStale = (claims: TopicClaims | null, { tenant, version }: ClaimTopic): boolean =>
  claims !== null && claims.tenant !== tenant && claims.version !== version;

export function claimed(claims: TopicClaims | null, { tenant, job }: ClaimTopic, now: number): TopicClaims {
  const version = (claims?.version ?? 0) + 1;
  const before = claims?.tenant === tenant ? claims : { jobs: [], more: false };
  const jobs = [...before.jobs.filter((j) => j !== job), job];
  const kept = jobs.slice(-limits.topicClaimsKept);
  return { tenant, jobs: kept, more: before.more || kept.length < jobs.length, at: now, version };
}
