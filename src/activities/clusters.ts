/** The Kafka clusters that this deployment knows, by the names that specs use. */
import { failure, MillraceError } from '../contracts/failure.ts';

/** Cluster name → bootstrap servers. */
export type Clusters = Readonly<Record<string, string>>;

/** Bootstrap servers of a cluster. Throws MillraceError invalid_spec for one that this deployment doesn't know. */
export function bootstrapOf(clusters: Clusters, cluster: string): string {
  // A tenant may call it `constructor`, which every object has.
  const bootstrap = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
  if (bootstrap !== undefined) return bootstrap;
  const known = Object.keys(clusters).join(', ') || 'none';
  throw new MillraceError(
    failure('invalid_spec', `There is no Kafka cluster "${cluster}" here; known clusters: ${known}.`),
  );
}
