/** Connections of a process to clusters for what is asked now and then: opened when they are needed, one set per cluster, and kept. */
import { Cluster } from './cluster.ts';

export class KeptClusters {
  readonly #clientId: string;
  readonly #clusters = new Map<string, Cluster>();

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  of(bootstrap: string): Cluster {
    const cluster = this.#clusters.get(bootstrap) ?? new Cluster(bootstrap, this.#clientId);
    this.#clusters.set(bootstrap, cluster);
    return cluster;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.close()));
  }
}
