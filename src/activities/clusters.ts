/** The Kafka clusters that this deployment knows, by the names that specs use. */
import { at } from '../contracts/by-name.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import type { KafkaAccess } from '../contracts/kafka-access.ts';
import { TopicAdmin } from '../kafka-admin/topics.ts';
import type { KeptClusters } from '../pipeline/kafka/index.ts';

/** By name. */
export type Clusters = Readonly<Record<string, KafkaAccess>>;

/** How a cluster is reached. Throws MillraceError invalid_spec for one that this deployment doesn't know. */
export function accessTo(clusters: Clusters, cluster: string): KafkaAccess {
  // A tenant may call it `constructor`, which every object has.
  const access = at(clusters, cluster);
  if (access !== undefined) return access;
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
    new TopicAdmin(kept.of(accessTo(clusters, cluster)));
