/** What production asks over connections that it keeps, asked by tests over connections for it alone. */
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { ReadStanding } from '../../src/pipeline/runtime/port.ts';
import { standingIn } from '../../src/pipeline/runtime/standing.ts';

export async function onCluster<T>(bootstrap: string, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = new Cluster(bootstrap, 'test');
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

export const readStanding: ReadStanding = (bootstrap, group, names) =>
  onCluster(bootstrap, (cluster) => standingIn(cluster, group, names));
