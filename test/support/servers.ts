/**
 * Servers for integration tests. One shared pair per test file (each file is a process): started by the first who asks,
 * ended with the process. A test that stops or kills a server takes its own instead, by `withKafka`, `withKafkaCluster` or `withTemporal`.
 */
import { randomBytes } from 'node:crypto';
import { type EmbeddedKafka, type KafkaOptions, startKafka } from '../../src/dev/kafka.ts';
import {
  type EmbeddedBroker,
  type EmbeddedKafkaCluster,
  type KafkaClusterOptions,
  startKafkaCluster,
} from '../../src/dev/kafka-cluster.ts';
import { freePort } from '../../src/dev/ports.ts';
import { type Servers, startServers } from '../../src/dev/servers.ts';
import { type EmbeddedTemporal, startTemporal, type TemporalOptions } from '../../src/dev/temporal.ts';
import { type Listen, Way } from './way.ts';

let shared: Promise<Servers> | undefined;

/** Kafka and Temporal for every test of this file: those of the environment, or embedded ones. Call `closeServers` in `after`. */
export function sharedServers(): Promise<Servers> {
  shared ??= startServers();
  return shared;
}

export async function closeServers(): Promise<void> {
  const servers = await shared;
  shared = undefined;
  await servers?.close();
}

/** A broker of the test's own. */
export async function withKafka<T>(use: (kafka: EmbeddedKafka) => Promise<T>, options: KafkaOptions = {}): Promise<T> {
  const kafka = await startKafka(options);
  try {
    return await use(kafka);
  } finally {
    await kafka.close();
  }
}

export interface CuttableBroker extends EmbeddedBroker {
  /** How clients reach it: cut, it still speaks with the other brokers. (Frozen, it speaks with nobody.) */
  readonly way: Way;
}

export interface CuttableCluster extends EmbeddedKafkaCluster {
  readonly brokers: readonly CuttableBroker[];
}

export interface CuttableOptions extends Omit<KafkaClusterOptions, 'ports' | 'advertised'> {
  /** For each connection to a broker, who hears what the client says. */
  readonly listen?: (broker: number) => ReturnType<Listen>;
}

/** Three brokers, or as many as asked for, of the test's own: each can be stopped, killed, frozen, cut off and restarted. */
export async function withKafkaCluster<T>(
  use: (cluster: CuttableCluster) => Promise<T>,
  options: CuttableOptions = {},
): Promise<T> {
  const cluster = await startCuttableCluster(options);
  try {
    return await use(cluster);
  } finally {
    await cluster.close();
  }
}

/** As {@link withKafkaCluster}, for `before` and `after`. */
export async function startCuttableCluster({ listen, ...options }: CuttableOptions = {}): Promise<CuttableCluster> {
  const ports = await Promise.all(Array.from({ length: options.brokers ?? 3 }, () => freePort()));
  const ways = await Promise.all(
    ports.map(async (port, i) => Way.open(await freePort(), port, listen && (() => listen(i + 1)))),
  );
  const closeWays = (): Promise<unknown> => Promise.all(ways.map((way) => way.close()));
  try {
    const cluster = await startKafkaCluster({
      onProgress: () => {},
      ...options,
      ports,
      advertised: ways.map((way) => way.port),
    });
    return {
      ...cluster,
      brokers: cluster.brokers.map((broker, i) => ({ ...broker, way: ways[i]! })),
      close: async () => {
        await closeWays();
        await cluster.close();
      },
    };
  } catch (error) {
    await closeWays();
    throw error;
  }
}

/** A Temporal server of the test's own. */
export async function withTemporal<T>(
  use: (temporal: EmbeddedTemporal) => Promise<T>,
  options: TemporalOptions = {},
): Promise<T> {
  const temporal = await startTemporal(options);
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}

/** A name that no other test uses, for topics, tenants and jobs. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;
