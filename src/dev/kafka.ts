/** The embedded Kafka: the real broker, alone, with one replica of everything. What Millrace does with Kafka is elsewhere. */
import { randomBytes } from 'node:crypto';
import { type Progress, progressOnStderr, requireTool } from './fetch.ts';
import { type ClusterOptions, type EmbeddedKafka, instead, replication, startNode } from './kafka-node.ts';
import { freePort } from './ports.ts';
import { scratchDirectory } from './scratch.ts';

export type { EmbeddedKafka };

export interface KafkaOptions extends ClusterOptions {
  /** Kept by close; where it holds data they are used. A temporary one by default. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly onProgress?: Progress;
}

/** Starts a broker and resolves when it answers a metadata request. Throws MillraceError `internal` or `kafka_unavailable`. */
export async function startKafka({ dataDir, port, onProgress, ...cluster }: KafkaOptions = {}): Promise<EmbeddedKafka> {
  await requireTool('java', instead);
  const scratch = dataDir === undefined ? await scratchDirectory('kafka') : null;
  const [at, controller] = [port ?? (await freePort()), await freePort()];
  return startNode({
    ...cluster,
    clusterId: newClusterId(),
    dataDir: dataDir ?? scratch!,
    scratch,
    port: at,
    jvm: ['-Xms256m', '-Xmx1g', '-XX:+UseG1GC', '-Djava.awt.headless=true'],
    onProgress: onProgress ?? progressOnStderr,
    place: {
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: `PLAINTEXT://127.0.0.1:${at},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${at}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      ...replication(1, 1),
    },
  });
}

/** The storage tool takes none that begins as an option does. */
export const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');
