/**
 * The topics of streams that say how they are made: Millrace makes them where they are missing, and never changes them. Their
 * producers and consumers may be anybody; what nobody may write, or another tenant's jobs write, isn't made.
 */
import type { StreamTopic } from '../contracts/spec.ts';
import type { WantedTopic } from '../kafka-admin/topics.ts';
import type { TopicAdmins } from './clusters.ts';
import { checkMade, checkPartitions, type TenancyDeps } from './tenancy.ts';

/** A stream as it is to be, for its topics. */
export interface MakeTopics {
  readonly tenant: string;
  readonly name: string;
  readonly topics: readonly StreamTopic[];
}

interface Deps extends TenancyDeps {
  readonly admins: TopicAdmins;
}

interface Missing {
  /** Of the stream. */
  readonly topics: readonly StreamTopic[];
  readonly missing: readonly StreamTopic[];
  /** Where a document names the topic, or all of them, for mistakes. */
  readonly path: (topic: StreamTopic | null) => string;
}

/** Throws MillraceError: `foreign_topic`, `quota_exceeded`, or what Kafka says. */
export async function makeStreamTopics(deps: Deps, { tenant, topics }: MakeTopics): Promise<void> {
  const missing: StreamTopic[] = [];
  for (const [cluster, said] of byCluster(topics.filter((t) => t.partitions !== undefined))) {
    const names = new Set(await deps.admins(cluster).missing(said.map((t) => t.topic)));
    missing.push(...said.filter((t) => names.has(t.topic)));
  }
  const path = (topic: StreamTopic | null): string =>
    topic === null ? '/spec/topics' : `/spec/topics/${topics.indexOf(topic)}/topic`;
  await makeMissing(deps, tenant, { topics, missing, path });
}

/** Those that say no partitions are left to their producers. Throws as {@link makeStreamTopics}. */
export async function makeMissing(deps: Deps, tenant: string, { topics, missing, path }: Missing): Promise<void> {
  if (missing.length === 0) return;
  const asked = topics.reduce((sum, t) => sum + (t.partitions ?? 0), 0);
  checkPartitions(deps, path(null), asked);
  for (const t of missing) await checkMade(deps, tenant, { path: path(t), cluster: t.cluster, topic: t.topic });
  for (const [cluster, some] of byCluster(missing)) await deps.admins(cluster).ensure(some.flatMap(wanted));
}

function wanted({ topic, partitions, config }: StreamTopic): WantedTopic[] {
  if (partitions === undefined) return [];
  const settings = Object.entries(config ?? {}).map(([name, value]) => [name, String(value)] as const);
  return [{ topic, partitions, config: Object.fromEntries(settings) }];
}

const byCluster = (topics: readonly StreamTopic[]): Map<string, StreamTopic[]> => Map.groupBy(topics, (t) => t.cluster);
