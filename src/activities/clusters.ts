/** The Kafka clusters that this deployment knows, by the names that specs use, and one kept admin connection to each. */
import { at } from '../contracts/by-name.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { TopicAdmin } from '../kafka-admin/topics.ts';

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

/** Admin connections of a process: opened when they are needed, and kept. */
export class TopicAdmins {
  readonly #clusters: Clusters;
  readonly #admins = new Map<string, TopicAdmin>();

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
  }

  /** Throws MillraceError invalid_spec. */
  of(cluster: string): TopicAdmin {
    const admin = this.#admins.get(cluster) ?? new TopicAdmin(bootstrapOf(this.#clusters, cluster));
    this.#admins.set(cluster, admin);
    return admin;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#admins.values()].map((admin) => admin.close()));
  }
}
