/** The Kafka clusters that this deployment knows, by the names that specs use. */
import { at } from '../contracts/by-name.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { TopicAdmin } from '../kafka-admin/topics.ts';
import type { KeptClusters } from '../pipeline/kafka/index.ts';

/** Cluster name → bootstrap servers. */
export type Clusters = Readonly<Record<string, string>>;

/** Bootstrap servers of a cluster. Throws MillraceError invalid_spec for one that this deployment doesn't know. */
export function bootstrapOf(clusters: Clusters, cluster: string): string {
  // A tenant may call it `constructor`, which every object has.
  const bootstrap = at(clusters, cluster);
  if (bootstrap !== undefined) return bootstrap;
  const known = Object.keys(clusters).join(', ') || 'none';
  throw new MillraceError(
    failure('invalid_spec', `There is no Kafka cluster "${cluster}" here; known clusters: ${known}.`),
  );
}

/** A cluster's topics, by its name in specs. Throws MillraceError invalid_spec. */
export type TopicAdmins = (cluster: string) => TopicAdmin;

export const topicAdmins =
  (clusters: Clusters, kept: KeptClusters): TopicAdmins =>
  (cluster) =>
    new TopicAdmin(kept.of(bootstrapOf(clusters, cluster)));
