/** What production asks over connections that it keeps, asked by tests over connections for it alone. */
import { MillraceError } from '../../src/contracts/failure.ts';
import type { KafkaAccess } from '../../src/contracts/kafka-access.ts';
import { limits } from '../../src/contracts/limits.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { pause } from '../../src/pipeline/kafka/pause.ts';
import type { ReadStanding } from '../../src/pipeline/runtime/port.ts';
import { standingIn } from '../../src/pipeline/runtime/standing.ts';

const attemptsMax = 10;

export async function onCluster<T>(access: KafkaAccess, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = new Cluster(access, 'test');
  try {
    return await work(cluster);
  } finally {
    await cluster.close();
  }
}

/** Again where that may pass, as activities are: a broker that has just started doesn't know its groups yet. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (e) {
      if (attempt >= attemptsMax || !(e instanceof MillraceError && e.failure.retry)) throw e;
      await pause(limits.retryMaxMs);
    }
  }
}

export const readStanding = (...[access, group, names]: Parameters<ReadStanding>): ReturnType<ReadStanding> =>
  patiently(() => onCluster(access, (cluster) => standingIn(cluster, group, names)));
