/**
 * Kafka and Temporal for one user: those that the environment names, else embedded ones, started in parallel. Owns which of
 * the two it is, and the order of their end.
 */
import { join } from 'node:path';
import { registerSearchAttributes } from '../client/search-attributes.ts';
import { type ServersConfig, serversConfig } from '../config.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { type Progress, progressOnStderr } from './fetch.ts';
import { type EmbeddedKafka, startKafka } from './kafka.ts';
import { askMetadata } from './kafka-node.ts';
import { endWithLauncher } from './launcher.ts';
import { type EmbeddedTemporal, startTemporal } from './temporal.ts';

export interface Servers {
  /** `embedded` is null where KAFKA_BOOTSTRAP names one that runs. */
  readonly kafka: { readonly bootstrap: string; readonly embedded: EmbeddedKafka | null };
  /** `embedded` and `ui` are null where TEMPORAL_ADDRESS names one that runs. */
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly ui: string | null;
    readonly embedded: EmbeddedTemporal | null;
  };
  close(): Promise<void>;
}

export interface ServersOptions {
  /** Where both keep their data; temporary directories by default. */
  readonly dataDir?: string;
  readonly onProgress?: Progress;
  readonly config?: ServersConfig;
}

/** Resolves when both answer. Throws MillraceError; nothing then runs on. */
export async function startServers(options: ServersOptions = {}): Promise<Servers> {
  endWithLauncher();
  const onProgress = options.onProgress ?? progressOnStderr;
  const config = options.config ?? serversConfig();
  const inDir = (name: string) => (options.dataDir === undefined ? {} : { dataDir: join(options.dataDir, name) });
  const [kafka, temporal] = await Promise.allSettled([
    config.kafkaBootstrap === null ? startKafka({ onProgress, ...inDir('kafka') }) : reachKafka(config.kafkaBootstrap),
    config.temporalAddress === null
      ? startTemporal({ onProgress, namespace: config.namespace, ...inDir('temporal') })
      : registerSearchAttributes({ address: config.temporalAddress, namespace: config.namespace }).then(() => null),
  ]);
  if (kafka.status === 'rejected' || temporal.status === 'rejected') {
    if (kafka.status === 'fulfilled') await kafka.value?.close();
    if (temporal.status === 'fulfilled') await temporal.value?.close();
    throw kafka.status === 'rejected' ? kafka.reason : (temporal as PromiseRejectedResult).reason;
  }
  const k = kafka.value;
  const t = temporal.value;
  return {
    kafka: { bootstrap: k?.bootstrap ?? config.kafkaBootstrap!, embedded: k },
    temporal: {
      address: t?.address ?? config.temporalAddress!,
      namespace: config.namespace,
      ui: t?.uiUrl ?? null,
      embedded: t,
    },
    close: async () => {
      await Promise.all([t?.close(), k?.close()]);
    },
  };
}

async function reachKafka(bootstrap: string): Promise<null> {
  try {
    await askMetadata(bootstrap);
    return null;
  } catch (cause) {
    throw new MillraceError(
      failure(
        'kafka_unavailable',
        `Kafka at ${bootstrap}, named by KAFKA_BOOTSTRAP, doesn't answer. Start it, or unset KAFKA_BOOTSTRAP to have one started.`,
      ),
      [],
      { cause },
    );
  }
}
