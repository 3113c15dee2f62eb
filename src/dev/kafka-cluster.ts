/**
 * A cluster of embedded Kafka brokers, for tests of what befalls one of several: each a process of its own that can be
 * stopped, killed, frozen and started again on its port and data. Topics have three replicas and need two in sync.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Progress, progressOnStderr, requireTool } from './fetch.ts';
import { newClusterId } from './kafka.ts';
import {
  askMetadata,
  type ClusterOptions,
  type EmbeddedKafka,
  instead,
  kafkaLibs,
  replication,
  startNode,
} from './kafka-node.ts';
import { freePort } from './ports.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';

export interface KafkaClusterOptions extends Omit<ClusterOptions, 'properties'> {
  /** 3 by default. */
  readonly brokers?: number;
  /** As with one broker; a function gets the broker's id (1 …), for `broker.rack` and what else is not the same for all. */
  readonly properties?: ClusterOptions['properties'] | ((id: number) => Readonly<Record<string, string>>);
  /** Ports at which clients are told to find the brokers, in their order: a proxy's. Their own by default. */
  readonly advertised?: readonly number[];
  /** Ports at which clients' connections are taken, in the brokers' order; free ones by default. */
  readonly ports?: readonly number[];
  readonly onProgress?: Progress;
}

export interface EmbeddedBroker extends EmbeddedKafka {
  readonly id: number;
}

export interface EmbeddedKafkaCluster {
  /** All of them, `127.0.0.1:port,…`; the advertised ports where there are. */
  readonly bootstrap: string;
  /** All of them around any proxy, as they speak with each other. */
  readonly inside: string;
  /** By id, from 1. */
  readonly brokers: readonly EmbeddedBroker[];
  /** Stops all of them at once and removes their data. */
  close(): Promise<void>;
}

/** Milliseconds in which all brokers hear of each other. */
const gatherMsMax = 60_000;
const gatherEveryMs = 200;
/** Small, and cheap to start: several of them share a machine with what is tested. */
const jvm = ['-Xms96m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'];

/** Resolves when every broker knows all the others. Throws MillraceError `internal` or `kafka_unavailable`; nothing then runs on. */
export async function startKafkaCluster(options: KafkaClusterOptions = {}): Promise<EmbeddedKafkaCluster> {
  const onProgress = options.onProgress ?? progressOnStderr;
  await requireTool('java', instead);
  await kafkaLibs(onProgress);
  const count = options.brokers ?? 3;
  const directory = await scratchDirectory('kafka-cluster');
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  const ports = options.ports ?? (await freePorts(count));
  const [internal, controllers] = [await freePorts(count), await freePorts(count)];
  const voters = ids.map((id) => `${id}@127.0.0.1:${controllers[id - 1]}`).join(',');
  const clusterId = newClusterId();
  const starts = await Promise.allSettled(
    ids.map(async (id): Promise<EmbeddedBroker> => {
      const [port, own, controller] = [ports[id - 1]!, internal[id - 1]!, controllers[id - 1]!];
      const { properties = {} } = options;
      const node = await startNode({
        ...(options.features && { features: options.features }),
        properties: typeof properties === 'function' ? properties(id) : properties,
        clusterId,
        dataDir: join(directory, `broker-${id}`),
        scratch: null,
        port,
        jvm,
        onProgress,
        place: {
          'node.id': String(id),
          'controller.quorum.voters': voters,
          listeners: `PLAINTEXT://127.0.0.1:${port},INTERNAL://127.0.0.1:${own},CONTROLLER://127.0.0.1:${controller}`,
          // Brokers don't speak to each other through the proxies of their clients.
          'advertised.listeners': `PLAINTEXT://127.0.0.1:${options.advertised?.[id - 1] ?? port},INTERNAL://127.0.0.1:${own}`,
          'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
          'inter.broker.listener.name': 'INTERNAL',
          ...replication(Math.min(3, count), Math.min(2, count)),
        },
      });
      return { ...node, id };
    }),
  );
  const brokers = starts.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
  const close = async (): Promise<void> => {
    // In order is for those that others wait for; here all go, and a controller without a quorum takes its time.
    await Promise.all(brokers.map((broker) => broker.kill()));
    await removeScratch(directory);
  };
  try {
    for (const s of starts) if (s.status === 'rejected') throw s.reason;
    await Promise.all(brokers.map((broker) => gathered(broker.bootstrap, count)));
  } catch (error) {
    await close();
    throw error;
  }
  return { bootstrap: listed(options.advertised ?? ports), inside: listed(internal), brokers, close };
}

const listed = (ports: readonly number[]): string => ports.map((port) => `127.0.0.1:${port}`).join(',');

async function gathered(bootstrap: string, count: number): Promise<void> {
  const deadline = Date.now() + gatherMsMax;
  for (;;) {
    try {
      return await askMetadata(bootstrap, count);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(gatherEveryMs);
  }
}

const freePorts = (count: number): Promise<number[]> => Promise.all(Array.from({ length: count }, () => freePort()));
