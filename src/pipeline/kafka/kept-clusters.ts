/** Connections of a process to clusters for what is asked now and then: opened when they are needed, one set per cluster, and kept. */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { Cluster } from './cluster.ts';

export class KeptClusters {
  readonly #clientId: string;
  readonly #clusters = new Map<KafkaAccess, Cluster>();

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  of(access: KafkaAccess): Cluster {
    const cluster = this.#clusters.get(access) ?? new Cluster(access, this.#clientId);
    this.#clusters.set(access, cluster);
    return cluster;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.close()));
  }
}
